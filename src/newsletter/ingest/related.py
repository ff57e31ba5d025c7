"""The cards below a story: teasers for other stories, whose captions bleed into each other.

What holds on every page is the order *title, section label, excerpt, end marker*: the title is the line right above a
known section label. What stands above the title is alternative text, credit and, now and then, a piece of a caption.
"""

from collections.abc import Sequence

from newsletter.ingest.profile import Profile, plain
from newsletter.model.article import Image, RelatedCard

#: How many lines may stand above a card's title: alternative text, credit, and captions gone astray.
_ABOVE_TITLE = 4
#: A caption is shorter than a paragraph and is no sentence.
_CAPTION_WORDS = 20
#: A section label that the profile does not know yet is at most this long.
_LABEL_WORDS = 3


def cards_begin(lines: Sequence[str], profile: Profile) -> int:
    """The index in ``lines`` (story and cards) of the first card's first line; ``len(lines)`` if there is no card."""
    first_end = next((i for i, line in enumerate(lines) if profile.card_end.fullmatch(plain(line))), None)
    if first_end is None:
        return len(lines)
    title, _ = _anchor(lines[:first_end], profile)
    start = title
    for above in range(title - 1, max(title - 1 - _ABOVE_TITLE, -1), -1):
        if profile.image_credit.fullmatch(plain(lines[above])):
            # Without a caption above it, it is the credit of the page's own picture.
            return above - 1 if above and _is_caption(lines[above - 1], profile) else start
        if not _is_caption(lines[above], profile):
            return start
        start = above
    return start


def read_cards(lines: Sequence[str], profile: Profile) -> tuple[tuple[RelatedCard, ...], tuple[int, ...]]:
    """The cards in ``lines``, and the indices of the lines that belong to none (end markers included)."""
    cards: list[RelatedCard] = []
    left: list[int] = []
    start = 0
    for i, line in enumerate(lines):
        if profile.card_end.fullmatch(plain(line)):
            if start < i:
                cards.append(_card(lines[start:i], line, profile))
            left.append(i)
            start = i + 1
    return tuple(cards), (*left, *range(start, len(lines)))


def _card(lines: Sequence[str], end_marker: str, profile: Profile) -> RelatedCard:
    """One card out of the lines between two end markers."""
    title, label = _anchor(lines, profile)
    above = list(lines[:title])
    credit_at = next((i for i, line in enumerate(above) if profile.image_credit.fullmatch(plain(line))), None)
    credit = above.pop(credit_at) if credit_at is not None else None
    alt_at = credit_at - 1 if credit_at else 0
    alt = above.pop(alt_at) if above and credit_at != 0 else ""
    return RelatedCard(
        title=lines[title],
        section=lines[label] if label is not None else None,
        excerpt=tuple(lines[(title if label is None else label) + 1 :]),
        image=Image(alt=alt, credit=credit) if alt or credit else None,
        stray_captions=tuple(above),
        end_marker=end_marker,
    )


def _anchor(lines: Sequence[str], profile: Profile) -> tuple[int, int | None]:
    """Where a card's title and its section label stand in ``lines``, of which the end belongs to the card.

    A label that the profile does not know is taken for one by its place: short, between a title and running text.
    """
    for i in range(len(lines) - 1, 0, -1):
        if plain(lines[i]) in profile.sections and not (lines[i + 1 :] and _is_caption(lines[i + 1], profile)):
            return i - 1, i
    prose = len(lines)
    while prose > 0 and not _is_caption(lines[prose - 1], profile):
        prose -= 1
    if prose > 1 and len(lines[prose - 1].split()) <= _LABEL_WORDS and _could_be_title(lines[prose - 2], profile):
        return prose - 2, prose - 1
    return max(prose - 1, 0), None


def _could_be_title(line: str, profile: Profile) -> bool:
    """Whether a card's title could read like ``line``."""
    return not profile.image_credit.fullmatch(plain(line)) and len(line.split()) > _LABEL_WORDS


def _is_caption(line: str, profile: Profile) -> bool:
    """Whether ``line`` could be alternative text, title or a piece of a caption: short and no finished sentence."""
    is_byline = plain(line) in profile.sections or profile.byline.fullmatch(plain(line))
    return not is_byline and len(line.split()) <= _CAPTION_WORDS and not line.endswith((".", "…", "!", "”", '"', ":"))

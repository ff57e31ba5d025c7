"""What an inbox shows before the mail is opened: the subject and the preheader."""

from collections.abc import Iterator, Sequence

from newsletter.compose.language import language_of
from newsletter.i18n.phrases import ENGLISH, phrases
from newsletter.model.article import Article
from newsletter.model.cutting import closed, cut_at, flat
from newsletter.model.quotation import fold
from newsletter.model.sentences import sentences

#: Inboxes show about so many characters of a subject, and so many of the line below it.
SUBJECT = 78
PREHEADER = 110
#: A shorter preheader lets the inbox fill up with the mail's first links.
PREHEADER_AT_LEAST = 40
#: What is left hanging where a line is cut.
_LOOSE = " ,;:–—-،؛\u00a0\u202f«„“¿¡"


def subject(lead: Article) -> str:
    """The lead's headline, cut at a word when it is longer than an inbox shows."""
    return cut(lead.headline, SUBJECT)


def preheader(lead: Article, headlines: Sequence[str], language: str = ENGLISH) -> str:
    """The lead's dek, else what else is in the issue, else how the lead begins; never the subject once more.

    ``language`` (BCP 47) is that of the newsletter.
    """
    line = ""
    for part in _parts(lead, headlines, language):
        if fold(part) != fold(lead.headline) and len(line) < PREHEADER_AT_LEAST:
            line = f"{line} {part}".strip()
    return cut(line, PREHEADER)


def cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, cut after a whole word with an ellipsis if it is longer."""
    line = flat(text)
    if len(line) <= most:
        return line
    # What is cut may need the end of a directional run, for which there must be room.
    shorter = (_broken_off(line, room) for room in range(most, 0, -1))
    return next(broken for broken in shorter if len(broken) <= most)


def _broken_off(line: str, most: int) -> str:
    head = line[:most].rpartition(" ")[0] or cut_at(line, most - 1)
    return closed(head.rstrip(_LOOSE) + "…")


def _parts(lead: Article, headlines: Sequence[str], language: str) -> Iterator[str]:
    if lead.dek:
        yield lead.dek
    others = [headline for headline in headlines if fold(headline) != fold(lead.headline)]
    if others:
        yield phrases(language).gettext("Also: %(headlines)s") % {"headlines": "; ".join(others)}
    yield from (sentence for paragraph in lead.body[:1] for sentence in sentences(paragraph, language_of(lead))[:1])

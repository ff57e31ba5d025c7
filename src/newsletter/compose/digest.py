"""The composer: the articles of a slot become an issue. Pure: the same articles in any order give the same issue."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from newsletter.compose.choose.choice import choose, quota_needs
from newsletter.compose.choose.cluster import stories
from newsletter.compose.choose.decisions import Decisions
from newsletter.compose.choose.period import Picked, days, pick
from newsletter.compose.choose.rules import Verdicts
from newsletter.compose.choose.select import Story, Term, rank
from newsletter.compose.choose.sift import left, reoffered, sift
from newsletter.compose.draft import Draft
from newsletter.compose.tell.bullets import has_text
from newsletter.compose.tell.summary import STORY, summarise
from newsletter.errors import NothingToSend
from newsletter.model.article import Article
from newsletter.model.edit import Edit
from newsletter.model.issue import Issue, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.past import Past
from newsletter.model.slot import Slot
from newsletter.model.written import Written


def compose(  # noqa: PLR0913 - all that an issue depends on, and nothing else
    newsletter: Newsletter,
    slot: Slot,
    articles: Sequence[Article],
    *,
    number: int,
    now: datetime,
    past: Past | None = None,
    edits: Sequence[Edit] = (),
    summaries: Mapping[int, Written] | None = None,
) -> Issue:
    """The issue of ``newsletter`` for ``slot``, made of those ``articles`` that belong to it.

    ``number`` counts the newsletter's issues, ``past`` is what they printed, and ``edits`` are an editor's decisions,
    which are laid over what the machine makes. ``summaries`` are those that a language model wrote, by the article's id;
    one that does not pass the gate is passed over. Nothing embargoed beyond ``now`` is printed. Raises ``NothingToSend`` if
    the slot holds no article that may be printed, or none with a text.
    """
    past, decisions, verdicts = past or Past(), Decisions(edits), Verdicts(newsletter.rules)
    picked = pick(articles, slot, pinned=decisions.wants)
    sifted = sift(picked, now=now, past=past, verdicts=verdicts, decisions=decisions)
    announces = any(section.kind is SectionKind.EVENTS and section.most for section in newsletter.plan)
    events = [found.article for found in sifted.kept if announces and _is_event(found, decisions)]
    rest = [found for found in sifted.kept if not (announces and _is_event(found, decisions))]
    told = [found for found in rest if has_text(found.article)]
    if not told:
        raise NothingToSend(_nothing(slot, [entry.reason for entry in sifted.left_out], events=len(events)))
    ranked = _ranked(told, slot, newsletter, past, decisions, verdicts)
    choice = choose(newsletter.plan, ranked, decisions, fits=_fits)
    draft = Draft(newsletter, slot, choice, ranked, events, past, decisions, summaries or {})
    sections = draft.sections()
    silent = (found.article for found in rest if not has_text(found.article))
    return Issue(
        newsletter=newsletter.slug,
        slot=slot.key,
        subject=decisions.subject or draft.subject(sections),
        preheader=decisions.preheader or draft.preheader(sections),
        sections=sections,
        left_out=(
            *draft.left_out,
            *(left(article, "no text to summarise") for article in silent),
            *sifted.left_out,
            *reoffered(articles, picked, past),
        ),
        number=number,
    )


def _ranked(
    told: Sequence[Picked],
    slot: Slot,
    newsletter: Newsletter,
    past: Past,
    decisions: Decisions,
    verdicts: Verdicts,
) -> tuple[Story, ...]:
    """The stories that ``told`` tell, the best first."""
    by_page = {found.article.identity: found for found in told}
    grouped = [[by_page[page.identity] for page in story] for story in stories([found.article for found in told])]
    need = quota_needs(newsletter.plan, [found.article for found in told])

    def wishes(article: Article) -> tuple[Term, ...]:
        rules = (Term(words, float(weight)) for words, weight in verdicts.weights(article))
        return (Term("the editor's weight", float(decisions.weight(article))), *rules, *need(article))

    return rank(
        grouped,
        slot,
        recent_headlines=past.headlines,
        wishes=wishes,
        pinned=lambda article: decisions.pin(article) is not None,
        kept=lambda article: decisions.kept(article) is not None,
    )


def _is_event(found: Picked, decisions: Decisions) -> bool:
    """Whether the article announces an event and the editor did not make a story of it."""
    return found.article.event is not None and decisions.pin(found.article) is None


def _fits(article: Article) -> bool:
    """Whether ``article`` yields a summary of its own."""
    return len(summarise(article, STORY, skip=lambda _: False)) >= STORY.sentences


def _nothing(slot: Slot, reasons: Sequence[str], *, events: int) -> str:
    """Why there is no issue although the period is not empty."""
    if events:
        return (
            f"The articles of {slot.key} ({days(slot)}) announce events and tell no story, so there is no issue."
            " Add an article, or pin one of them."
        )
    if reasons:
        what = "The article" if len(reasons) == 1 else f"Each of the {len(reasons)} articles"
        return f"{what} of {slot.key} ({days(slot)}) is kept out ({reasons[0]}), so there is no issue."
    return (
        f"The articles of {slot.key} ({days(slot)}) have headlines and no text, so there is no issue."
        " Add articles with a text, or choose another --slot."
    )

"""The composer: the articles of a slot become an issue. Pure: the same articles in any order give the same issue."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from newsletter.compose.bullets import has_text
from newsletter.compose.cluster import stories
from newsletter.compose.envelope import preheader, subject
from newsletter.compose.items import MOST_OTHERS, bullet_item, lead_item, story_item
from newsletter.compose.period import Picked, days, pick
from newsletter.compose.quotes import Printed
from newsletter.compose.select import Story, Telling, rank
from newsletter.compose.verbatim import briefings, cards, own_bullets, own_heading
from newsletter.errors import NothingToSend
from newsletter.model.article import Article
from newsletter.model.issue import Issue, Item, LeftOut, Section, SectionKind
from newsletter.model.newsletter import Newsletter, PlannedSection
from newsletter.model.slot import Slot


def compose(
    newsletter: Newsletter,
    slot: Slot,
    articles: Sequence[Article],
    *,
    number: int,
    recent_headlines: Sequence[str] = (),
) -> Issue:
    """The issue of ``newsletter`` for ``slot``, made of those ``articles`` that belong to it.

    ``number`` counts the newsletter's issues; ``recent_headlines`` are those of the issues before, which a story should
    not repeat. Raises ``NothingToSend`` if the slot holds no article, or none with a text.
    """
    picked = pick(articles, slot)
    told = [found for found in picked if has_text(found.article)]
    if not told:
        raise NothingToSend(
            f"The articles of {slot.key} ({days(slot)}) have headlines and no text, so there is no issue."
            " Add articles with a text, or choose another --slot."
        )
    ranked = rank(_grouped(told), slot, recent_headlines=recent_headlines)
    draft = _Draft(newsletter, ranked)
    sections = tuple(section for section in draft.sections() if section.items)
    draft.leave_out((found.article for found in picked if not has_text(found.article)), "no text to summarise")
    lead = ranked[0].main.article
    return Issue(
        newsletter=newsletter.slug,
        slot=slot.key,
        subject=subject(lead),
        preheader=preheader(
            lead, [item.headline for section in sections[1:] for item in section.items if item.headline]
        ),
        sections=sections,
        left_out=tuple(draft.left_out),
        number=number,
    )


def _grouped(picked: Sequence[Picked]) -> list[list[Picked]]:
    """``picked`` by the story they tell."""
    by_page = {found.article.identity: found for found in picked}
    return [[by_page[page.identity] for page in story] for story in stories([found.article for found in picked])]


def _most(plan: Sequence[PlannedSection], kind: SectionKind) -> int:
    return sum(section.most for section in plan if section.kind is kind)


def _no_room(plan: Sequence[PlannedSection]) -> str:
    stories, bullets = _most(plan, SectionKind.STORIES), _most(plan, SectionKind.OTHER_NEWS)
    told = "1 story" if stories == 1 else f"{stories} stories"
    lines = "1 line" if bullets == 1 else f"{bullets} lines"
    return f"no room: this newsletter's plan is {told} and {lines} of other news"


@dataclass(slots=True)
class _Draft:
    """An issue in the making: its sections are written from top to bottom, since what is above is not said again."""

    newsletter: Newsletter
    ranked: Sequence[Story]
    left_out: list[LeftOut] = field(default_factory=list)
    _printed: Printed = field(default_factory=Printed)

    def sections(self) -> list[Section]:
        """All sections in print order; one without items is not to be printed."""
        plan = self.newsletter.plan
        lead = Section(kind=SectionKind.LEAD, items=(lead_item(self.ranked[0], self._printed),))
        self._same_story(self.ranked[0], self.ranked[0].others[MOST_OTHERS:])
        items, rest = self._stories(self.ranked[1:])
        main = Section(kind=SectionKind.STORIES, heading="More stories", items=tuple(items))
        above = [lead, main, self._other_news(rest)]
        dated = list(islice(briefings(self._articles(), self._printed), _most(plan, SectionKind.BRIEFING)))
        return [*above, *dated, self._magazine([*above, *dated])]

    def leave_out(self, articles: Iterable[Article], reason: str) -> None:
        """Note that ``articles`` are of the period and not in the issue, and why."""
        self.left_out += [LeftOut(article_id=a.id, headline=a.headline, reason=reason) for a in articles]

    def _same_story(self, story: Story, others: Iterable[Telling]) -> None:
        self.leave_out((other.article for other in others), f"same story as “{story.main.article.headline}”")

    def _stories(self, candidates: Sequence[Story]) -> tuple[list[Item], list[Story]]:
        """The summarised stories, and those that had no room or no summary."""
        items: list[Item] = []
        rest: list[Story] = []
        for story in candidates:
            item = (
                story_item(story, self._printed)
                if len(items) < _most(self.newsletter.plan, SectionKind.STORIES)
                else None
            )
            if item:
                items.append(item)
                self._same_story(story, story.others[MOST_OTHERS:])
            else:
                rest.append(story)
        return items, rest

    def _other_news(self, rest: Sequence[Story]) -> Section:
        plan = self.newsletter.plan
        items = list(islice(own_bullets(self._articles(), self._printed), _most(plan, SectionKind.OTHER_NEWS)))
        told: list[Article] = []
        for story in rest:
            self._same_story(story, story.others)
            if len(items) == _most(plan, SectionKind.OTHER_NEWS):
                self.leave_out([story.main.article], _no_room(plan))
            elif item := bullet_item(story, self._printed):
                items.append(item)
                told.append(story.main.article)
            else:
                self.leave_out([story.main.article], "all that it says is a quotation that is printed above")
        # The lead links to its page already; its own bullets would only repeat that link.
        lead = self.ranked[0].main.article.url
        linked = tuple(replace(item, url=None) if item.url == lead else item for item in items)
        return Section(kind=SectionKind.OTHER_NEWS, heading=self._heading(told), items=linked)

    def _heading(self, told: Iterable[Article]) -> str:
        """The newsletter's topic, else the round-up's own heading, else the section most of the bullets come from."""
        if self.newsletter.topic:
            return f"Other {self.newsletter.topic} News This Week"
        if own := own_heading(self._articles()):
            return own
        sections = Counter(article.byline.section for article in told if article.byline and article.byline.section)
        most, count = next(iter(sections.most_common(1)), ("", 0))
        return f"Other {most} News This Week" if count > 1 else "Other News This Week"

    def _magazine(self, above: Sequence[Section]) -> Section:
        printed = [item for section in above for item in section.items]
        headlines = [item.headline or "" for item in printed] + [
            also.headline for item in printed for also in item.also
        ]
        found = cards(self._articles(), headlines, self._printed)
        items = tuple(islice(found, _most(self.newsletter.plan, SectionKind.MAGAZINE)))
        return Section(kind=SectionKind.MAGAZINE, heading="From the magazine", items=items)

    def _articles(self) -> list[Article]:
        """Every article of the period, the best story first."""
        return [telling.article for story in self.ranked for telling in (story.main, *story.others)]

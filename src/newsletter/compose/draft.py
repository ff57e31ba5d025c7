"""An issue in the making: its sections are written from top to bottom, since what is above is not said again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from newsletter.compose.choose.choice import Choice
from newsletter.compose.choose.decisions import Decisions
from newsletter.compose.choose.select import Story, Telling
from newsletter.compose.choose.sift import left
from newsletter.compose.choose.topics import is_about
from newsletter.compose.guard.datelines import dateline_doubts
from newsletter.compose.quotes import Printed
from newsletter.compose.tell import headings
from newsletter.compose.tell.envelope import preheader, subject
from newsletter.compose.tell.events import events
from newsletter.compose.tell.items import MOST_OTHERS, lead_item, line_item, story_item
from newsletter.compose.tell.numbers import numbers
from newsletter.compose.tell.series import instalments, series_number
from newsletter.compose.tell.verbatim import briefings, cards, own_bullets, own_heading
from newsletter.compose.tell.wording import worded
from newsletter.model.article import Article
from newsletter.model.edit import EditKind
from newsletter.model.issue import Doubt, DoubtKind, Item, LeftOut, Section, SectionKind
from newsletter.model.keys import article_key
from newsletter.model.newsletter import Newsletter, PlannedSection
from newsletter.model.past import Past
from newsletter.model.quotation import fold
from newsletter.model.slot import Slot
from newsletter.model.written import Written

#: Numbers of the week are looked for in so many articles, the best stories first.
FIGURES_OF = 40


@dataclass(slots=True)
class Draft:
    """The sections of an issue, and what did not get into one."""

    newsletter: Newsletter
    slot: Slot
    choice: Choice
    ranked: Sequence[Story]
    events: Sequence[Article]
    past: Past
    decisions: Decisions
    summaries: Mapping[int, Written]
    left_out: list[LeftOut] = field(default_factory=list)
    _printed: Printed = field(default_factory=Printed)
    _rest: list[Story] = field(default_factory=list)
    _headlines: list[str] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _said: str = ""

    def sections(self) -> tuple[Section, ...]:
        """The sections in the order of the plan; one without items is not printed."""
        self._rest = list(self.choice.rest)
        self._numbers = self._numbered()
        written = [section for planned in self.newsletter.plan for section in self._written(planned)]
        self._account_for_the_rest()
        return tuple(section for section in written if section.items)

    def subject(self, sections: Sequence[Section]) -> str:
        """The lead's headline."""
        return subject(self._lead_of(sections))

    def preheader(self, sections: Sequence[Section]) -> str:
        """The lead's dek and what else there is."""
        others = [item.headline for section in sections[1:] for item in section.items if item.headline]
        return preheader(self._lead_of(sections), others, self.newsletter.language)

    # ---- one section

    def _written(self, planned: PlannedSection) -> Iterator[Section]:
        """The section or sections that ``planned`` becomes: each briefing is one of its own."""
        if not planned.most:
            return
        own = [self._own(key) for key in self.decisions.own(planned.name)]
        if planned.kind is SectionKind.BRIEFING:
            yield from self._briefings(planned, own)
            return
        items = tuple(map(self._finished, (*own, *self._items(planned))))
        self._headlines += [
            headline for item in items for headline in (item.headline, *(o.headline for o in item.also)) if headline
        ]
        heading = None if planned.kind in (SectionKind.LEAD, SectionKind.SPONSOR) else self._heading(planned, items)
        yield Section(kind=planned.kind, name=planned.name, heading=heading, items=items)

    def _items(self, planned: PlannedSection) -> Iterator[Item]:
        """What the machine puts into a section, best first."""
        makers: dict[SectionKind, Callable[[PlannedSection], Iterator[Item]]] = {
            SectionKind.LEAD: partial(self._summarised, build=self._lead),
            SectionKind.STORIES: partial(self._summarised, build=self._story),
            SectionKind.SERIES: partial(self._summarised, build=self._story),
            SectionKind.OTHER_NEWS: self._other_news,
            SectionKind.NUMBERS: self._numbers_of_the_week,
            SectionKind.EVENTS: self._announced,
            SectionKind.MAGAZINE: self._cards,
        }
        make = makers.get(planned.kind)
        return make(planned) if make else iter(())

    def _cards(self, planned: PlannedSection) -> Iterator[Item]:
        return _worded_first(self._kept(cards(self._articles(), self._headlines, self._printed)), planned.most)

    def _numbers_of_the_week(self, planned: PlannedSection) -> Iterator[Item]:
        best = self._articles()[:FIGURES_OF]
        # One that was dropped makes room for the next, and one that was worded must be found however it ranks now.
        touched = {edit.target for edit in self.decisions.edits if ".n" in edit.target}
        offered = list(numbers(best, skip=self._is_printed, most=planned.most + len(touched)))
        if missing := touched - {item.key for item in offered}:
            every = numbers(best, skip=self._is_printed, most=FIGURES_OF)
            offered += [item for item in every if item.key in missing]
        return _worded_first(self._kept(offered), planned.most)

    def _summarised(self, planned: PlannedSection, build: Callable[[Story, Printed], Item | None]) -> Iterator[Item]:
        """The stories chosen for a section; one that turns out to have no summary goes on to the other news."""
        for story in self.choice.sections.get(planned.name, ()):
            item = self._made(story.main.article, partial(build, story))
            if item:
                self._same_story(story, story.others[MOST_OTHERS:])
                yield item
            else:
                self._rest.insert(0, story)

    def _lead(self, story: Story, printed: Printed) -> Item:
        return lead_item(story, printed, written=self._written_about(story))

    def _story(self, story: Story, printed: Printed) -> Item | None:
        is_wanted = story.main.pinned or story.main.kept
        return story_item(story, printed, whatever=is_wanted, written=self._written_about(story))

    def _written_about(self, story: Story) -> Written | None:
        return self.summaries.get(story.main.article.id or 0)

    def _announced(self, planned: PlannedSection) -> Iterator[Item]:
        """The events that readers can still go to; those too far off, or past, are left out."""
        zone, language = self.newsletter.timezone, self.newsletter.language
        found = list(
            events(self.events, self.slot, most=planned.most, timezone=zone, language=language, skip=self._is_printed)
        )
        shown = {item.article_id for item in found}
        far = [article for article in self.events if article.id not in shown]
        self._leave_out(far, "its event is over, is announced already, or is more than two weeks away")
        return self._kept(found)

    def _is_printed(self, sentence: str) -> bool:
        """Whether a reader of this issue has read ``sentence``, or a quotation in it, further up."""
        return self._printed.holds(sentence) or fold(sentence) in self._said

    def _other_news(self, planned: PlannedSection) -> Iterator[Item]:
        """The round-ups' own bullets, then a line for each story that no section above took."""
        room = planned.most
        if not planned.topics:
            own = tuple(_worded_first(self._kept(own_bullets(self._articles(), self._printed)), room))
            room -= len(own)
            yield from own
        mine = [story for story in self._rest if self._goes_to(story, planned)]
        wanted = [story for story in mine if story.main.pinned or story.main.kept]
        for story in [*wanted, *(story for story in mine if story not in wanted)]:
            if room <= 0 and story not in wanted:
                break
            self._rest.remove(story)
            self._same_story(story, story.others)
            article = story.main.article
            item = self._made(article, partial(line_item, story, register=planned.register))
            if item:
                room -= 1
                yield item
            else:
                self._leave_out([article], "all that it says is a quotation that is printed above")

    def _goes_to(self, story: Story, planned: PlannedSection) -> bool:
        if wanted := self.decisions.pin(story.main.article) or self.decisions.kept(story.main.article):
            return wanted == planned.name
        return not planned.topics or is_about(story.main.article, planned.topics)

    def _briefings(self, planned: PlannedSection, own: Sequence[Item]) -> Iterator[Section]:
        if own:
            yield Section(kind=planned.kind, name=planned.name, heading=self._heading(planned, own), items=tuple(own))
        found = islice(briefings(self._articles(), self._printed), planned.most)
        for place, section in enumerate(found, start=1):
            name = planned.name if place == 1 and not own else f"{planned.name}{place}"
            heading = self.decisions.heading(name) or section.heading
            yield replace(section, name=name, heading=heading, items=tuple(self._kept(section.items)))

    # ---- one item

    def _made(self, article: Article, build: Callable[[Printed], Item | None]) -> Item | None:
        """What ``build`` makes of ``article``, under the editor's words.

        Where these take the place of the machine's text, its quotations do not count as printed.
        """
        trial = self._printed.copy()
        item = build(trial)
        if item is None:
            return None
        made = self._reworded(item, article)
        if EditKind.TEXT in made.locked:
            self._printed.add(*(paragraph.text for paragraph in made.paragraphs))
        else:
            self._printed = trial
        return replace(made, doubts=(*made.doubts, *self._days(made, article)))

    def _days(self, item: Item, article: Article) -> Iterator[Doubt]:
        """The days in an item that its readers would take for others."""
        for text in (item.dek, *(paragraph.text for paragraph in item.paragraphs if not paragraph.quotation)):
            yield from dateline_doubts(text or "", article, self.slot)

    def _kept(self, items: Iterable[Item]) -> Iterator[Item]:
        """The parts of articles among ``items`` that the editor did not drop, under the editor's words."""
        by_id = {article.id: article for article in (*self._articles(), *self.events)}
        for item in items:
            reason = self.decisions.dropped(item.key)
            if reason is None:
                yield self._reworded(item, by_id.get(item.article_id))
            else:
                why = f"left out by the editor: {reason}" if reason else "left out by the editor"
                headline = item.headline or item.paragraphs[0].text
                self.left_out.append(LeftOut(article_id=item.article_id, headline=headline, reason=why))

    def _reworded(self, item: Item, article: Article | None) -> Item:
        made = worded(item, self.decisions.wording(item.key), article)
        return replace(made, doubts=(*made.doubts, *_retracted(article))) if article else made

    def _own(self, key: str) -> Item:
        """An item of the editor's own."""
        item = worded(Item(key=key, why="written by the editor"), self.decisions.wording(key), None)
        self._printed.add(*(paragraph.text for paragraph in item.paragraphs))
        return item

    def _finished(self, item: Item) -> Item:
        """``item`` with the number of its series, and with a link to the lead's page only where the lead itself stands."""
        lead = self.choice.sections[self._lead_name()][0].main.article
        is_part = item.key != article_key(lead) and item.url == lead.url and not item.headline
        self._said += " | ".join(["", *(fold(paragraph.text) for paragraph in item.paragraphs)])
        number = self._numbers.get(item.article_id or 0) if item.key == f"a{item.article_id}" else None
        return replace(item, url=None if is_part else item.url, series_number=number)

    def _numbered(self) -> dict[int, int]:
        """The number of each instalment of a running series that the issue prints."""
        told = [story.main.article for stories in self.choice.sections.values() for story in stories]
        found: dict[int, int] = {}
        counts: Counter[str] = Counter()
        for article in instalments(told):
            series = article.series or ""
            found[article.id or 0] = series_number(article, self.past.series, counts[series])
            counts[series] += 1
        return found

    # ---- what is said about the whole

    def _heading(self, planned: PlannedSection, items: Sequence[Item]) -> str:
        """The editor's heading, else the plan's, else the usual one."""
        is_other = planned.kind is SectionKind.OTHER_NEWS
        usual = self._other_heading(items) if is_other else headings.usual(planned.kind, self.newsletter.language)
        return self.decisions.heading(planned.name) or planned.heading or usual or planned.name.capitalize()

    def _other_heading(self, items: Sequence[Item]) -> str:
        """The newsletter's topic, else the round-up's own heading, else the label that most of the lines have."""
        language = self.newsletter.language
        if self.newsletter.topic:
            return headings.other_news(self.newsletter.topic, language)
        if own := own_heading(self._articles()):
            return own
        labels = Counter(item.label for item in items if item.label)
        most, count = next(iter(labels.most_common(1)), ("", 0))
        return headings.other_news(most if count > 1 else None, language)

    def _account_for_the_rest(self) -> None:
        for story in self._rest:
            self._same_story(story, story.others)
            self._leave_out([story.main.article], _no_room(self.newsletter.plan))

    def _same_story(self, story: Story, others: Iterable[Telling]) -> None:
        self._leave_out((other.article for other in others), f"same story as “{story.main.article.headline}”")

    def _leave_out(self, articles: Iterable[Article], reason: str) -> None:
        self.left_out += [left(article, reason) for article in articles]

    def _articles(self) -> list[Article]:
        """Every article of the period, the best story first."""
        return [telling.article for story in self.ranked for telling in (story.main, *story.others)]

    def _lead_of(self, sections: Sequence[Section]) -> Article:
        """The lead's article with the headline and dek that the editor gave it."""
        article, item = self.choice.sections[self._lead_name()][0].main.article, sections[0].items[0]
        headline = item.headline if EditKind.HEADLINE in item.locked else article.headline
        return replace(article, headline=headline or article.headline, dek=item.dek or article.dek)

    def _lead_name(self) -> str:
        return next(planned.name for planned in self.newsletter.plan if planned.kind is SectionKind.LEAD)


def _worded_first(items: Iterable[Item], most: int) -> Iterator[Item]:
    """At most ``most`` of ``items`` in their order; what an editor worded finds room before the others, whatever ``most``."""
    found = list(items)
    room = most - sum(1 for item in found if item.locked)
    for item in found:
        if item.locked or room > 0:
            room -= not item.locked
            yield item


def _retracted(article: Article) -> tuple[Doubt, ...]:
    if article.retracted_at is None:
        return ()
    sentence = f"its source took the story back on {article.retracted_at:%Y-%m-%d}; take it out, or write it anew"
    return (Doubt(kind=DoubtKind.RETRACTED, sentence=sentence, blocks=True),)


def _no_room(plan: Sequence[PlannedSection]) -> str:
    def most(kind: SectionKind) -> int:
        return sum(section.most for section in plan if section.kind is kind)

    stories, lines = most(SectionKind.STORIES), most(SectionKind.OTHER_NEWS)
    told = "1 story" if stories == 1 else f"{stories} stories"
    return f"no room: this newsletter's plan is {told} and {'1 line' if lines == 1 else f'{lines} lines'} of other news"

"""Which story goes into which section: the plan's quotas, filled from the best story down.

Within the summarised stories a story that resembles one chosen already counts for less, so that an issue is not four
times the same subject (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newsletter.compose.choose.decisions import Decisions
from newsletter.compose.choose.select import Score, Story, Term, topline
from newsletter.compose.choose.topics import is_about
from newsletter.compose.language import language_of
from newsletter.compose.terms import Vector, content_words, cosine, unit_vectors
from newsletter.model.article import Article, ArticleKind
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import TELLS_STORIES, PlannedSection

#: What full likeness to a chosen story takes from a score.
LIKENESS = -1.0
#: What a section that finds no story of its own would give to one.
QUOTA = 0.3


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories of each section by its name, best first, and those that no section took."""

    sections: dict[str, list[Story]]
    rest: list[Story]


def choose(
    plan: Sequence[PlannedSection],
    ranked: Sequence[Story],
    decisions: Decisions,
    *,
    fits: Callable[[Article], bool],
) -> Choice:
    """Give each of the ``ranked`` stories to at most one section of ``plan`` that prints summaries.

    ``fits`` says whether an article yields a summary. The lead is chosen first, then running series, then the sections
    for certain topics, then the others; pins come before all that.
    """
    chooser = _Chooser(plan, list(ranked), decisions, fits)
    chooser.lead()
    for section in sorted(plan, key=_eagerness):
        if section.kind is SectionKind.SERIES:
            chooser.fill(section, lambda story: bool(story.main.article.series))
        elif section.kind is SectionKind.STORIES:
            chooser.fill(section, _about(section))
    return Choice(dict(chooser.chosen), chooser.pool)


def quota_needs(plan: Sequence[PlannedSection], articles: Sequence[Article]) -> Callable[[Article], tuple[Term, ...]]:
    """What each article gains by being of a topic that a section of ``plan`` finds too little of."""
    needs: list[tuple[PlannedSection, float]] = []
    for section in plan:
        if section.topics and section.most and section.kind is SectionKind.STORIES:
            found = sum(is_about(article, section.topics) for article in articles)
            needs.append((section, max(0.0, (section.most - found) / section.most)))

    def gain(article: Article) -> tuple[Term, ...]:
        return tuple(
            Term(f"{section.heading or section.name} quota", QUOTA * need)
            for section, need in needs
            if need and is_about(article, section.topics)
        )

    return gain


def _eagerness(section: PlannedSection) -> int:
    """Series before sections of certain topics before sections for all."""
    return 0 if section.kind is SectionKind.SERIES else 1 if section.topics else 2


def _about(section: PlannedSection) -> Callable[[Story], bool]:
    return lambda story: not section.topics or is_about(story.main.article, section.topics)


class _Chooser:
    """The choice in the making: ``pool`` is what is still to be had, best first."""

    def __init__(
        self,
        plan: Sequence[PlannedSection],
        pool: list[Story],
        decisions: Decisions,
        fits: Callable[[Article], bool],
    ) -> None:
        self.pool = pool
        self.chosen: defaultdict[str, list[Story]] = defaultdict(list)
        self._names = {section.name for section in plan if section.most and section.kind in TELLS_STORIES}
        self._lead = next(section for section in plan if section.kind is SectionKind.LEAD)
        self._has_series = any(section.kind is SectionKind.SERIES and section.most for section in plan)
        self._decisions = decisions
        self._fits = fits
        vectors = unit_vectors(
            [content_words(topline(story.main.article), language_of(story.main.article)) for story in pool]
        )
        self._vectors = {story.main.article.identity: vector for story, vector in zip(pool, vectors, strict=True)}
        self._taken: list[tuple[Story, Vector]] = []

    def lead(self) -> None:
        """Take the story that is pinned to the lead, else the one kept there, else the best that is free to lead."""
        wanted = [story for wish in (self._pin, self._kept) for story in self.pool if wish(story) == self._lead.name]
        free = [story for story in self.pool if not (self._pin(story) or self._kept(story))]
        # A pin that names no section wants the story in the issue, not at its head.
        free.sort(key=lambda story: -story.main.score.value)
        self._take(self._lead, [*wanted, *free, *self.pool][0])

    def fill(self, section: PlannedSection, belongs: Callable[[Story], bool]) -> None:
        """Fill ``section`` with what is pinned to it or kept in it, then with the best of what ``belongs``."""
        wanted = [story for story in self.pool if section.name in (self._pin(story), self._kept(story))]
        for story in wanted:
            self._take(section, story)
        while len(self.chosen[section.name]) < section.most:
            found = self._best(lambda story: self._is_free(story) and belongs(story), section)
            if found is None:
                break
            self._take(section, found)
        if any(story.main.kept for story in wanted):
            self.chosen[section.name].sort(key=lambda story: (not story.main.pinned, -story.main.score.value))

    def _best(self, may: Callable[[Story], bool], section: PlannedSection) -> Story | None:
        """The story of the highest score after what likeness takes from it."""
        best: tuple[float, Story] | None = None
        for story in self.pool:
            value = story.main.score.value
            if story.main.pinned and may(story):
                return story
            if best and value <= best[0]:
                break  # likeness only takes: nothing further down can win
            if not may(story) or not self._belongs_here(story, section) or not self._fits(story.main.article):
                continue
            value += self._penalty(story).share
            if best is None or value > best[0]:
                best = value, story
        return best[1] if best else None

    def _belongs_here(self, story: Story, section: PlannedSection) -> bool:
        """Instalments of a running series wait for its own section, if the plan has one."""
        article = story.main.article
        is_instalment = bool(article.series) and article.kind is not ArticleKind.ROUNDUP
        return section.kind is SectionKind.SERIES or not (is_instalment and self._has_series)

    def _penalty(self, story: Story) -> Term:
        mine = self._vectors[story.main.article.identity]
        likest = max(self._taken, key=lambda taken: cosine(mine, taken[1]), default=None)
        share = round(LIKENESS * cosine(mine, likest[1]), 2) if likest else 0.0
        return Term(f"like “{likest[0].main.article.headline}”" if likest else "", share)

    def _take(self, section: PlannedSection, story: Story) -> None:
        self.pool.remove(story)
        penalty = self._penalty(story)
        if penalty.share and section.kind is SectionKind.STORIES and not story.main.pinned:
            score = Score((*story.main.score.terms, penalty))
            self.chosen[section.name].append(replace(story, main=replace(story.main, score=score)))
        else:
            self.chosen[section.name].append(story)
        self._taken.append((story, self._vectors[story.main.article.identity]))

    def _is_free(self, story: Story) -> bool:
        """Whether no section has a claim to the story."""
        return not self._pin(story) and not self._kept(story)

    def _kept(self, story: Story) -> str | None:
        kept = self._decisions.kept(story.main.article) if self._pin(story) is None else None
        return kept if kept in self._names else None

    def _pin(self, story: Story) -> str | None:
        """The section that any telling of the story is pinned to, if the plan has it; empty for any section."""
        pins = [self._decisions.pin(told.article) for told in (story.main, *story.others)]
        named = next((pin for pin in pins if pin is not None), None)
        return named if named is None or named in self._names else ""

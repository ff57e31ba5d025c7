"""What an editor's own moves say about outlets and topics: a suggestion to be taken or left, never a rule by itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.model.article import Article
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Issue
from newsletter.model.keys import article_id_of
from newsletter.model.newsletter import Newsletter, Rule, RuleField

#: So many moves of one kind, and so large a share of what was offered, make a habit.
FEWEST = 3
SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that would have done what the editor did by hand, and what speaks for it."""

    rule: Rule
    because: str


@dataclass(slots=True)
class _Tally:
    """How often something was offered, dropped, and pulled up."""

    offered: int = 0
    dropped: int = 0
    raised: int = 0


def suggest(
    newsletter: Newsletter,
    issues: Sequence[Issue],
    moves: Mapping[int, Sequence[Edit]],
    articles: Mapping[int, Article],
) -> tuple[Suggestion, ...]:
    """Rules that the moves of the editor speak for, the clearest habit first.

    ``moves`` are the edits of ``issues`` by the issue's id, ``articles`` by theirs. An outlet or topic of which at least
    three articles and six in ten were dropped should weigh less, one of which as many were pinned or weighed up should
    weigh more. What a rule of the newsletter speaks of already is left out.
    """
    tallies: defaultdict[tuple[RuleField, str], _Tally] = defaultdict(_Tally)
    for issue in issues:
        edits = moves.get(issue.id or 0, ())
        for article in (articles[known] for known in sorted(_offered(issue, edits)) if known in articles):
            for trait in _traits(article):
                _count(tallies[trait], f"a{article.id}", edits)
    ruled = {(rule.field, rule.value.casefold()) for rule in newsletter.rules}
    found = [
        suggestion
        for (field, value), tally in sorted(tallies.items())
        if (field, value.casefold()) not in ruled and (suggestion := _habit(field, value, tally))
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.rule.weight or 0)))


def _offered(issue: Issue, edits: Sequence[Edit]) -> set[int]:
    """The articles that the editor had before them."""
    ids = {item.article_id for section in issue.sections for item in section.items}
    ids |= {left.article_id for left in issue.left_out} | {article_id_of(edit.target) for edit in edits}
    return {known for known in ids if known is not None}


def _traits(article: Article) -> Iterator[tuple[RuleField, str]]:
    if article.outlet:
        yield RuleField.OUTLET, article.outlet
    section = article.byline.section if article.byline else None
    for topic in dict.fromkeys(filter(None, (*article.topics, section))):
        yield RuleField.TOPIC, topic


def _count(tally: _Tally, key: str, edits: Sequence[Edit]) -> None:
    mine = [edit for edit in edits if edit.target == key]
    tally.offered += 1
    tally.dropped += any(_lowers(edit) for edit in mine)
    tally.raised += any(_raises(edit) for edit in mine)


def _lowers(edit: Edit) -> bool:
    return edit.kind is EditKind.DROP or (edit.kind is EditKind.WEIGHT and int(edit.value) < 0)


def _raises(edit: Edit) -> bool:
    return edit.kind is EditKind.PIN or (edit.kind is EditKind.WEIGHT and int(edit.value) > 0)


def _habit(field: RuleField, value: str, tally: _Tally) -> Suggestion | None:
    for count, weight, deed in ((tally.dropped, -1, "took out"), (tally.raised, +1, "pulled up")):
        if count >= FEWEST and count >= SHARE * tally.offered:
            because = f"you {deed} {count} of {tally.offered} articles of {field} “{value}”"
            return Suggestion(Rule(field=field, value=value, weight=weight), because)
    return None

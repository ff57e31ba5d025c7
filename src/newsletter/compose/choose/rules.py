"""A newsletter's rules about outlets, topics and words, as shares of a score or as a reason to leave an article out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.compose.choose.topics import is_about, stated_topics
from newsletter.model.article import Article
from newsletter.model.newsletter import Rule, RuleField
from newsletter.model.sentences import tokens


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the rules of one newsletter say of an article."""

    rules: Sequence[Rule] = ()

    def never(self, article: Article) -> str | None:
        """Why a rule forbids ``article``, or ``None``."""
        hit = next((rule for rule in self._hits(article) if rule.weight is None), None)
        return f"the rule for {_named(hit)}: never" if hit else None

    def weights(self, article: Article) -> tuple[tuple[str, int], ...]:
        """What each rule that speaks of ``article`` adds to its score, with the rule in words."""
        return tuple((f"rule for {_named(rule)}", rule.weight) for rule in self._hits(article) if rule.weight)

    def _hits(self, article: Article) -> Iterator[Rule]:
        return (rule for rule in self.rules if _speaks_of(rule, article))


def _speaks_of(rule: Rule, article: Article) -> bool:
    if rule.field is RuleField.OUTLET:
        return (article.outlet or "").casefold() == rule.value.casefold()
    if rule.field is RuleField.TOPIC:
        # A guess may move an article up or down; it may not forbid one.
        stated = {topic.casefold() for topic in stated_topics(article)}
        return rule.value.casefold() in stated if rule.weight is None else is_about(article, [rule.value])
    said = tokens(f"{article.headline} {article.dek or ''}")
    words = tokens(rule.value)
    return bool(words) and any(said[at : at + len(words)] == words for at in range(len(said)))


def _named(rule: Rule) -> str:
    return f"{rule.field} “{rule.value}”"

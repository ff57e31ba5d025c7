"""What became different between two drafts of the same slot."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.model.article import Article
from newsletter.model.issue import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Headlines of the articles that came in, that have another text than in the draft before, that were taken back.

    ``is_same`` says that the two drafts are the same to the letter.
    """

    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    is_same: bool = False

    def __str__(self) -> str:
        """The counts in words: ``3 new, 1 updated after you saw it, 1 retracted``."""
        counted = (
            (len(self.new), "new"),
            (len(self.updated), "updated after you saw it"),
            (len(self.retracted), "retracted"),
        )
        said = ", ".join(f"{count} {word}" for count, word in counted if count)
        return said or ("nothing changed" if self.is_same else "composed anew")


def changes(before: Issue | None, after: Issue, articles: Mapping[int, Article]) -> Changes:
    """What ``after`` has otherwise than ``before`` (``None`` for a first draft); ``articles`` are those of the slot."""
    if before is None:
        return Changes(new=_headlines(_seen(after), articles))
    old, new = _seen(before), _seen(after)
    versions = {item.article_id: item.version for section in before.sections for item in section.items}
    updated = {known for known in new if known in versions and articles[known].version > versions[known]}
    retracted = {known for known in old if known in articles and articles[known].retracted_at}
    gone_before = {left.article_id for left in before.left_out if "took it back" in left.reason}
    return Changes(
        new=_headlines(new - old, articles),
        updated=_headlines(updated, articles),
        retracted=_headlines(retracted - gone_before, articles),
        is_same=before.says_the_same_as(after),
    )


def _seen(issue: Issue) -> set[int]:
    """The articles that a draft prints or leaves out."""
    items = [item for section in issue.sections for item in section.items]
    ids = [item.article_id for item in items] + [also.article_id for item in items for also in item.also]
    return {known for known in (*ids, *(left.article_id for left in issue.left_out)) if known is not None}


def _headlines(ids: set[int], articles: Mapping[int, Article]) -> tuple[str, ...]:
    return tuple(articles[known].headline for known in sorted(ids) if known in articles)

"""An editor's edits, arranged the way the composer asks for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.model.article import Article
from newsletter.model.edit import WORDING, Edit, EditKind
from newsletter.model.keys import article_key


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an editor decided about one issue."""

    edits: Sequence[Edit] = ()

    def pin(self, article: Article) -> str | None:
        """The section that ``article`` is pinned to, empty for whichever comes first; ``None`` if it is not pinned."""
        return self._value(EditKind.PIN, article_key(article))

    def kept(self, article: Article) -> str | None:
        """The section that ``article`` stays in because the editor worded it there, if there is one."""
        return self._value(EditKind.KEEP, article_key(article))

    def wants(self, article: Article) -> bool:
        """Whether the editor wants ``article`` in the issue."""
        return self.pin(article) is not None or self.kept(article) is not None

    def dropped(self, key: str) -> str | None:
        """Why the item ``key`` stays out, which may be empty; ``None`` if it does not."""
        return self._value(EditKind.DROP, key)

    def weight(self, article: Article) -> int:
        """What the editor adds to the article's score."""
        return int(self._value(EditKind.WEIGHT, article_key(article)) or 0)

    def heading(self, section: str) -> str | None:
        """The editor's heading for the section of that name."""
        return self._value(EditKind.HEADING, section)

    @property
    def subject(self) -> str | None:
        """The editor's subject."""
        return self._value(EditKind.SUBJECT, "")

    @property
    def preheader(self) -> str | None:
        """The editor's preheader."""
        return self._value(EditKind.PREHEADER, "")

    def own(self, section: str) -> Iterator[str]:
        """The keys of the editor's own items in the section of that name, in the order of their keys."""
        added = (edit for edit in self.edits if edit.kind is EditKind.ADD and edit.value == section)
        return iter(sorted((edit.target for edit in added), key=lambda key: (len(key), key)))

    def wording(self, key: str) -> dict[EditKind, Edit]:
        """The editor's words for the item ``key``, by what they stand for."""
        return {edit.kind: edit for edit in self.edits if edit.target == key and edit.kind in WORDING}

    def _value(self, kind: EditKind, target: str) -> str | None:
        return next((edit.value for edit in self.edits if edit.kind is kind and edit.target == target), None)

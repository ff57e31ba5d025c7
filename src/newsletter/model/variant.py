"""A variant: what one set of readers gets of an issue."""

from dataclasses import dataclass

from newsletter.model.issue import Issue, SectionKind


@dataclass(frozen=True, slots=True)
class Variant:
    """The sections that these readers ``skip`` and the keys of the items that they ``had`` in another issue.

    ``str(variant)`` is its stored form, ``briefing+magazine|a12+a14``; the whole issue is the empty string.
    """

    skips: frozenset[SectionKind] = frozenset()
    had: frozenset[str] = frozenset()

    def __str__(self) -> str:
        sections = "+".join(sorted(self.skips))
        return f"{sections}|{'+'.join(sorted(self.had))}" if self.had else sections

    @classmethod
    def read(cls, text: str) -> "Variant":
        """The variant of that stored form."""
        sections, _, had = text.partition("|")
        skips = frozenset(SectionKind(word) for word in sections.split("+") if word)
        return cls(skips, frozenset(word for word in had.split("+") if word))

    @classmethod
    def of(cls, issue: Issue, skips: frozenset[SectionKind], had: frozenset[str]) -> "Variant":
        """The variant of ``issue`` for readers who skip and had this, as far as it concerns the issue at all."""
        concerned = skips & {section.kind for section in issue.sections} - {SectionKind.LEAD}
        left = issue.without(concerned)
        return cls(concerned, had & {item.key for section in left.sections for item in section.items})

    def cut(self, issue: Issue) -> Issue:
        """``issue`` as these readers get it."""
        return issue.without(self.skips, self.had)

"""One thing that a check found: what is wrong, where, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Level(StrEnum):
    """An error forbids approval; a warning is mended, or waived by somebody who says why; a note is only told."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend or to look at.

    ``code`` names the rule (``alt-missing``) and never changes; ``item`` is the key of the item that it is about and
    ``section`` the name of its section, both empty where it is about the whole mail. ``sentence`` says what was found,
    ``remedy`` what to do.
    """

    code: str
    level: Level
    sentence: str
    remedy: str = ""
    item: str = ""
    section: str = ""

    @property
    def ref(self) -> str:
        """How it is named in commands: ``alt-missing``, or ``alt-missing:a12`` where it is about an item."""
        return f"{self.code}:{self.item}" if self.item else self.code

    @property
    def fingerprint(self) -> str:
        """The sha256 (hex) of rule, item and sentence: the same finding, run for run, and no other."""
        return sha256(f"{self.ref}\0{self.sentence}".encode()).hexdigest()


def error(code: str, sentence: str, remedy: str = "", *, item: str = "", section: str = "") -> Finding:
    """A finding that forbids approval."""
    return Finding(code=code, level=Level.ERROR, sentence=sentence, remedy=remedy, item=item, section=section)


def warning(code: str, sentence: str, remedy: str = "", *, item: str = "", section: str = "") -> Finding:
    """A finding that is mended or waived."""
    return Finding(code=code, level=Level.WARNING, sentence=sentence, remedy=remedy, item=item, section=section)


def note(code: str, sentence: str, remedy: str = "", *, item: str = "", section: str = "") -> Finding:
    """A finding that asks for nothing."""
    return Finding(code=code, level=Level.NOTE, sentence=sentence, remedy=remedy, item=item, section=section)

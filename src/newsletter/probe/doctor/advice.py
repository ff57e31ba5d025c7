"""What the doctor has to say."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

#: ``error``: mail is refused or lost by it. ``warning``: worth mending. ``note``: good to know, nothing is wrong.
Level: TypeAlias = Literal["ok", "warning", "error", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One finding on one ``subject`` (``spf``), said in a ``sentence``; ``remedy`` is empty where nothing is to do."""

    level: Level
    subject: str
    sentence: str
    remedy: str = ""

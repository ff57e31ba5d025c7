"""Plain text: 72 columns; words are kept whole unless one is longer than a line, addresses always."""

from collections.abc import Iterable
from itertools import chain

WIDTH = 72
#: A word of more letters is cut, so that no line is longer than 78 whatever stands before it (RFC 5322, 2.1.1).
_LONGEST_WORD = 60


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """``text`` in lines of at most 72 columns; ``first`` and ``rest`` begin the first and the further lines.

    It does what ``textwrap.fill`` does with words that are not to be broken, at a tenth of its cost, which was a third of
    a whole mail's.
    """
    lines: list[str] = []
    line, begun = first, False
    for word in chain.from_iterable(map(_parts, text.split())):
        if begun and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line, begun = rest, False
        line += f" {word}" if begun else word
        begun = True
    return "\n".join((*lines, line)) if begun else ""


def _parts(word: str) -> Iterable[str]:
    if len(word) <= _LONGEST_WORD or "://" in word:
        return (word,)
    return [word[place : place + _LONGEST_WORD] for place in range(0, len(word), _LONGEST_WORD)]


def bullet(text: str) -> str:
    """``text`` as an item of a list."""
    return wrap(text, "* ", "  ")


def quoted(text: str, speaker: str | None) -> str:
    """A block quotation, its speaker below it."""
    lines = wrap(text, "    ", "    ")
    return f"{lines}\n{wrap(speaker, '    -- ', '       ')}" if speaker else lines


def underlined(text: str) -> str:
    """A heading with a line of hyphens below it; an equals sign would travel as three characters."""
    lines = wrap(text)
    return f"{lines}\n{'-' * max(map(len, lines.splitlines()), default=0)}"


class Notes:
    """Link numbers of a text: ``note`` gives a URL its number, ``take`` lists those given since the last time."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._taken = 0

    def note(self, url: str | None) -> str:
        """`` [3]`` for a URL, the same number for the same URL; nothing for none."""
        if not url:
            return ""
        return f" [{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    def take(self) -> list[tuple[int, str]]:
        """(number, URL) of the notes that are not listed yet."""
        new = [(number, url) for url, number in self._numbers.items() if number > self._taken]
        self._taken = len(self._numbers)
        return new

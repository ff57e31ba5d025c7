"""Mails with names and titles as hard as they come, made by the code that makes all mails, without sending them."""

import random
from dataclasses import dataclass
from functools import cache

from bench.scorecard.reading import Reading
from bench.scorecard.receiver import Arrived
from builders import NOW, newsletter
from newsletter.model.delivery import Claimed
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers

_LINKS = Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters")
#: Each with something that a header could trip over: encoded words, quotes, commas, comments, other scripts, very long.
_PIECES = (
    "Ferry", "fares", "=?utf-8?q?no?=", "=?", "?=", '"quoted"', "\\", "a, b", "<x@y.example>", "(comment)", ";", ":", "@",
    "Überfahrt", "Паром", "渡し船", "عبّارة", "🛥️", "e\u0301", "x" * 90, "Ж" * 120, "%0d%0a", "=0D=0A", "__NL_",
)  # fmt: skip
_PARAGRAPH = "A paragraph without an end " * 115


@dataclass(frozen=True, slots=True)
class Hard:
    """A mail, and what its reader should read in it."""

    reading: Reading
    title: str
    sender_name: str
    reader_name: str
    unsubscribe: str


@cache
def hard_letters(count: int, seed: int = 1) -> list[Hard]:
    """So many mails; the same for the same ``seed``."""
    dice = random.Random(seed)  # noqa: S311 - the same letters every time, not a secret
    return [_hard(number, *(_words(dice) for _ in range(3))) for number in range(1, count + 1)]


def letter_of(title: str, letter: Newsletter, reader_name: str) -> bytes:
    """One mail with that title, from that newsletter, to a reader of that name."""
    compiled = Compiled(
        subject=title,
        html=f'<p>{_PARAGRAPH}</p><a href="__NL_UNSUBSCRIBE__">Leave</a>',
        text=f"{_PARAGRAPH}\nLeave: __NL_UNSUBSCRIBE__\n",
    )
    shared = fixed_headers(compiled, letter, archive_url=f"{_LINKS.base_url}/harbour/2026-W47", slot="2026-W47")
    row = Claimed(subscriber_id=7, email="reader@example.com", name=reader_name, variant="", attempt=1, claimed_at=NOW)
    return letters(1, 1, {"": (compiled, shared)}, _LINKS)(row).content


def _hard(number: int, title: str, sender_name: str, reader_name: str) -> Hard:
    content = letter_of(title, newsletter(id=1, sender_name=sender_name, title=sender_name), reader_name)
    mail = Arrived(sender="editor@news.example.org", recipients=(f"reader{number}@example.com",), content=content)
    return Hard(Reading(mail), title, sender_name, reader_name, _LINKS.unsubscribe(7, 1))


def _words(dice: random.Random) -> str:
    return " ".join(dice.choice(_PIECES) for _ in range(dice.randint(1, 9)))

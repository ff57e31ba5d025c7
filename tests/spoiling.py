"""What the scorecard says of mails that were spoiled, on their way or before they were signed."""

import re
from collections.abc import Callable
from dataclasses import replace

from bench.scorecard.__main__ import ROWS
from bench.scorecard.row import Result, Verdict, judged
from bench.scorecard.world import World
from newsletter.deliver.dkim import Signer

BY_NUMBER = {row.number: row for row in ROWS}


def verdict(number: str, world: World) -> Result:
    return judged(BY_NUMBER[number], world)


def spoiled(world: World, change: Callable[[bytes], bytes]) -> World:
    """The same with every mail changed on its way."""
    mails = tuple(replace(mail, content=change(mail.content)) for mail in world.mails)
    assert mails != world.mails, "the change changed nothing"
    return replace(world, mails=mails)


def resigned(world: World, change: Callable[[bytes], bytes], signer: Signer | None = None) -> World:
    """The same with every mail changed before it was signed."""
    signer = signer or Signer(keys=world.keys().load())

    def sign(content: bytes) -> bytes:
        head, _, body = change(content[content.index(b"\r\nTo: ") + 2 :]).partition(b"\r\n\r\n")
        return signer.sign(head + b"\r\n", body) + head + b"\r\n\r\n" + body

    return spoiled(world, sign)


def without(name: str) -> Callable[[bytes], bytes]:
    """Take a header field away, folded lines included."""
    pattern = re.compile(rf"^{name}:.*\r\n(?:[ \t].*\r\n)*".encode(), re.MULTILINE)
    return lambda content: pattern.sub(b"", content, count=1)


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new)


def fails(number: str, world: World, words: str) -> None:
    found = verdict(number, world)
    assert found.verdict is Verdict.FAILS, found.evidence
    assert words in found.evidence

"""The tools that rows share: our own doctor over a made-up DNS, SpamAssassin, Chromium with axe-core.

Each that may be missing answers ``None`` then, and the row says so.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from bench.scorecard.world import World
from desk import Desk
from dns_server import dns_server
from newsletter.probe.score import SpamScore
from newsletter.probe.spamd import ask_spamd

CHROMIUM = shutil.which("chromium")
Zone = Mapping[str, Mapping[str, Sequence[str]] | str]


class Told(NamedTuple):
    """What `newsletter doctor` said, and what it asked the DNS."""

    advice: list[dict[str, str]]
    asked: list[tuple[str, str]]

    def levels(self, subject: str) -> set[str]:
        """The levels of the advice on a subject."""
        return {one["level"] for one in self.advice if one["subject"] == subject}

    @property
    def errors(self) -> list[str]:
        """The sentences that are errors."""
        return [one["sentence"] for one in self.advice if one["level"] == "error"]


def doctor(world: World, zone: Zone, *words: str) -> Told:
    """What the command says of our sender (or the domain that ``words`` name) if the DNS is as in ``zone``."""
    with dns_server(zone) as dns:
        told = Desk(world.folder).run("doctor", *words, "--json", "--nameserver", f"127.0.0.1:{dns.port}")
        if not told.out:
            raise RuntimeError(f"newsletter doctor said nothing but: {told.err}")
        return Told(told.json, dns.asked)


def spam(world: World, content: bytes) -> SpamScore | None:
    """SpamAssassin's word on a mail, by the rules of the package alone; ``None`` where its daemon is not installed."""
    from probe.spamd_process import SPAMD, spamd_process  # noqa: PLC0415 - it looks for the program

    if "spamd" not in world.opened:
        folder = Path(mkdtemp(prefix="spamd-", dir=world.folder))
        world.opened["spamd"] = world.stack.enter_context(spamd_process(folder)) if SPAMD else None
    port = world.opened["spamd"]
    return ask_spamd(content, "127.0.0.1", port, 60) if port else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A mail as Chromium shows it with its pictures blocked, in the narrower and the wider of two windows.

    ``axe`` are axe-core's findings, ``words`` how many words are visible, ``exits`` the visible links to unsubscribe,
    each with its text, its width and height and the size of its letters in CSS pixels.
    """

    axe: tuple[str, ...]
    words: int
    exits: tuple[tuple[str, float, float, float], ...]


def look(html: str) -> Look | None:
    """``None`` where Chromium is not installed."""
    return _look(html) if CHROMIUM else None


_EXITS = """() => [...document.querySelectorAll('a[href*="/unsubscribe/"]')].map(link => {
  const box = link.getBoundingClientRect(), style = getComputedStyle(link);
  const seen = link.checkVisibility({opacityProperty: true, visibilityProperty: true});
  return [link.innerText.trim(), seen ? box.width : 0, seen ? box.height : 0, parseFloat(style.fontSize)];
})"""


@cache
def _look(html: str) -> Look:
    from browser.axe import PAGE_RULES, findings  # noqa: PLC0415 - Playwright is for those who look
    from browser.viewer import opened  # noqa: PLC0415 - the same

    axe: list[str] = []
    exits: list[Any] = []
    words = 0
    with opened() as viewer:
        for width in (375, 640):
            page = viewer.show(html, width)
            axe += findings(page, without=PAGE_RULES)
            exits += page.evaluate(_EXITS)
            words = len(re.findall(r"\w+", page.evaluate("document.body.innerText")))
    return Look(axe=tuple(axe), words=words, exits=tuple((str(e[0]), *map(float, e[1:])) for e in exits))  # type: ignore[misc]  # four of them

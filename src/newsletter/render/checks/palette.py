"""Whether every text of a theme can be read on its ground, in both palettes."""

from collections.abc import Iterator

from newsletter.render.checks.finding import Finding, error
from newsletter.render.theme import PAIRS, Theme, contrast

_STEPS = 64


def palette(theme: Theme) -> Iterator[Finding]:
    """An error for each pair of colours that is too faint (WCAG 2.2, 1.4.3; 1.4.6 for what is read at length)."""
    for scheme, colours in (("light", theme.light), ("dark", theme.dark)):
        for text, ground, least in PAIRS:
            found = contrast(colours[text], colours[ground])
            if found < least:
                yield error(
                    "contrast",
                    f"In the theme {theme.name}, {scheme}.{text} ({colours[text]}) on {scheme}.{ground} "
                    f"({colours[ground]}) has a contrast of {found:.1f} and needs {least:.1f}.",
                    f"Set {scheme}.{text} to {readable(colours[text], colours[ground], least)}, say.",
                )


def readable(colour: str, ground: str, least: float) -> str:
    """The colour nearest to ``colour``, on its way to black or white, that has the contrast ``least`` on ``ground``."""
    towards = max(("#000000", "#ffffff"), key=lambda end: contrast(end, ground))
    mixed = (_mixed(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((one for one in mixed if contrast(one, ground) >= least), towards)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)

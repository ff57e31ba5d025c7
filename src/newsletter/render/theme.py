"""Themes: colour, type and spacing as tokens, from one TOML file each."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from newsletter.assets import asset
from newsletter.errors import RenderError

_COLOURS = (
    "paper", "card", "ink", "muted", "accent", "line", "image_box", "image_ink", "masthead", "masthead_ink", "masthead_meta",
)  # fmt: skip
_SIZES = (
    "title", "title_phone", "dek", "heading", "headline", "body", "bullet", "quotation", "figure", "credit", "kicker", "footer",
)  # fmt: skip
_HEX = re.compile(r"#[0-9a-f]{6}")

#: Which text stands on which background, and the contrast (WCAG 2.2, 1.4.3 and 1.4.6) that it must reach.
PAIRS = (
    ("ink", "card", 7.0),
    ("ink", "paper", 7.0),
    ("muted", "card", 4.5),
    ("muted", "paper", 4.5),
    ("accent", "card", 4.5),
    ("accent", "paper", 4.5),
    ("image_ink", "image_box", 4.5),
    ("masthead_ink", "masthead", 7.0),
    ("masthead_meta", "masthead", 4.5),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one look. ``light`` and ``dark`` map names to six-digit hex; ``scale`` to (size, line height) in px."""

    name: str
    fonts: dict[str, str]
    scale: dict[str, tuple[int, int]]
    light: dict[str, str]
    dark: dict[str, str]


@cache
def load_theme(name: str) -> Theme:
    """The theme of that name; ``RenderError`` says which there are, or which token is wrong."""
    folder = asset("templates") / "email/themes"
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in known:
        raise RenderError(f"There is no theme {name!r}; there are {', '.join(known)}.")
    try:
        tokens = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RenderError(f"The theme {name} is not valid TOML: {error}.") from error
    scale = {key: _size(name, key, tokens) for key in _SIZES}
    palettes = {scheme: {key: _colour(name, scheme, key, tokens) for key in _COLOURS} for scheme in ("light", "dark")}
    fonts = {key: str(tokens.get("fonts", {}).get(key, "serif")) for key in ("reading", "meta")}
    return Theme(name, fonts, scale, palettes["light"], palettes["dark"])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of a six-digit hex colour (WCAG 2.2)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 - WCAG's constant
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(theme: str, scheme: str, key: str, tokens: dict[str, dict[str, str]]) -> str:
    found = tokens.get(scheme, {}).get(key, "")
    if not _HEX.fullmatch(found):
        raise RenderError(f"The theme {theme} needs {scheme}.{key} as a six-digit colour such as #8c1d18.")
    return found


def _size(theme: str, key: str, tokens: dict[str, dict[str, list[int]]]) -> tuple[int, int]:
    found = tokens.get("scale", {}).get(key, [])
    if len(found) != 2 or not all(type(number) is int and number > 0 for number in found):  # noqa: PLR2004 - size and line height
        raise RenderError(f"The theme {theme} needs scale.{key} as two pixel sizes such as [17, 27].")
    return found[0], found[1]

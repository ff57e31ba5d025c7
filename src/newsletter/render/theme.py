"""Themes: colour, type and spacing as tokens, from one TOML file each."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.errors import RenderError

_COLOURS = (
    "paper", "card", "ink", "muted", "accent", "line", "image_box", "image_ink", "masthead", "masthead_ink", "masthead_meta",
)  # fmt: skip
_SIZES = (
    "title", "title_phone", "dek", "heading", "headline", "body", "bullet", "quotation", "figure", "credit", "kicker", "footer",
)  # fmt: skip
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
#: A quotation mark of the other kind, a brace or a semicolon would end the attribute or the rule that it stands in.
_FONTS = re.compile(r"[\w ,'-]+")
#: What is left of a phone's 320 pixels beside the gutters.
_WIDEST_LOGO = 280

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
class Logo:
    """A picture in the masthead in place of the newsletter's name, which stays its description. Sizes in CSS pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one look. ``light`` and ``dark`` map names to six-digit hex; ``scale`` to (size, line height) in px."""

    name: str
    fonts: dict[str, str]
    scale: dict[str, tuple[int, int]]
    light: dict[str, str]
    dark: dict[str, str]
    logo: Logo | None = None


def read_theme(path: Path) -> Theme:
    """The theme in the TOML file ``path``, named after it; ``RenderError`` says which token is wrong."""
    name = path.stem
    try:
        tokens = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenderError(f"The theme {name} is not valid TOML: {error}.") from error
    except OSError as error:
        raise RenderError(f"The theme {path} cannot be read ({type(error).__name__}).") from error
    scale = {key: _size(name, key, tokens) for key in _SIZES}
    palettes = {scheme: {key: _colour(name, scheme, key, tokens) for key in _COLOURS} for scheme in ("light", "dark")}
    fonts = {key: _font(name, key, tokens) for key in ("reading", "meta")}
    return Theme(name, fonts, scale, palettes["light"], palettes["dark"], _logo(name, tokens))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of a six-digit hex colour (WCAG 2.2)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 - WCAG's constant
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(theme: str, scheme: str, key: str, tokens: dict[str, Any]) -> str:
    found = _table(theme, scheme, tokens).get(key, "")
    if not (isinstance(found, str) and _HEX.fullmatch(found)):
        raise RenderError(f"The theme {theme} needs {scheme}.{key} as a six-digit colour such as #8c1d18.")
    return found


def _size(theme: str, key: str, tokens: dict[str, Any]) -> tuple[int, int]:
    found = _table(theme, "scale", tokens).get(key, [])
    whole = isinstance(found, list) and len(found) == 2 and all(type(one) is int and one > 0 for one in found)  # noqa: PLR2004 - size and line height
    if not whole:
        raise RenderError(f"The theme {theme} needs scale.{key} as two pixel sizes such as [17, 27].")
    return found[0], found[1]


def _font(theme: str, key: str, tokens: dict[str, Any]) -> str:
    found = _table(theme, "fonts", tokens).get(key, "")
    if not (isinstance(found, str) and _FONTS.fullmatch(found)):
        raise RenderError(
            f"The theme {theme} needs fonts.{key} as a list of names such as \"Georgia, 'Times New Roman', serif\"."
        )
    return found


def _logo(theme: str, tokens: dict[str, Any]) -> Logo | None:
    found = _table(theme, "logo", tokens)
    if not found:
        return None
    match found:
        case {"url": str(url), "width": int(width), "height": int(height)} if (
            url.startswith("https://") and 0 < width <= _WIDEST_LOGO and height > 0
        ):
            return Logo(url, width, height)
    raise RenderError(
        f"The theme {theme} needs logo.url (https://…) with logo.width (at most {_WIDEST_LOGO}) and logo.height in pixels."
    )


def _table(theme: str, name: str, tokens: dict[str, Any]) -> dict[str, Any]:
    found = tokens.get(name, {})
    if not isinstance(found, dict):
        raise RenderError(f"The theme {theme} needs {name} as a table: [{name}].")
    return found

"""The template environment: sandboxed, strict, and escaping where a template is HTML."""

from collections.abc import Iterable
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.assets import asset
from newsletter.render import plain, words
from newsletter.render.theme import Theme


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The one environment for mails and web copies; ``body.html`` escapes, ``body.txt`` and ``subject.txt`` do not."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([asset("templates") / "email", asset("templates") / "web"]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # lipsum, cycler and their like are ways out of a sandbox and of no use in a mail.
    made.globals.clear()
    made.filters |= {
        "week": words.week,
        "read_at": words.read_at,
        "wrap": plain.wrap,
        "bullet": plain.bullet,
        "quoted": plain.quoted,
        "underlined": plain.underlined,
        "groups": _groups,
        "selectors": _selectors,
    }
    return made


def style_sheet(name: str, theme: Theme) -> str:
    """``_base/<name>`` with the theme's tokens filled in."""

    def type_of(font: str, size: str) -> str:
        pixels, line = theme.scale[size]
        return f"font-family:{theme.fonts[font]}; font-size:{pixels}px; line-height:{line}px"

    css = environment().get_template(f"_base/{name}")
    return css.render(
        theme=theme, reading=lambda size: type_of("reading", size), meta=lambda size: type_of("meta", size)
    ).strip()


def _groups(tokens: dict[str, str]) -> list[tuple[str, list[str]]]:
    """A map from class to token turned round: each token with its classes."""
    return [(token, [c for c, t in tokens.items() if t == token]) for token in dict.fromkeys(tokens.values())]


def _selectors(classes: Iterable[str], before: str = "") -> str:
    """The classes as a selector list, each under ``before`` where one is given."""
    return ",".join(f"{before} .{name}".strip() for name in classes)

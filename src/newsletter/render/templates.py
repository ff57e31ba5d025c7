"""The templates of mails and web copies, and the style sheets made from a theme's tokens.

Everything that an article or an editor wrote reaches a template as a value. It is escaped by the template's own suffix:
``.html`` escapes, ``.txt`` and ``.css`` do not.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.assets import asset
from newsletter.errors import RenderError
from newsletter.render.plain import bullet, quoted, underlined, wrap
from newsletter.render.theme import Theme
from newsletter.render.words import figure, fit, label, other_direction, place, read_at, sponsored, week

#: White space that means nothing in a style sheet; what is kept of it travels in every mail.
_SPACE = re.compile(r"\s*([{};,])\s*")


def fill(template: str, **values: object) -> str:
    """The template (``issue/body.html``, ``archive/issue.html``) with its values; its own faults are a ``RenderError``."""
    try:
        return _environment().get_template(template).render(values)
    except TemplateError as error:
        raise RenderError(f"The template {template} cannot be used ({error}); correct the file.") from error


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([asset("templates") / "email", asset("templates") / "web"]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # lipsum, cycler and their like are ways out of a sandbox and of no use in a mail.
    made.globals.clear()
    made.filters.update(
        bullet=bullet, dir=other_direction, figure=figure, fit=fit, groups=_groups, label=label, place=place,
        quoted=quoted, read_at=read_at, selectors=_selectors, sponsored=sponsored, underlined=underlined, week=week,
        wrap=wrap,
    )  # fmt: skip
    return made


def style_sheet(name: str, theme: Theme) -> str:
    """``templates/email/_base/<name>`` with the tokens of ``theme``."""

    def reading(size: str) -> str:
        return _font(theme.fonts["reading"], theme.scale[size])

    def meta(size: str) -> str:
        return _font(theme.fonts["meta"], theme.scale[size])

    return _SPACE.sub(r"\1", fill(f"_base/{name}", theme=theme, reading=reading, meta=meta)).strip()


def _font(family: str, size: tuple[int, int]) -> str:
    return f"font-family:{family}; font-size:{size[0]}px; line-height:{size[1]}px"


def _groups(tokens: Mapping[str, str]) -> Iterable[tuple[str, list[str]]]:
    """``{"page": "paper", "foot": "paper"}`` turned round: each token with the classes that use it."""
    turned: dict[str, list[str]] = {}
    for name, token in tokens.items():
        turned.setdefault(token, []).append(name)
    return turned.items()


def _selectors(classes: Iterable[str], within: str = "") -> str:
    """Class names as a selector list, each below the element that ``within`` selects."""
    return ",".join(f"{within} .{name}".strip() for name in classes)

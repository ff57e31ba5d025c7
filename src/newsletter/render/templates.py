"""The templates of mails and pages, and the style sheets made from a theme's tokens.

Everything that an article or an editor wrote reaches a template as a value. It is escaped by the template's own suffix:
``.html`` escapes, ``.txt`` and ``.css`` do not.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.assets import asset
from newsletter.errors import RenderError
from newsletter.i18n.phrases import ENGLISH, phrases, spoken
from newsletter.render.plain import bullet, quoted, underlined, wrap
from newsletter.render.theme import Theme, read_theme
from newsletter.render.words import breakable, figure, fit, label, other_direction, place, tongue, upright

#: White space that means nothing in a style sheet; what is kept of it travels in every mail.
_SPACE = re.compile(r"\s*([{};,])\s*")
_THEMES = "email/themes"
#: What the code of a template can raise when it is wrong, besides Jinja's own errors.
_FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, UnicodeError, ValueError)


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates and themes are read. Files of ``folder``, an operator's own, come before the shipped ones."""

    folder: Path | None = None

    def fill(self, template: str, language: str = ENGLISH, /, **values: object) -> str:
        """The template (``email/issue/body.html``) with its values, its fixed phrases in ``language`` (BCP 47).

        ``RenderError`` names the template and what is wrong in it.
        """
        try:
            return _environment(self.roots, spoken(language)).get_template(template).render(values)
        except TemplateNotFound as error:
            raise RenderError(f"There is no template {error}; see: newsletter template list") from error
        except (TemplateError, *_FAULTS) as error:
            raise RenderError(f"The template {template} cannot be used ({error}); correct the file.") from error

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that are looked into, first to last."""
        return (*([self.folder] if self.folder else []), asset("templates"))

    @property
    def names(self) -> tuple[str, ...]:
        """Every template and style sheet, as ``fill`` wants it named."""
        found = {
            path.relative_to(root).as_posix() for root in self.roots for path in root.rglob("*.*") if path.is_file()
        }
        return tuple(sorted(name for name in found if Path(name).suffix in {".html", ".txt", ".css"}))

    def file(self, name: str) -> Path:
        """The file that a template or theme is read from; ``RenderError`` if there is none."""
        for root in self.roots:
            if (root / name).is_file() and (root / name).resolve().is_relative_to(root.resolve()):
                return root / name
        raise RenderError(f"There is no template {name}; see: newsletter template list")

    @property
    def themes(self) -> tuple[str, ...]:
        """The names of the themes."""
        found = (path for root in self.roots for path in (root / _THEMES).glob("*.toml"))
        return tuple(sorted({path.stem for path in found if path.is_file()}))

    def theme(self, name: str) -> Theme:
        """The theme of that name; ``RenderError`` says which there are, or which token is wrong."""
        if name not in self.themes:
            raise RenderError(f"There is no theme {name!r}; there are {', '.join(self.themes)}.")
        return read_theme(self.file(f"{_THEMES}/{name}.toml"))

    def style_sheet(self, name: str, theme: Theme) -> str:
        """``email/_base/<name>`` with the tokens of ``theme``."""

        def reading(size: str) -> str:
            return _font(theme.fonts["reading"], theme.scale[size])

        def meta(size: str) -> str:
            return _font(theme.fonts["meta"], theme.scale[size])

        filled = self.fill(f"email/_base/{name}", theme=theme, reading=reading, meta=meta)
        return _SPACE.sub(r"\1", filled).strip()


#: The templates as they come with the program.
SHIPPED = Templates()


@cache
def _environment(roots: tuple[Path, ...], language: str) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(roots),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # lipsum, cycler and their like are ways out of a sandbox and of no use in a mail.
    made.globals = {"_": made.globals["_"]}
    words = phrases(language)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(
        breakable=breakable, bullet=bullet, dir=other_direction, figure=figure, fit=fit, label=label, place=place,
        quoted=quoted, tongue=tongue, underlined=underlined, upright=upright, wrap=wrap,
    )  # fmt: skip
    return made


def _font(family: str, size: tuple[int, int]) -> str:
    return f"font-family:{family}; font-size:{size[0]}px; line-height:{size[1]}px"

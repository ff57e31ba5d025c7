"""Which features of caniemail a piece of CSS uses.

Where caniemail names a feature after the property (``css-float``), so do we: the name is looked up in the data. The tables
hold what is named otherwise, and what depends on the value.
"""

import functools
import re
from collections.abc import Iterator

from newsletter.render.checks.css_blocks import Block, has_comment, parse
from newsletter.render.checks.support import facts

_DISPLAY = {
    "none": "css-display-none",
    "flex": "css-display-flex",
    "inline-flex": "css-display-flex",
    "grid": "css-display-grid",
    "inline-grid": "css-display-grid",
}
_GROUPS = {
    "css-block-inline-size": ("block-size",),
    "css-border-inline-block-individual": (
        "border-block-end", "border-block-start", "border-inline-end", "border-inline-start",
    ),
    "css-border-inline-block-longhand": (
        "border-block-color", "border-block-style", "border-block-width",
        "border-inline-color", "border-inline-style", "border-inline-width",
    ),
    "css-border-inline-block": ("border-inline", "border-block"),
    "css-border-radius": (
        "border-top-left-radius", "border-top-right-radius", "border-bottom-left-radius", "border-bottom-right-radius",
    ),
    "css-border-radius-logical": (
        "border-end-end-radius", "border-end-start-radius", "border-start-end-radius", "border-start-start-radius",
    ),
    "css-column-layout-properties": (
        "columns", "column-fill", "column-rule", "column-rule-color", "column-rule-style", "column-rule-width",
        "column-span", "column-width",
    ),
    "css-flex-direction": ("flex-flow",),
    "css-gap": ("column-gap", "row-gap"),
    "css-left-right-top-bottom": ("left", "right", "top", "bottom"),
    "css-margin-block-start-end": ("margin-block-end", "margin-block-start"),
    "css-margin-inline-block": ("margin-block", "margin-inline"),
    "css-margin-inline-start-end": ("margin-inline-end", "margin-inline-start"),
    "css-mask-image": ("mask",),
    "css-padding-block-start-end": ("padding-block-end", "padding-block-start"),
    "css-padding-inline-block": ("padding-block", "padding-inline"),
    "css-padding-inline-start-end": ("padding-inline-end", "padding-inline-start"),
}  # fmt: skip
_PROPERTIES = {name: slug for slug, names in _GROUPS.items() for name in names}
_UNITS = {"%": "css-unit-percent"} | {
    unit: f"css-unit-{unit}"
    for unit in ("ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw")
}
_FUNCTIONS = {
    "calc": "css-unit-calc",
    "clamp": "css-function-clamp",
    "conic-gradient": "css-conic-gradient",
    "lab": "css-modern-color",
    "lch": "css-modern-color",
    "light-dark": "css-function-light-dark",
    "linear-gradient": "css-linear-gradient",
    "max": "css-function-max",
    "min": "css-function-min",
    "oklab": "css-modern-color",
    "oklch": "css-modern-color",
    "radial-gradient": "css-radial-gradient",
    "rgb": "css-rgb",
    "rgba": "css-rgba",
    "var": "css-variables",
}
_WORDS = {"initial": "css-unit-initial"} | dict.fromkeys(
    ("fit-content", "min-content", "max-content"), "css-intrinsic-size"
)
_SYSTEM_FONTS = {"system-ui", "ui-serif", "ui-sans-serif", "ui-rounded", "ui-monospace"}
_SYSTEM_FONT = "css-sytem-ui"  # as the data spells it
_AT_RULES = {
    "@font-face": "css-at-font-face",
    "@import": "css-at-import",
    "@keyframes": "css-at-keyframes",
    "@-webkit-keyframes": "css-at-keyframes",
    "@media": "css-at-media",
    "@supports": "css-at-supports",
}
_MEDIA = {
    "device-pixel-ratio": "css-at-media-device-pixel-ratio",
    "hover": "css-at-media-hover",
    "orientation": "css-at-media-orientation",
    "prefers-color-scheme": "css-at-media-prefers-color-scheme",
    "prefers-reduced-motion": "css-at-media-prefers-reduced-motion",
}
_SELECTORS = {
    "css-selector-adjacent-sibling": re.compile(r"\+"),
    "css-selector-attribute": re.compile(r"\["),
    "css-selector-chaining": re.compile(r"[\w\]-][.#\[]"),
    "css-selector-child": re.compile(r">"),
    "css-selector-class": re.compile(r"\.[a-z_-]"),
    "css-selector-descendant": re.compile(r"[^\s>+~] +[^\s>+~]"),
    "css-selector-general-sibling": re.compile(r"~"),
    "css-selector-id": re.compile(r"#"),
    "css-selector-type": re.compile(r"(?:^|[\s>+~])[a-z]"),
    "css-selector-universal": re.compile(r"(?:^|[\s>+~])\*"),
}
_GROUPING = "css-selector-grouping"
_OTHER = frozenset({
    "css-background-image", "css-comments", "css-display", "css-important", "css-nesting", "css-variables",
})  # fmt: skip
#: Every slug that is written out here; each must be in the data.
MAPPED = _OTHER | {
    _GROUPING, _SYSTEM_FONT, *_DISPLAY.values(), *_GROUPS, *_UNITS.values(), *_FUNCTIONS.values(), *_WORDS.values(),
    *_AT_RULES.values(), *_MEDIA.values(), *_SELECTORS,
}  # fmt: skip

_TEXT = re.compile(r"""url\([^)]*\)|"[^"]*"|'[^']*'""", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\w#.])(?:\d*\.)?\d+(%|[a-z]+)")
_FUNCTION = re.compile(r"(?<![\w-])(?:-webkit-)?(?:repeating-)?([a-z][a-z-]*)\(")
_WORD = re.compile(r"[a-z][a-z-]*")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_PSEUDO = re.compile(r"(::?)([a-z-]+)(\([^)]*\))?")
# CSS 2 wrote these with one colon, and the browsers still read them so.
_OLD_ELEMENTS = {"before", "after", "first-letter", "first-line"}


@functools.lru_cache(1024)
def of_style(style: str) -> frozenset[str]:
    """The slugs of what a style attribute uses."""
    return _of_declarations(parse(style)) | ({"css-comments"} if has_comment(style) else frozenset())


def of_sheet(css: str) -> frozenset[str]:
    """The slugs of what a style block uses: its at-rules, media queries, selectors and declarations."""
    return frozenset(_of_rules(parse(css))) | ({"css-comments"} if has_comment(css) else frozenset())


def _of_rules(block: Block) -> Iterator[str]:
    yield from _of_declarations(block)
    for prelude, inner in block.rules:
        if prelude.startswith("@"):
            yield from _of_at_rule(prelude)
            if prelude.lower().startswith(("@media", "@supports", "@layer")):
                yield from _of_rules(inner)
        else:
            yield from _of_selector(prelude.lower())
            if inner.rules:
                yield "css-nesting"
            yield from _of_rules(inner)


def _of_at_rule(prelude: str) -> Iterator[str]:
    name = re.split(r"[\s(]", prelude.lower(), maxsplit=1)[0]
    if name in _AT_RULES:
        yield _AT_RULES[name]
    if name == "@media":
        yield from (slug for word, slug in _MEDIA.items() if word in prelude.lower())


def _of_selector(selector: str) -> Iterator[str]:
    for colons, name, _ in _PSEUDO.findall(selector):
        kind = "element" if colons == "::" or name in _OLD_ELEMENTS else "class"
        if facts().knows(slug := f"css-pseudo-{kind}-{name}"):
            yield slug
    # An attribute's value and a pseudo class's argument would look like selectors of their own.
    plain = " ".join(_PSEUDO.sub("", _IN_BRACKETS.sub("[]", selector)).split())
    if "," in plain:
        yield _GROUPING
    for one in plain.split(","):
        yield from (slug for slug, looks in _SELECTORS.items() if looks.search(one.strip()))


def _of_declarations(block: Block) -> frozenset[str]:
    return frozenset().union(*(_of_declaration(declaration) for declaration in block.declarations))


@functools.lru_cache(4096)
def _of_declaration(declaration: str) -> frozenset[str]:
    if declaration.startswith("@"):
        return frozenset(_of_at_rule(declaration))
    name, _, value = declaration.partition(":")
    name, value = name.strip().lower(), value.strip().lower()
    if name.startswith("--"):
        return frozenset({"css-variables"})
    # Outlook's own properties and vendors' prefixes are extras by nature; nobody counts on them.
    if not name or name.startswith(("-", "mso-")):
        return frozenset()
    return frozenset((*_of_property(name, value), *_of_value(name, value)))


def _of_property(name: str, value: str) -> Iterator[str]:
    if name == "display":
        yield _DISPLAY.get(value.removesuffix("!important").strip(), "css-display")
    elif slug := _slug(name):
        yield slug


@functools.lru_cache(1024)
def _slug(name: str) -> str | None:
    """The feature that a property belongs to: its own, its group's, else that of the shorthand it is a part of."""
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    shorter = name
    while shorter:
        if facts().knows(f"css-{shorter}"):
            return f"css-{shorter}"
        # The data tells of the shorthand "font" by itself, so that font-family is no part of it.
        shorter = "" if shorter.startswith("font-") else shorter.rpartition("-")[0]
    return None


def _of_value(name: str, value: str) -> Iterator[str]:
    if "!" in value:
        yield "css-important"
    if name in {"background", "background-image"} and "url(" in value:
        yield "css-background-image"
    plain = _TEXT.sub(" ", value)
    yield from (_UNITS[unit] for unit in _UNIT.findall(plain) if unit in _UNITS)
    yield from (_FUNCTIONS[function] for function in _FUNCTION.findall(plain) if function in _FUNCTIONS)
    words = set(_WORD.findall(plain))
    yield from (slug for word, slug in _WORDS.items() if word in words)
    if name in {"font", "font-family"} and words & _SYSTEM_FONTS:
        yield _SYSTEM_FONT

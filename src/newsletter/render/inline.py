"""CSS into style attributes, once for each variant: the only importer of premailer.

premailer 3.10.0 fetches ``@import`` even when told not to use the network, shares one cache between three functions so
that an author's markup can crash it, and drops the ``!important`` that dark mode lives by. Each is closed here; two of
the names touched are private, so the version is pinned and a test names them. What it would lose in silence (a nested
rule, a fallback, an at-rule, a selector that it cannot weigh) is refused instead, and so is a page that would keep it
busy for minutes.
"""

import functools
import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import cssutils
from lxml.cssselect import CSSSelector
from premailer import premailer as engine

from newsletter.errors import InlineRefused
from newsletter.render.by_class import ByClass, forget

MAX_BYTES = 1_000_000
#: Characters of one style sheet; ours have 6,000.
MAX_SHEET = 50_000
#: Declarations times tags: what premailer's time grows with, 2 µs each at worst. A mail at Gmail's limit has 600,000.
MAX_WORK = 4_000_000


# Three of premailer's functions share one cache that is keyed by their arguments alone: a selector "p" and a style
# attribute "p" then meet. A cache of its own for the selectors parts them.
@functools.lru_cache(1024)
def _selected(selector: str) -> ByClass | CSSSelector:
    return ByClass(selector[1:]) if _ONE_CLASS.fullmatch(selector) else CSSSelector(selector)


engine._create_cssselector = _selected  # noqa: SLF001 - see above

_OPTIONS = {
    "allow_network": False,
    "allow_loading_external_files": False,
    "disable_link_rewrites": True,
    "keep_style_tags": False,
    "strip_important": False,
    "exclude_pseudoclasses": True,
    "disable_validation": True,
    "align_floating_images": False,
    "remove_classes": False,
    "disable_basic_attributes": ["width", "height"],
    "cssutils_logging_level": logging.CRITICAL,
}
# Raw markup only: an article about <link> has it escaped.
_REFUSED = re.compile(r"<link\b|<base\b|<!\[if", re.IGNORECASE)
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ONE_CLASS = re.compile(r"\.[\w-]+")
#: White space in style attributes is a tenth of a mail that means nothing.
_STYLE = re.compile(r' style="[^"]*"')
_TAG = re.compile(r"<[a-zA-Z]")
# One element, one class, or both, and perhaps a state such as :hover, which premailer leaves in the head.
_SELECTOR = re.compile(r"(?=[^:])[a-zA-Z0-9]*(?:[.#][\w-]+)*(?:::?[\w-]+(?:\([^)]*\))?)?")
_NO_CODE = re.compile(r"""/\*.*?(?:\*/|\Z)|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|\([^()]*\)""", re.DOTALL)


def inline(page: str) -> str:
    """Return the whole page with its style sheets written into style attributes.

    ``<style data-premailer="ignore">`` stays as it is. ``InlineRefused`` for a page that is empty or larger than 1 MB,
    whose style sheets are too large for its size, or that holds what would be fetched, lost or corrupted.
    """
    if not page.strip() or len(page.encode(errors="replace")) > MAX_BYTES:
        raise InlineRefused("The mail is empty or larger than 1 MB; shorten the issue.")
    if found := _UNSENDABLE.search(page):
        raise InlineRefused(
            f"The mail holds the character U+{ord(found[0]):04X} before {page[found.end() :][:20]!r}, which no mail may"
            " hold; take it out of the text."
        )
    if found := _REFUSED.search(page):
        raise InlineRefused(f"The mail holds {found[0]!r}, which cannot be sent; take it out of the template.")
    try:
        inlined = str(_SafePremailer(page, **_OPTIONS).transform(pretty_print=False))
    finally:
        forget()
    inlined = _STYLE.sub(lambda style: style[0].replace("; ", ";").replace(", ", ","), inlined)
    # premailer loses the doctype, and without it browsers and mail programs fall back to the layout of 1998.
    return inlined if inlined.lstrip().lower().startswith("<!doctype") else f"<!doctype html>\n{inlined}"


class _SafePremailer(engine.Premailer):  # type: ignore[misc]  # premailer publishes no types
    _work = 0

    @functools.cached_property
    def _tags(self) -> int:
        return len(_TAG.findall(self.html))

    def _parse_style_rules(self, css_body: str | None, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        if not css_body:
            return [], []
        self._weigh(css_body)
        rules, leftover = _rules(css_body, ruleset_index)
        return list(rules), list(leftover)

    def _weigh(self, css_body: str) -> None:
        self._work += _declared(css_body) * self._tags
        if self._work > MAX_WORK:
            raise InlineRefused("The mail has too many elements for so many styles; shorten the issue.")

    def _parse_css_string(self, css_body: str, validate: bool = True) -> cssutils.css.CSSStyleSheet:  # noqa: ARG002, FBT001, FBT002 - premailer's signature
        return _parse(css_body)


@functools.lru_cache(64)
def _rules(css: str, index: int) -> tuple[list[Any], list[Any]]:
    """What premailer makes of a style sheet; it would write every declaration anew for each mail."""
    made: tuple[list[Any], list[Any]] = engine.Premailer._parse_style_rules(  # noqa: SLF001 - the cache around it is ours
        _SafePremailer("", **_OPTIONS), css, index
    )
    return made


@functools.lru_cache(64)
def _declared(css: str) -> int:
    """How many declarations premailer would try, one for each selector."""
    return sum(len(rule.selectorList) * rule.style.length for rule in _parse(css) if rule.type == rule.STYLE_RULE)


@functools.lru_cache(64)
def _parse(css: str) -> cssutils.css.CSSStyleSheet:
    """The style sheet, of which nothing is lost on the way into style attributes."""
    if len(css) > MAX_SHEET:
        raise InlineRefused(f"A style sheet of the mail has more than {MAX_SHEET:,} characters; take rules out.")
    # The fetcher answers for an @import in disguise (@\\69mport): with nothing.
    parser = cssutils.CSSParser(validate=False, loglevel=logging.CRITICAL, fetcher=lambda _url: (None, b""))
    sheet = parser.parseString(css)
    if "@import" in css.lower() or any(rule.type == rule.IMPORT_RULE for rule in sheet):
        raise InlineRefused("A style sheet of the mail holds @import, which is never fetched; write the rules out.")
    for rule in sheet:
        if rule.type == rule.STYLE_RULE:
            _refuse_unweighed(rule)
    kept = [_declarations(rule) for rule in _style_rules(sheet)]
    if sum(kept) < _written(css):
        raise InlineRefused(
            "A style sheet of the mail holds what cannot be inlined (a nested rule, an at-rule such as @font-face, a value"
            " such as rgb(0 0 0 / 50%)); write it in plain rules, or in the style block that is kept."
        )
    return sheet


def _refuse_unweighed(rule: cssutils.css.CSSStyleRule) -> None:
    """Premailer weighs several parts of a selector wrongly, and those with [, * or + it loses."""
    for selector in rule.selectorList:
        if not _SELECTOR.fullmatch(selector.selectorText):
            raise InlineRefused(
                f"The rule for {selector.selectorText!r} cannot be inlined; give the element a class of its own, or write"
                " the rule in the style block that is kept."
            )


def _style_rules(sheet: cssutils.css.CSSStyleSheet) -> Iterator[cssutils.css.CSSStyleRule]:
    """The rules of the sheet and of its media rules."""
    inside = (rule.cssRules if rule.type == rule.MEDIA_RULE else (rule,) for rule in sheet)
    return (rule for rule in chain.from_iterable(inside) if rule.type == rule.STYLE_RULE)


def _declarations(rule: cssutils.css.CSSStyleRule) -> int:
    """How many there are; a property that comes twice would lose its first value, the fallback."""
    names = Counter(declared.name for declared in rule.style.getProperties(all=True))
    if twice := next((name for name, times in names.items() if times > 1), None):
        raise InlineRefused(
            f"The rule for {rule.selectorText!r} sets {twice} twice, and the first would be lost; write the fallback here"
            " and the rest in the style block that is kept."
        )
    return len(names)


def _written(css: str) -> int:
    """How many declarations there are, whether the parser understands them or not."""
    parts = re.split(r"([{};])", _NO_CODE.sub("", css))
    return sum(":" in text and mark != "{" for text, mark in zip(parts[::2], [*parts[1::2], ""], strict=True))

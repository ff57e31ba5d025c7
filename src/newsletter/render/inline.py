"""CSS into style attributes, once for each variant: the only importer of premailer.

premailer 3.10.0 fetches ``@import`` even when told not to use the network, shares one cache between three functions so
that an author's markup can crash it, and drops the ``!important`` that dark mode lives by. Each is closed here; two of
the names touched are private, so the version is pinned and a test names them.
"""

import functools
import logging
import re

import cssutils
from lxml.cssselect import CSSSelector
from premailer import premailer as engine

from newsletter.errors import InlineRefused

MAX_BYTES = 1_000_000

# Three of premailer's functions share one cache that is keyed by their arguments alone: a selector "p" and a style
# attribute "p" then meet. A cache of its own for the selectors parts them.
engine._create_cssselector = functools.lru_cache(1024)(CSSSelector)  # noqa: SLF001 - see above

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
_REFUSED = re.compile(r"<link\b|<base\b|<!\[if|[\x00\ud800-\udfff]", re.IGNORECASE)


def inline(page: str) -> str:
    """Return the whole page with its style sheets written into style attributes.

    ``<style data-premailer="ignore">`` stays as it is. ``InlineRefused`` for a page that is empty or larger than 1 MB, or
    that holds markup which would be fetched or corrupted.
    """
    if not page.strip() or len(page.encode(errors="replace")) > MAX_BYTES:
        raise InlineRefused("The mail is empty or larger than 1 MB; shorten the issue.")
    if found := _REFUSED.search(page):
        raise InlineRefused(f"The mail holds {found.group()!r}, which cannot be sent; take it out of the template.")
    inlined = str(_SafePremailer(page, **_OPTIONS).transform(pretty_print=False))
    # premailer loses the doctype, and without it browsers and mail programs fall back to the layout of 1998.
    return inlined if inlined.lstrip().lower().startswith("<!doctype") else f"<!doctype html>\n{inlined}"


class _SafePremailer(engine.Premailer):  # type: ignore[misc]  # premailer publishes no types
    def _parse_css_string(self, css_body: str, validate: bool = True) -> cssutils.css.CSSStyleSheet:  # noqa: ARG002, FBT001, FBT002 - premailer's signature
        return _parse(css_body)


@functools.lru_cache(64)
def _parse(css: str) -> cssutils.css.CSSStyleSheet:
    if "@import" in css.lower():
        raise InlineRefused("A style sheet of the mail holds @import, which is never fetched; write the rules out.")
    # The fetcher answers for an @import in disguise (@\\69mport): with nothing.
    parser = cssutils.CSSParser(validate=False, loglevel=logging.CRITICAL, fetcher=lambda _url: (None, b""))
    return parser.parseString(css)

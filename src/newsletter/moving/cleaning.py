"""The HTML of issues that other programs sent, made fit for our pages."""

import re

import nh3
from markdown_it import MarkdownIt

from newsletter.errors import NewsletterError

#: Elements in each other at most: the cleaner's time grows with the square of it, and no real mail has half of that.
DEEPEST = 256
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
#: Elements that need no end, so that counting ends would make a long page a deep one.
_ENDLESS = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "option",
    ]
)
#: Pictures of a dot, which only count readers.
_DOT = re.compile(r"""<img\b[^>]*\b(?:width|height)\s*[=:]\s*["']?[0-2](?:px)?["';\s/>][^>]*>?""", re.IGNORECASE)
_TAGS = frozenset(
    ["a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"]
)  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags={"script", "style", "template", "title", "noscript", "iframe", "object", "svg", "math", "form"},
    attributes={"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    attribute_filter=lambda tag, name, value: None if tag == "img" and name == "src" and not value.startswith("https://") else value,
    set_tag_attribute_values={"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}},
    url_schemes={"https", "http", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)  # fmt: skip
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def clean(html: str) -> str:
    """Those parts of ``html`` that a reader reads. ``NewsletterError`` if it is nested to keep its reader busy."""
    depth = deepest = 0
    for is_end, name in _TAG.findall(html):
        if name.lower() not in _ENDLESS:
            depth = max(depth - 1, 0) if is_end else depth + 1
            deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NewsletterError(f"its elements are nested more than {DEEPEST} deep")
    return _CLEANER.clean(_DOT.sub("", html).replace("<h1", "<h2").replace("</h1", "</h2")).strip()


def from_markdown(text: str) -> str:
    """The same of a text in Markdown, which may hold HTML."""
    return clean(_MARKDOWN.render(text))

"""Which features of caniemail a mail uses, and which of them it stands on."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from newsletter.render.checks import css_features

_ELEMENTS = {
    tag: f"html-{tag}"
    for tag in (
        "abbr", "acronym", "address", "audio", "base", "bdi", "blockquote", "body", "code", "del", "dfn", "dialog",
        "div", "form", "hr", "img", "link", "marquee", "meter", "object", "p", "picture", "pre", "progress", "rp", "rt",
        "ruby", "select", "small", "span", "strike", "strong", "svg", "table", "textarea", "video", "wbr",
    )
} | {
    "map": "html-image-maps",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        (
            "article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav", "section",
            "summary", "time",
        ),
        "html-semantics",
    ),
}  # fmt: skip
_ATTRIBUTES = {
    name: f"html-{name}"
    for name in (
        "align", "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "aria-live", "background",
        "cellpadding", "cellspacing", "dir", "height", "hidden", "lang", "popover", "required", "role", "srcset",
        "target", "valign", "width",
    )
} | {"inert": "css-inert-attribute", "loading": "html-loading-attribute", "sizes": "html-srcset"}  # fmt: skip
_TYPES = {
    ("button", "reset"): "html-button-reset",
    ("button", "submit"): "html-button-submit",
    ("input", "checkbox"): "html-input-checkbox",
    ("input", "hidden"): "html-input-hidden",
    ("input", "radio"): "html-input-radio",
    ("input", "reset"): "html-input-reset",
    ("input", "submit"): "html-input-submit",
    ("input", "text"): "html-input-text",
}
_TYPE_IF_NONE = {"button": "submit", "input": "text"}
_COLOUR_SCHEMES = {"color-scheme", "supported-color-schemes"}
_OTHER = frozenset({
    "html-anchor-links", "html-comments", "html-doctype", "html-mailto-links", "html-meta-color-scheme", "html-style",
})  # fmt: skip
#: Every slug that is written out here; each must be in the data.
MAPPED = _OTHER | {*_ELEMENTS.values(), *_ATTRIBUTES.values(), *_TYPES.values()}


@dataclass(frozen=True, slots=True)
class Used:
    """The slugs of what a mail uses: what it stands on, and what may be lost without harm."""

    load_bearing: frozenset[str]
    enhancement: frozenset[str]


def used(html: str) -> Used:
    """Which features a whole compiled page uses.

    Enhancement is what the page says in style blocks, colour-scheme metas and its doctype, and nowhere else: a program
    that puts the mail into a page of its own takes these away. What stands in a conditional comment is for Outlook alone
    and counts as neither.
    """
    load_bearing: set[str] = set()
    enhancement: set[str] = set()
    if html.lstrip()[:14].lower() == "<!doctype html":
        enhancement.add("html-doctype")
    for element in _elements(html):
        if element.tag == "style":
            enhancement |= {"html-style"} | css_features.of_sheet(element.text or "")
        elif element.tag == "meta":
            if element.get("name") in _COLOUR_SCHEMES:
                enhancement.add("html-meta-color-scheme")
        elif isinstance(element.tag, str):
            load_bearing.update(_of_element(element.tag, {str(k): str(v) for k, v in element.attrib.items()}))
        elif element.tag is etree.Comment and not _conditional(element.text or ""):
            load_bearing.add("html-comments")
    return Used(frozenset(load_bearing), frozenset(enhancement - load_bearing))


def _elements(html: str) -> Iterator[etree._Element]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.parse(io.BytesIO(html.encode(errors="replace")), parser).iter()


def _conditional(comment: str) -> bool:
    return comment.startswith(("[if", "<![endif"))


def _of_element(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    if tag in _ELEMENTS:
        yield _ELEMENTS[tag]
    yield from (_ATTRIBUTES[name] for name in attributes if name in _ATTRIBUTES)
    kind = attributes.get("type", _TYPE_IF_NONE.get(tag, "")).lower()
    if (tag, kind) in _TYPES:
        yield _TYPES[tag, kind]
    if tag == "a":
        yield from _of_link(attributes)
    if style := attributes.get("style"):
        yield from css_features.of_style(style)


def _of_link(attributes: Mapping[str, str]) -> Iterator[str]:
    href = attributes.get("href", "").strip().lower()
    if href.startswith("mailto:"):
        yield "html-mailto-links"
    if href.startswith("#") or "name" in attributes:
        yield "html-anchor-links"

"""Web addresses as a mail may carry them, and an issue in which every address is one."""

from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from newsletter.errors import RenderError
from newsletter.model.article import Image
from newsletter.model.issue import Also, Issue, Item

#: What RFC 3986 lets stand in a path and in a query; "%" because an address may be escaped already.
_PATH = "/%:@!$&'()*+,;=~"
_QUERY = _PATH + "?"


def web_address(url: str) -> str | None:
    """``url`` in ASCII (RFC 3986, the host as A-label), or ``None`` if it is no absolute http or https address.

    One form for all: the HTML serialiser would escape what is not ASCII, hosts included, and the text part would not.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
        path, query, fragment = quote(parts.path, _PATH), quote(parts.query, _QUERY), quote(parts.fragment, _QUERY)
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return urlunsplit((parts.scheme, (f"[{host}]" if ":" in host else host) + port, path, query, fragment))


def with_web_addresses(issue: Issue) -> Issue:
    """``issue`` with every link as ``web_address`` writes it; pictures that are not on the web are left out.

    ``RenderError`` names the item whose link would lead nowhere from a mail.
    """
    sections = tuple(replace(section, items=tuple(map(_item, section.items))) for section in issue.sections)
    return replace(issue, sections=sections)


def _item(item: Item) -> Item:
    name = item.headline or next((paragraph.text for paragraph in item.paragraphs), "without a headline")
    return replace(item, url=_link(item.url, name), image=_image(item.image), also=tuple(map(_also, item.also)))


def _also(also: Also) -> Also:
    return replace(also, url=_link(also.url, also.headline))


def _image(image: Image | None) -> Image | None:
    url = web_address(image.url) if image and image.url else None
    return replace(image, url=url) if image and url else None


def _link(url: str | None, name: str) -> str | None:
    if not url:
        return None
    address = web_address(url)
    if address is None:
        raise RenderError(
            f"The link of “{name[:60]}” is not a whole web address (https://…); correct the article's URL."
        )
    return address

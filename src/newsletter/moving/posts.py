"""A post as each program exports it, and what becomes of it here."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.model.past_issue import PastIssue
from newsletter.moving import cells
from newsletter.moving.cleaning import clean, from_markdown

_LONGEST = {"headline": 500, "dek": 1500, "preheader": 500}
_NAME = re.compile(r"[^a-z0-9]+")
#: Finds the body that an export keeps beside its table.
Body = Callable[..., tuple[str, bool] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What an export says of a post. ``why_not`` is why it does not belong into a public archive, empty if it does."""

    name: str
    title: str
    published: str
    html: str = ""
    markdown: str = ""
    dek: str = ""
    preheader: str = ""
    url: str = ""
    why_not: str = ""


def past_issue(post: Post, product: str) -> PastIssue:
    """The post as a past issue, or a ``NewsletterError`` that says why it is none."""
    if post.why_not:
        raise NewsletterError(post.why_not)
    title = _line(post.title)[: _LONGEST["headline"]]
    published, _ = cells.moment(post.published)
    if not title:
        raise NewsletterError("it has no title")
    if published is None:
        raise NewsletterError("it says no day on which it was published")
    html = clean(post.html) if post.html else from_markdown(post.markdown)
    if not html:
        raise NewsletterError("its text is not in the export")
    return PastIssue(
        key=f"{published:%Y-%m-%d}-{_named(post.name) or _named(title) or 'issue'}"[:120], headline=title, html=html,
        published_at=published, source=product, dek=_line(post.dek)[: _LONGEST["dek"]],
        preheader=_line(post.preheader)[: _LONGEST["preheader"]], url=post.url if post.url.startswith(("https://", "http://")) else "",
    )  # fmt: skip


def substack(body: Body, row: Mapping[str, str]) -> Post:
    """A line of ``posts.csv``; its body is ``posts/<post_id>.html``."""
    found, number = body(row["post_id"]), row["post_id"]
    why_not = _unless(row.get("is_published", "true"), "true", "it was never published")
    return Post(
        name=number.partition(".")[2] or number, title=row["title"], published=row["post_date"], html=found[0] if found else "",
        dek=row.get("subtitle", ""), why_not=why_not or _for_all(row.get("audience", ""), "everyone"),
    )  # fmt: skip


def buttondown(body: Body, row: Mapping[str, str]) -> Post:
    """A line of ``emails.csv``; its body is a file in ``emails/`` that is called by its slug or one of its numbers."""
    found = body(row.get("slug", ""), row.get("id", ""), row.get("secondary_id", ""))
    text, is_markdown = found or (row.get("body", ""), True)
    return Post(
        name=row.get("slug", ""), title=row["subject"], published=row["publish_date"],
        why_not="" if row["publish_date"].strip() else "it was never published",
        **{"markdown" if is_markdown else "html": text},
    )  # fmt: skip


def beehiiv(row: Mapping[str, str]) -> Post:
    """A line of the table of posts."""
    url = row.get("url", "")
    why_not = _unless(row.get("status", ""), "confirmed published archived", "it was never published")
    return Post(
        name=url.rstrip("/").rpartition("/")[2], title=row["web_title"], published=row.get("created_at", ""), html=row["content_html"],
        dek=row.get("web_subtitle", ""), preheader=row.get("email_preview_text", ""), url=url,
        why_not=why_not or _for_all(row.get("audience", ""), "free both all everyone"),
    )  # fmt: skip


def ghost(post: Mapping[str, Any]) -> Post:
    """One of the posts of the JSON file."""
    said = {name: str(value) for name, value in post.items() if isinstance(value, str | int)}
    published = said.get("published_at", "")
    if published.isdigit():  # milliseconds, in early versions
        published = datetime.fromtimestamp(int(published[:15]) / 1000, UTC).isoformat()
    why_not = "it is a page and no post" if said.get("type") == "page" else ""
    why_not = why_not or _unless(said.get("status", ""), "published sent", "it was never published")
    return Post(
        name=said.get("slug", ""), title=said.get("title", ""), published=published, html=said.get("html", ""),
        dek=said.get("custom_excerpt", ""), why_not=why_not or _for_all(said.get("visibility", ""), "public"),
    )  # fmt: skip


def _unless(cell: str, good: str, why_not: str) -> str:
    return "" if not cell.strip() or cell.strip().casefold() in good.split() else why_not


def _for_all(audience: str, all_of_them: str) -> str:
    return _unless(audience, all_of_them, "it was for paying readers or members alone, and the archive is public")


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _named(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NAME.sub("-", plain.casefold()).strip("-")[:80].rstrip("-")

"""The keys by which editors name the items of an issue: the same in every recompose."""

import hashlib
import re

from newsletter.model.article import Article

_ARTICLE = re.compile(r"a(\d+)(?:\.\w+)?")
_DIGITS = 6


def article_key(article: Article) -> str:
    """``a12`` for article 12; for one that is not stored, a key made of what it is known by."""
    return f"a{article.id}" if article.id is not None else f"x{_digest(article.identity)}"


def part_key(article: Article, letter: str, text: str) -> str:
    """The key of a part of an article: ``a12.b3f09ac`` for the bullet ``text`` of article 12, whatever its place."""
    return f"{article_key(article)}.{letter}{_digest(text)}"


def article_id_of(key: str) -> int | None:
    """The article that the item ``key`` was made from; ``None`` for an item of the editor's own."""
    found = _ARTICLE.fullmatch(key)
    return int(found[1]) if found else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

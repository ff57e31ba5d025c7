"""How long what stands around a story may be: a stranger's endless headline must not fill an issue."""

from dataclasses import replace
from typing import Any

from newsletter.model.article import Article
from newsletter.model.cutting import cut_at

#: Characters. The longest headlines and deks of real papers have a third of it.
_MOST = {"headline": 500, "dek": 1500, "kicker": 200, "series": 200, "outlet": 200}


def bounded(article: Article) -> Article:
    """The article with what is too long cut off, and an ellipsis in its place."""
    long: dict[str, Any] = {}
    for name, most in _MOST.items():
        text = getattr(article, name)
        if text and len(text) > most:
            long[name] = f"{cut_at(text, most - 1)}…"
    return replace(article, **long)

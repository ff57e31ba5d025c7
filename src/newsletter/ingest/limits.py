"""How long what stands around a story may be: a stranger's endless headline must not fill an issue."""

from dataclasses import replace

from newsletter.model.article import Article
from newsletter.model.cutting import cut_at

#: Characters. The longest headlines and deks of real papers have a third of it.
_MOST = {"headline": 500, "dek": 1500, "kicker": 200, "series": 200, "outlet": 200}


def bounded(article: Article) -> Article:
    """The article with what is too long cut off, and an ellipsis in its place."""
    long = {name: text for name, most in _MOST.items() if (text := getattr(article, name)) and len(text) > most}
    return replace(article, **{name: f"{cut_at(text, _MOST[name] - 1)}…" for name, text in long.items()})

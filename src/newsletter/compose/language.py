"""The language of an article: what its page or feed names, else what its words tell."""

from newsletter.model.article import Article
from newsletter.model.languages.guess import guess


def language_of(article: Article) -> str | None:
    """The BCP 47 tag of the language of ``article``; ``None`` if the page names none and its text does not tell."""
    return article.language or guess(" ".join((article.headline, article.dek or "", *article.body[:4])))

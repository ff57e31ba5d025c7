"""What an article is about."""

from collections.abc import Sequence

from newsletter.model.article import Article


def is_about(article: Article, wanted: Sequence[str]) -> bool:
    """Whether page or feed name one of the topics ``wanted``."""
    stated = {topic.casefold() for topic in (*article.topics, (article.byline and article.byline.section) or "")}
    return any(topic.casefold() in stated for topic in wanted)

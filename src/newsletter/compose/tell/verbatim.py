"""What an issue takes over as it stands: a round-up's bullets and briefings, and the cards for the magazine's other stories."""

from collections.abc import Iterable, Iterator

from newsletter.compose.language import language_of
from newsletter.compose.quotes import Printed, whole_sentences
from newsletter.compose.tell.pictures import described
from newsletter.model.article import Article, ArticleKind, Briefing, OtherNews, RelatedCard
from newsletter.model.issue import Item, Paragraph, Section, SectionKind
from newsletter.model.keys import part_key
from newsletter.model.quotation import fold
from newsletter.model.sentences import word_count

#: The text of a card is so long at most.
CARD_WORDS = 60


def own_heading(articles: Iterable[Article]) -> str | None:
    """The heading over the bullets of the first round-up that has any, without its colon."""
    return next((section.heading.rstrip(" :") for _, section in _other_news(articles)), None)


def own_bullets(articles: Iterable[Article], printed: Printed) -> Iterator[Item]:
    """The bullets of the round-ups among ``articles``, word for word."""
    for article, section in _other_news(articles):
        for bullet in section.items:
            if text := _fresh(bullet, printed, language_of(article)):
                yield _taken_over(article, part_key(article, "b", bullet), (text,), evidence=(bullet,))


def briefings(articles: Iterable[Article], printed: Printed) -> Iterator[Section]:
    """The briefings of the round-ups among ``articles``, each a section under its own heading."""
    headings: set[str] = set()
    for article in _roundups(articles):
        language = language_of(article)
        for section in article.sections:
            if isinstance(section, Briefing) and fold(section.heading) not in headings:
                texts = tuple(
                    text for paragraph in section.paragraphs if (text := _fresh(paragraph, printed, language))
                )
                if texts:
                    headings.add(fold(section.heading))
                    key = part_key(article, "d", section.heading)
                    item = _taken_over(article, key, texts, evidence=section.paragraphs)
                    yield Section(kind=SectionKind.BRIEFING, heading=section.heading.rstrip(" :"), items=(item,))


def cards(articles: Iterable[Article], headlines: Iterable[str], printed: Printed) -> Iterator[Item]:
    """The related cards of ``articles``, each title once and none whose title is among ``headlines``."""
    seen = {fold(headline) for headline in headlines}
    for article in articles:
        for card in article.related:
            if fold(card.title) not in seen:
                seen.add(fold(card.title))
                yield _card(article, card, printed)


def _roundups(articles: Iterable[Article]) -> Iterator[Article]:
    return (article for article in articles if article.kind is ArticleKind.ROUNDUP)


def _other_news(articles: Iterable[Article]) -> Iterator[tuple[Article, OtherNews]]:
    for article in _roundups(articles):
        yield from ((article, section) for section in article.sections if isinstance(section, OtherNews))


def _fresh(text: str, printed: Printed, language: str | None) -> str:
    """``text`` without what repeats a printed quotation; it counts as printed now."""
    fresh = printed.unrepeated(text, language)
    printed.add(fresh)
    return fresh


def _taken_over(article: Article, key: str, texts: tuple[str, ...], *, evidence: tuple[str, ...]) -> Item:
    return Item(
        key=key,
        version=article.version,
        paragraphs=tuple(Paragraph(text=text) for text in texts),
        outlet=article.outlet,
        url=article.url,
        article_id=article.id,
        evidence=evidence,
        why=f"taken over from the round-up “{article.headline}”",
    )


def _card(article: Article, card: RelatedCard, printed: Printed) -> Item:
    language = language_of(article)
    text = _beginning(printed.unrepeated(card.excerpt[0], language), language) if card.excerpt else ""
    printed.add(text)
    return Item(
        key=part_key(article, "c", card.title),
        version=article.version,
        headline=card.title,
        paragraphs=(Paragraph(text=text),) if text else (),
        label=card.section,
        outlet=article.outlet,
        url=card.url,
        image=described(card.image, card.title),
        why=f"related card of “{article.headline}”",
    )


def _beginning(text: str, language: str | None) -> str:
    """The first whole sentences of ``text``, 60 words at most."""
    taken: list[str] = []
    for sentence in whole_sentences(text, language):
        if word_count(" ".join((*taken, sentence))) > CARD_WORDS:
            break
        taken.append(sentence)
    return " ".join(taken)

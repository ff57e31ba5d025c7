"""A story as an item of the issue: as the lead, as a summarised story, as a line of other news.

Items are made in the order in which they are printed, so that ``Printed`` knows which quotations readers have seen.
"""

from dataclasses import replace

from newsletter.compose.choose.select import Story, Telling
from newsletter.compose.quotes import Printed, strongest
from newsletter.compose.tell.brief import brief
from newsletter.compose.tell.bullets import bullet
from newsletter.compose.tell.narrative import narrative
from newsletter.compose.tell.pictures import described
from newsletter.compose.tell.summary import LEAD, STORY, summarise
from newsletter.compose.tell.written import WrittenText, written_sentences
from newsletter.model.article import Article, ArticleKind
from newsletter.model.issue import Also, Item, Paragraph
from newsletter.model.keys import article_key
from newsletter.model.newsletter import Register
from newsletter.model.quotation import fold
from newsletter.model.written import Written

#: So many other tellings of a story are credited under it.
MOST_OTHERS = 6


def lead_item(story: Story, printed: Printed, *, written: Written | None = None) -> Item:
    """The item that opens the issue: a round-up's own paragraphs whole, else a summary and the strongest quotation.

    ``written`` is what a language model wrote about the article; it is used if it passes the gate.
    """
    article = story.main.article
    if article.kind is ArticleKind.ROUNDUP:
        return _item(story, _whole(article), printed)
    text = written_sentences(article, written, skip=printed.holds)
    sentences = text.sentences if text else summarise(article, LEAD, skip=printed.holds) or _line(article, printed)
    summary = Paragraph(text=" ".join(sentences))
    printed.add(summary.text)
    quote = strongest(article, printed)
    paragraphs = [summary]
    if quote:
        block = Paragraph(text=f"“{quote.text.rstrip(' ,')}”", quotation=True, speaker=quote.speaker)
        paragraphs.append(block)
    return _resting_on(_item(story, tuple(paragraphs), printed), sentences, text)


def story_item(
    story: Story, printed: Printed, *, whatever: bool = False, written: Written | None = None
) -> Item | None:
    """The item for a summary of at least two sentences, or ``None`` if the article does not yield one.

    ``whatever`` it yields is taken where an editor wants the story in. ``written`` is what a language model wrote about
    the article; it is used if it passes the gate.
    """
    article = story.main.article
    text = written_sentences(article, written, skip=printed.holds)
    sentences = text.sentences if text else summarise(article, STORY, skip=printed.holds)
    if len(sentences) < STORY.sentences and not whatever:
        return None
    sentences = sentences or _line(article, printed)
    paragraphs = (Paragraph(text=" ".join(sentences)),) if sentences else ()
    return _resting_on(_item(story, paragraphs, printed), sentences, text)


def line_item(story: Story, printed: Printed, register: Register) -> Item | None:
    """The line of other news, or ``None`` if all the article has to say is a quotation that is printed already."""
    article = story.main.article
    line = narrative(article, skip=printed.holds) if register is Register.NARRATIVE else None
    line = line or brief(article, skip=printed.holds)
    if line is None:
        return None
    printed.add(line.text)
    return Item(
        key=article_key(article),
        version=article.version,
        series=article.series,
        paragraphs=(Paragraph(text=line.text),),
        label=label(article),
        outlet=article.outlet,
        url=article.url,
        article_id=article.id,
        evidence=line.evidence,
        why=story.main.why + ("; cut at 30 words" if line.cut else ""),
    )


def label(article: Article) -> str | None:
    """The small line above an item: the series that the article belongs to, else the section of its byline."""
    return article.series or (article.byline.section if article.byline else None)


def _resting_on(item: Item, sentences: tuple[str, ...], written: WrittenText | None) -> Item:
    """``item`` with the source sentences of its summary, and with what is to be known of one that a model wrote."""
    if written is None:
        return replace(item, evidence=sentences)
    why = f"summary written by a model ({written.model}); {item.why}"
    return replace(item, evidence=written.evidence, doubts=(*item.doubts, *written.doubts), why=why)


def _item(story: Story, paragraphs: tuple[Paragraph, ...], printed: Printed) -> Item:
    article = story.main.article
    texts = tuple(paragraph.text for paragraph in paragraphs)
    printed.add(*texts)
    dek = _fresh_dek(article, " ".join(texts), printed)
    return Item(
        key=article_key(article),
        version=article.version,
        series=article.series,
        headline=article.headline_without_series,
        paragraphs=paragraphs,
        label=label(article),
        kicker=_kicker(article),
        dek=dek,
        byline=article.byline.raw if article.byline else None,
        outlet=article.outlet,
        url=article.url,
        image=described(article.hero, article.headline),
        also=tuple(_also(telling, printed) for telling in story.others[:MOST_OTHERS]),
        article_id=article.id,
        why=story.main.why,
    )


def _whole(article: Article) -> tuple[Paragraph, ...]:
    """The paragraphs of ``article`` as they stand, its block quotations with their speakers."""
    return tuple(
        Paragraph(text=text, quotation=True, speaker=_speaker(article, text))
        if text in article.blockquotes
        else Paragraph(text=text)
        for text in article.body
    )


def _speaker(article: Article, text: str) -> str | None:
    key = fold(text)
    return next((quote.speaker for quote in article.quotes if fold(quote.text) == key), None)


def _fresh_dek(article: Article, text: str, printed: Printed) -> str | None:
    """The dek, unless it says what the text says anyway or holds a quotation that is printed."""
    dek = article.dek
    if not dek or fold(dek) in fold(text) or printed.holds(dek):
        return None
    printed.add(dek)
    return dek


def _kicker(article: Article) -> str | None:
    """The kicker, unless it is the headline once more (it often is a picture's alternative text)."""
    kicker = article.kicker
    return (
        kicker
        if kicker and fold(kicker) not in (fold(article.headline), fold(article.headline_without_series))
        else None
    )


def _also(telling: Telling, printed: Printed) -> Also:
    article = telling.article
    line = bullet(article, skip=printed.holds)
    if line:
        printed.add(line.text)
    return Also(
        headline=article.headline,
        outlet=article.outlet,
        url=article.url,
        line=line.text if line else None,
        article_id=article.id,
    )


def _line(article: Article, printed: Printed) -> tuple[str, ...]:
    line = bullet(article, skip=printed.holds)
    return (line.text,) if line else ()

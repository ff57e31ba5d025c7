"""``newsletter article``: what comes in."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.model.article import Article

app = typer.Typer(help="Add articles by hand and look at what is stored.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    places: Annotated[
        list[str], typer.Argument(metavar="PATH_OR_URL...", help="Text, HTML or Markdown files, or URLs.")
    ],
    note: Annotated[str, typer.Option(help="Why it matters, for your colleagues; never printed.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read pages or Markdown files into the store.

    A page that is there already is updated if it changed and left alone if it did not.
    """
    desk = open_app(context)
    done = []
    with desk.press() as press, desk.fetcher() as fetcher:
        for place in places:
            if place.startswith(("http://", "https://")):
                article, added = press.intake.add_url(place, fetcher, note=note)
            else:
                article, added = press.intake.add_file(Path(place), note=note)
            done.append({"id": article.id, "result": str(added), "headline": article.headline})
            if not as_json:
                say(f"Article {article.id} ({added}): {article.headline}")
    if as_json:
        say_json(done)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List every article, oldest first."""
    with open_press(context) as press:
        articles = press.store.articles.all()
    if as_json:
        keys = ("id", "headline", "outlet", "kind", "url", "published", "source_id", "note", "version", "retracted_at")
        say_json([{key: getattr(article, key) for key in keys} for article in articles])
    elif articles:
        rows = [
            (a.id, a.published.date() if a.published else "undated", a.outlet, a.headline, _remark(a)) for a in articles
        ]
        say_table(("id", "published", "outlet", "headline", "note"), rows)
    else:
        say("No articles yet; add one with: newsletter article add PATH_OR_URL")


@app.command()
def show(
    context: typer.Context, article_id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False
) -> None:
    """Show one article: what the page says, and where each part was found."""
    from newsletter.compose.choose.topics import topics
    from newsletter.model.article import OtherNews
    from newsletter.model.article_view import article_view

    with open_press(context) as press:
        article = press.store.articles.get(article_id)
    if as_json:
        say_json(article_view(article))
        return
    for line in (article.kicker, article.headline, article.dek, article.byline and article.byline.raw, article.url):
        if line:
            say(line)
    guesses = (f"{guess.topic} ({guess.reason})" for guess in topics(article))
    for what, line in (("topics", ", ".join(guesses)), ("note", _remark(article))):
        if line:
            say(f"{what}: {line}")
    for paragraph in article.body:
        say(f"\n{paragraph}")
    for section in article.sections:
        say(f"\n{section.heading}")
        for text in section.items if isinstance(section, OtherNews) else section.paragraphs:
            say(f"\n  {text}")
    for quote in article.quotes:
        say(f"\n“{quote.text}” ({quote.speaker or 'no speaker named'})")


@app.command()
def changes(context: typer.Context, article_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Show what became different each time the article was changed at its source."""
    with open_press(context) as press:
        article = press.store.articles.get(article_id)
        versions = press.store.articles.versions(article_id)
    now = (article.headline, article.dek, article.body)
    texts = [*((version.headline, version.dek, version.body) for version in versions), now]
    for version, (before, after) in zip(versions, pairwise(texts), strict=True):
        say(f"Version {version.version} was replaced on {version.replaced_at:%Y-%m-%d %H:%M} UTC:")
        for line in _differences(_paragraphs(*before), _paragraphs(*after)):
            say(f"  {line}")
    if not versions:
        say(f"Article {article_id} is as it was when it came in.")


def _paragraphs(headline: str, dek: str | None, body: "Sequence[str]") -> list[str]:
    return [headline, *([dek] if dek else []), *body]


def _differences(before: list[str], after: list[str]) -> "Iterator[str]":
    """The paragraphs that went and those that came, in order."""
    from difflib import SequenceMatcher

    for tag, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (f"- {text}" for text in before[start:end])
            yield from (f"+ {text}" for text in after[begin:stop])


def _remark(article: "Article") -> str:
    """What an editor should know of an article besides its words."""
    remarks = (
        f"taken back by its source on {article.retracted_at:%Y-%m-%d}" if article.retracted_at else "",
        f"version {article.version}" if article.version > 1 else "",
        f"embargoed until {article.embargo:%Y-%m-%d %H:%M} UTC" if article.embargo else "",
        f"held until {article.not_before:%Y-%m-%d %H:%M} UTC" if article.not_before else "",
        article.note,
    )
    return "; ".join(filter(None, remarks))


@app.command()
def hold(
    context: typer.Context,
    article_id: Annotated[int, typer.Argument(metavar="ID")],
    until: Annotated[
        str, typer.Argument(help="Not to be printed before, as 2026-11-23 or 2026-11-23T06:00+01:00; off.")
    ],
) -> None:
    """Hold an article back until a day. Without a zone the time is UTC."""
    moment = None if until == "off" else _moment(until)
    with open_press(context) as press:
        press.store.articles.hold(article_id, moment)
    say(
        f"Article {article_id} may be printed from {moment:%Y-%m-%d %H:%M} UTC."
        if moment
        else f"Article {article_id} is free."
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NewsletterError(f"{text!r} is no time; write one as 2026-11-23 or 2026-11-23T06:00+01:00.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

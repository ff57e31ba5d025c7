"""``newsletter article``: what comes in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import NewsletterError

app = typer.Typer(help="Add articles by hand and look at what is stored.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    places: Annotated[
        list[str], typer.Argument(metavar="PATH_OR_URL...", help="Text, HTML or Markdown files, or URLs.")
    ],
    as_json: AsJson = False,
) -> None:
    """Read pages or Markdown files into the store.

    A page that is there already is updated if it changed and left alone if it did not.
    """
    desk = open_app(context)
    done = []
    with desk.press() as press, desk.fetcher() as fetcher:
        for place in places:
            is_url = place.startswith(("http://", "https://"))
            article, added = press.intake.add_url(place, fetcher) if is_url else press.intake.add_file(Path(place))
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
        keys = ("id", "headline", "outlet", "kind", "url", "published", "source_id")
        say_json([{key: getattr(article, key) for key in keys} for article in articles])
    elif articles:
        rows = [(a.id, a.published.date() if a.published else "undated", a.outlet, a.headline) for a in articles]
        say_table(("id", "published", "outlet", "headline"), rows)
    else:
        say("No articles yet; add one with: newsletter article add PATH_OR_URL")


@app.command()
def show(
    context: typer.Context, article_id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False
) -> None:
    """Show one article: what the page says, and where each part was found."""
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
    for paragraph in article.body:
        say(f"\n{paragraph}")
    for section in article.sections:
        say(f"\n{section.heading}")
        for text in section.items if isinstance(section, OtherNews) else section.paragraphs:
            say(f"\n  {text}")
    for quote in article.quotes:
        say(f"\n“{quote.text}” ({quote.speaker or 'no speaker named'})")


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

"""``newsletter issue assist``: let the language model write summaries before the issue is composed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.output import AsJson, progress_bar, say, say_json
from newsletter.cli.session import open_app, slot_of
from newsletter.errors import AssistantError

if TYPE_CHECKING:
    from newsletter.model.written import Written


def assist(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The newsletter.")],
    slot: Annotated[str | None, typer.Option(help="The week, as 2024-W43; the present one if not given.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask about so many articles at most, newest first.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let the configured language model write summaries for a week's articles.

    No text is asked about twice, composing never waits for it, and what the gate refuses is not used.
    """
    desk = open_app(context)
    endpoint = desk.endpoint()
    with desk.press() as press:
        newsletter = press.store.newsletters.get(slug)
        wanted = slot_of(press, newsletter, slot)
        waiting = press.assist.waiting(wanted)[:limit]
        with progress_bar("Asking", len(waiting)) as step:
            done = press.assist.write(
                waiting, endpoint, daily_tokens=desk.settings.assistant.daily_tokens, progress=step
            )
    headlines = {article.id: article.headline for article in waiting}
    left = len(waiting) - len(done.written)
    if as_json:
        articles = [_view(written, headlines[written.article_id]) for written in done.written]
        say_json({"articles": articles, "left": left, "stopped": done.stopped})
    else:
        for written in done.written:
            say(f"{written.article_id}  {headlines[written.article_id]}: {_told(written)}")
        if not waiting:
            say(f"Every article of {wanted.key} that a summary is written for has been asked about.")
    if done.stopped:
        rest = f" {left} of {len(waiting)} articles were not asked about." if left else ""
        raise AssistantError(f"{done.stopped}{rest} An issue can be composed all the same.")
    if waiting and not as_json:
        say(f"Next: newsletter issue compose {slug} --slot {wanted.key}")


def _view(written: "Written", headline: str) -> dict[str, Any]:
    """The JSON of one article."""
    return {
        "id": written.article_id,
        "headline": headline,
        "state": str(written.state),
        "refusal": written.refusal,
        "text": written.text,
        "evidence": list(written.evidence),
        "doubts": [{"kind": str(doubt.kind), "span": doubt.span} for doubt in written.doubts],
        "overlap": written.overlap,
        "tokens": written.tokens_in + written.tokens_out,
    }


def _told(written: "Written") -> str:
    if written.refusal:
        return f"{written.state}. {written.refusal}"
    names = ", ".join(doubt.span for doubt in written.doubts)
    return f"{written.state}; look at: {names}" if names else str(written.state)

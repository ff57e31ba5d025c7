"""``newsletter refresh``: the draft fills itself."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from newsletter.cli.output import AsJson, progress_bar, say, say_json
from newsletter.cli.session import open_app
from newsletter.cli.source import fail_if_any_failed, polled_view, say_polled

if TYPE_CHECKING:
    from newsletter.pipeline import Press


def refresh(context: typer.Context, as_json: AsJson = False) -> None:
    """Poll the sources that are due and bring every newsletter's draft of the present week up to date.

    Run it as often as you like, from cron for instance: what did not change is left alone, your edits survive, and an
    issue that is approved is not touched. A week with nothing to send makes no issue.
    """
    desk = open_app(context)
    with desk.press() as press, desk.fetcher() as fetcher, progress_bar("Fetching", _count(press)) as step:
        polled, drafts = press.refresh(fetcher, progress=lambda _: step(1))
    if as_json:
        say_json({"sources": [polled_view(one) for one in polled], "drafts": [asdict(draft) for draft in drafts]})
    else:
        say_polled(polled)
        for draft in drafts:
            say(f"{draft.newsletter} {draft.slot}: {draft.outcome}")
        if not drafts:
            say("No newsletter yet; make one with: newsletter newsletter apply FILE")
    fail_if_any_failed(polled)


def _count(press: "Press") -> int:
    return len(press.store.sources.all())

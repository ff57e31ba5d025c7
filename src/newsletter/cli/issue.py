"""``newsletter issue``: compose, look, approve, send, account for."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from newsletter.cli import beside, under_way
from newsletter.cli.assist import assist
from newsletter.cli.audience import audience, say_foreseen
from newsletter.cli.check import check, say_findings, waive
from newsletter.cli.output import AsJson, busy, progress_bar, say, say_json, say_table
from newsletter.cli.past_issues import import_
from newsletter.cli.session import open_app, open_press, slot_of
from newsletter.errors import TransportError

if TYPE_CHECKING:
    from newsletter.model.issue import Issue, Item
    from newsletter.model.status import Status
    from newsletter.pipeline import Press

app = typer.Typer(help="Compose an issue, look at it, approve it, send it.", no_args_is_help=True)
app.command()(assist)
app.command()(check)
app.command()(waive)
app.command()(audience)
app.command("import")(import_)
for step in (
    beside.breaking,
    beside.review,
    under_way.pause,
    under_way.resume,
    under_way.cancel,
    under_way.recall,
    under_way.resend,
    under_way.correct,
    under_way.manifest,
):
    app.command()(step)
#: So many of the relay's answers are shown, the most frequent first.
_TOP = 8
IssueId = Annotated[int, typer.Argument(metavar="ID", help="The number that `issue compose` and `issue list` print.")]


@app.command()
def compose(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The newsletter.")],
    slot: Annotated[str | None, typer.Option(help="The week, as 2024-W43; the present one if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the draft of a week from the stored articles, or bring it up to date.

    Your edits survive. A draft that comes out different is no longer approved. A week without articles makes no issue.
    """
    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        wanted = slot_of(press, newsletter, slot)
        with busy("Composing, and fetching pictures that are new"):
            issue, changed = press.desk.renew(newsletter, wanted)
    if as_json:
        say_json({**asdict(issue), "changes": asdict(changed)})
        return
    say(f"Issue {issue.id}: {newsletter.title} No. {issue.number}, {issue.slot} ({changed})")
    say(f"  subject    {issue.subject}")
    for section in issue.sections:
        say(f"  {section.name:<10} {len(section.items):>2}  {section.heading or section.items[0].headline or ''}")
    for left in issue.left_out:
        say(f"  left out   {left.headline} ({left.reason})")
    for item in (item for section in issue.sections for item in section.items if item.image and item.image.problem):
        say(f"  no picture {item.headline or item.key} ({item.image.problem if item.image else ''})")
    say(f"Next: newsletter issue preview {issue.id} --out preview")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the issues, newest first."""
    with open_press(context) as press:
        issues = press.store.issues.all()
    keys = ("id", "newsletter", "slot", "number", "state", "subject")
    if as_json:
        say_json([{key: getattr(issue, key) for key in keys} for issue in issues])
    elif issues:
        say_table(keys, [[getattr(issue, key) for key in keys] for issue in issues])
    else:
        say("No issues yet; make one with: newsletter issue compose SLUG")


@app.command()
def show(context: typer.Context, issue_id: IssueId, as_json: AsJson = False) -> None:
    """Show what an issue says, and why each item is in it."""
    with open_press(context) as press:
        issue = press.store.issues.get(issue_id)
        trail = press.store.audit.of(f"issue {issue_id}")
    if as_json:
        say_json({**asdict(issue), "audit": [asdict(entry) for entry in trail]})
        return
    say(f"{issue.subject}\n{issue.preheader}")
    for section in issue.sections:
        say(f"\n{section.heading or section.kind.upper()}  [{section.name}]")
        for item in section.items:
            _say_item(item)
    for left in issue.left_out:
        key = f"[a{left.article_id}] " if left.article_id else ""
        say(f"\nLeft out: {key}{left.headline} ({left.reason})")
    for entry in trail:
        say(f"{entry.at:%Y-%m-%d %H:%M} UTC  {entry.actor}  {entry.action}")


def _say_item(item: "Item") -> None:
    """An item, why it is in, whose words it has, what is doubtful, and what it was made from."""
    say(f"  - [{item.key}] {item.headline or item.paragraphs[0].text}")
    if item.why:
        say(f"    {item.why}")
    if item.locked:
        say(f"    yours: {', '.join(item.locked)}")
    for doubt in item.doubts:
        say(f"    look at: {doubt.sentence}")
    printed = " ".join(paragraph.text for paragraph in item.paragraphs)
    for sentence in item.evidence:
        if sentence not in printed:
            say(f"    made from: {sentence}")


@app.command()
def preview(
    context: typer.Context, issue_id: IssueId, out: Annotated[Path, typer.Option(help="The folder to write to.")]
) -> None:
    """Write the issue as it would be sent: HTML, text, a complete .eml, and the web copy."""
    from newsletter.cli.preview_files import write_preview

    with open_press(context) as press:
        shown = press.desk.preview(issue_id)
        written = write_preview(out, shown, media=press.media, media_url=press.links.media(""))
    say_findings(shown)
    for path in written:
        say(str(path))


@app.command()
def approve(
    context: typer.Context,
    issue_id: IssueId,
    by: Annotated[str, typer.Option(help="Who approves, if it is not who is logged in.")] = "",
) -> None:
    """Approve exactly what the preview showed. Any later change voids the approval.

    Where the newsletter wants two people, the second has to approve the very same.
    """
    with open_press(context) as press:
        issue = press.desk.approve(issue_id, actor=by)
        there = press.desk.approvers(issue_id)
        slot = press.store.slots.find(int(press.store.newsletters.get(issue.newsletter).id or 0), issue.slot)
        zone = ZoneInfo(press.store.newsletters.get(issue.newsletter).timezone)
    if issue.sha256 is None:
        say(f"Issue {issue_id} is approved by {', '.join(there)}. One more person has to approve it as it is now.")
        return
    say(f"Issue {issue_id} is approved, bound to sha256 {issue.sha256}.")
    if slot and slot.state == "open":
        say(
            f"It leaves on {slot.due.astimezone(zone):%A %d %B %Y, %H:%M %Z}, as long as `newsletter serve` is running."
        )
        say(f"To send it at once: newsletter issue send {issue_id}")
    else:
        say(f"Next: newsletter issue send {issue_id}")


@app.command()
def send(
    context: typer.Context,
    issue_id: IssueId,
    by_workers: Annotated[
        bool, typer.Option("--by-workers", help="Only give the order; `newsletter worker` does the work.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send an approved issue to everyone who has not had it.

    It may be interrupted or killed and run again: nobody is lost, nobody who has it gets it again.
    """
    desk = open_app(context)
    if by_workers:
        with desk.press() as press:
            press.dispatch.begin(issue_id, desk.enqueue)
            status = press.dispatch.status(issue_id)
        until = status.issue.send_at
        say(f"Issue {issue_id} is on its way to {status.unfinished} people, as soon as a worker is there.")
        say(
            f"Nothing leaves before {until:%H:%M} UTC. To take it back: newsletter issue recall {issue_id}"
            if until
            else ""
        )
        return
    with desk.press() as press, _stopped_by_signal() as stopping:
        before = press.dispatch.status(issue_id)
        waiting = before.unfinished or _foreseen(press, before.issue, as_json=as_json)
        try:
            with progress_bar("Sending", waiting) as step:
                outcomes = press.dispatch.send(issue_id, desk.transport(press.store), stopping=stopping, progress=step)
        except TransportError as error:
            left = press.dispatch.status(issue_id).unfinished
            again = f"{left} people are still to be served; run again: newsletter issue send {issue_id}"
            raise type(error)(f"{error} {again if left else 'Nothing was sent and nothing is lost.'}") from error
        status = press.dispatch.status(issue_id)
    if as_json:
        say_json({"now": {str(state): count for state, count in outcomes.items()}, **status_view(status)})
    else:
        _say_outcome(issue_id, outcomes, status)
    _fail_unless_served(issue_id, status)


@app.command()
def status(
    context: typer.Context,
    issue_id: IssueId,
    rows: Annotated[bool, typer.Option("--rows", help="Name everyone in the ledger.")] = False,
    as_json: AsJson = False,
) -> None:
    """Account for everyone: who got it, who did not, and why."""
    with open_press(context) as press:
        found = press.dispatch.status(issue_id)
        ledger = [asdict(row) for row in press.store.accounts.rows(issue_id)] if rows else []
    if as_json:
        say_json({**status_view(found), **({"rows": ledger} if rows else {})})
        return
    say(f"Issue {issue_id} ({found.issue.slot}) is {found.issue.state}. {found.issue.pause_reason}".strip())
    if found.issue.segment:
        say(f"It goes to those whom this means: {found.issue.segment}")
    counted = [(state, count) for state, count in found.counts.items() if count]
    say_table(("state", "people"), [*counted, ("total", sum(found.counts.values()))])
    for reason, count in found.suppressed.items():
        say(f"not mailed: {count} {reason}")
    if found.maybe_sent:
        say(f"{found.maybe_sent} may have received a second copy, or one of which nobody knows.")
    for reply, count in sorted(found.replies.items(), key=lambda told: -told[1])[:_TOP]:
        say(f"the relay answered {count} times: {reply}")
    if found.rate:
        left = f", about {found.seconds_left:.0f} s to go" if found.seconds_left else ""
        say(f"{found.rate:.0f} mails a second{left}.")
    if found.next_due:
        say(f"The next try is at {found.next_due:%Y-%m-%d %H:%M} UTC.")
    if ledger:
        keys = ("subscriber_id", "email", "state", "reason", "reply_code", "reply_text", "maybe_sent")
        say_table(keys, [[row[key] for key in keys] for row in ledger])


def status_view(status: "Status") -> dict[str, Any]:
    """The JSON of ``issue status``."""
    return {
        "issue": status.issue.id,
        "slot": status.issue.slot,
        "state": str(status.issue.state),
        "pause_reason": status.issue.pause_reason,
        "segment": status.issue.segment,
        "total": sum(status.counts.values()),
        **{str(state): count for state, count in status.counts.items()},
        "suppressed_by_reason": status.suppressed,
        "maybe_sent": status.maybe_sent,
        "replies": dict(sorted(status.replies.items(), key=lambda told: -told[1])[:_TOP]),
        "rate": round(status.rate, 1),
        "seconds_left": round(status.seconds_left) if status.seconds_left is not None else None,
        "next_try": status.next_due.isoformat() if status.next_due else None,
    }


def _foreseen(press: "Press", issue: "Issue", *, as_json: bool) -> int:
    """How many will get an issue that was not sent before; it is told first, for it cannot be changed later."""
    found = press.dispatch.freezing.foresee(issue, press.store.newsletters.get(issue.newsletter))
    if found.readers and not as_json:
        say_foreseen(issue, found)
    return found.readers


def _say_outcome(issue_id: int, outcomes: dict[Any, int], status: "Status") -> None:
    done = ", ".join(f"{count} {state}" for state, count in outcomes.items() if count) or "nothing to do"
    say(f"Issue {issue_id}: {done}. {status.counts['sent']} of {sum(status.counts.values())} have it.")  # type: ignore[index]  # a StrEnum key is its word
    for reason, count in status.suppressed.items():
        say(f"  not mailed: {count} {reason}")


def _fail_unless_served(issue_id: int, status: "Status") -> None:
    """Exit 1 with a sentence when somebody who should have the issue has not."""
    if status.unfinished:
        raise TransportError(
            f"{status.unfinished} people are still to be served; run again later: newsletter issue send {issue_id}"
        )
    refused = sum(count for state, count in status.counts.items() if state in ("bounced", "expired"))
    if refused:
        raise TransportError(
            f"The relay refused {refused} of {sum(status.counts.values())} people; all others have it. "
            f"Who and why: newsletter issue status {issue_id} --rows"
        )


@contextmanager
def _stopped_by_signal() -> Iterator[Callable[[], bool]]:
    """Yield a question that becomes true with the first Ctrl+C or SIGTERM; the second one ends the process at once."""
    stopped = False

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

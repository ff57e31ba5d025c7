"""``newsletter issue``: what can still be done about an issue that is being sent, or was."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import AsJson, busy, say, say_json
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError
from newsletter.model.delivery import DeliveryState

IssueId = Annotated[int, typer.Argument(metavar="ID", help="The number that `issue list` prints.")]
#: Readers who were not served, in the words of the command.
_AGAIN = {
    "bounced": DeliveryState.BOUNCED,
    "expired": DeliveryState.EXPIRED,
    "unknown": DeliveryState.UNKNOWN,
}


def pause(
    context: typer.Context,
    issue_id: IssueId,
    reason: Annotated[str, typer.Option(help="Why, for whoever looks at the status.")] = "Paused by an editor.",
) -> None:
    """Stop sending for now, wherever it is sent from. It takes effect within two seconds."""
    with open_press(context) as press:
        press.aftermath.pause(issue_id, reason)
    say(f"Issue {issue_id} is paused.\nNext: newsletter issue resume {issue_id}, or issue cancel {issue_id}")


def resume(context: typer.Context, issue_id: IssueId) -> None:
    """Let a paused issue go on. Workers take it up by themselves; without one, run `issue send`."""
    with open_press(context) as press:
        press.aftermath.resume(issue_id)
    say(f"Issue {issue_id} may go on. Without a worker: newsletter issue send {issue_id}")


def cancel(context: typer.Context, issue_id: IssueId) -> None:
    """Stop sending for good. Whoever has the issue keeps it; nobody else gets it."""
    with open_press(context) as press:
        left = press.aftermath.cancel(issue_id)
        status = press.dispatch.status(issue_id)
    say(f"Issue {issue_id} is cancelled: {status.counts[DeliveryState.SENT]} have it, {left} will not get it.")
    if status.counts[DeliveryState.CLAIMED]:
        say(f"{status.counts[DeliveryState.CLAIMED]} are with a sender this moment; it stops within two seconds.")


def recall(context: typer.Context, issue_id: IssueId) -> None:
    """Take back the order to send while nothing has left. The issue is approved again, and can be edited."""
    with open_press(context) as press:
        press.aftermath.recall(issue_id)
    say(f"Issue {issue_id} is recalled: nobody got it. It is approved still; edit it, or send it again.")


def resend(
    context: typer.Context,
    issue_id: IssueId,
    to: Annotated[list[str] | None, typer.Option(help="bounced, expired or unknown; may be repeated. Bounced and expired if not given.")] = None,
) -> None:  # fmt: skip
    """Queue those again who were not served, and nobody else.

    `--to unknown` decides that mails that may have arrived are sent once more; they get a Message-ID of their own.
    """
    wanted = to or ["bounced", "expired"]
    if strange := [word for word in wanted if word not in _AGAIN]:
        raise NewsletterError(f"{strange[0]!r} is none of {', '.join(_AGAIN)}.")
    with open_press(context) as press:
        count = press.aftermath.send_again(issue_id, {_AGAIN[word] for word in wanted})
    if not count:
        say(f"Nobody of issue {issue_id} is {' or '.join(wanted)}; nothing was changed.")
        return
    say(f"{count} readers of issue {issue_id} are queued again.\nNext: newsletter issue send {issue_id}")


def correct(context: typer.Context, issue_id: IssueId) -> None:
    """Make a draft that says the same once more, to be put right and sent to exactly those who got the faulty one."""
    with open_press(context) as press:
        draft = press.desk.correct(issue_id)
        readers = press.store.frozen.reached(issue_id)
    say(f"Issue {draft.id} corrects issue {issue_id} and goes to the {readers} readers who got that one.")
    say(f"  subject    {draft.subject}")
    say(f"Put it right with newsletter edit, then: newsletter issue preview {draft.id} --out preview")


def reconcile(
    context: typer.Context,
    postfix_log: Annotated[Path, typer.Option(help="The mail log of the Postfix that is the relay; - for standard input.")],
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Close what nobody knows by evidence: the relay's log says which mails it took.

    Only mails that may have arrived are looked for, by their Message-ID; everything else stays as it is.
    """
    from newsletter.deliver.postfix_log import handed_on

    try:
        lines = sys.stdin if str(postfix_log) == "-" else postfix_log.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NewsletterError(f"{postfix_log} cannot be read ({error.strerror}).") from None
    with open_press(context) as press, lines, busy("Reading the log"):
        closed = press.aftermath.reconcile(handed_on(lines))
    if as_json:
        say_json({str(state): count for state, count in closed.items()})
    else:
        found = ", ".join(f"{count} {state}" for state, count in closed.items()) or "nothing that was in doubt"
        say(f"The log proves: {found}.")


def manifest(
    context: typer.Context,
    issue_id: IssueId,
    verify: Annotated[Path | None, typer.Option(help="A manifest that was written before, to be compared.")] = None,
) -> None:
    """Write what was sent to whom as JSON lines: recipient, SHA-256 of the message, the relay's answer, the time.

    With --verify the ledger and every message made anew are compared with an earlier manifest instead.
    """
    from newsletter.dispatch.aftermath import differences
    from newsletter.model.manifest import Entry

    with open_press(context) as press:
        lines = press.aftermath.manifest(issue_id)
        if verify is None:
            for entry in lines:
                typer.echo(json.dumps(entry.values(), ensure_ascii=False))
            return
        try:
            kept = [Entry.read(json.loads(line)) for line in verify.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError, TypeError):
            raise NewsletterError(f"{verify} cannot be read as a manifest; write one without --verify.") from None
        found = list(differences({entry.recipient: entry for entry in kept}, lines))
    for sentence in found[:20]:
        say(sentence)
    if found:
        raise NewsletterError(f"{len(found)} of {len(kept)} recipients do not agree with the manifest.")
    say(f"All {len(kept)} recipients agree with the manifest.")

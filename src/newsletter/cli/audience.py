"""``newsletter issue audience``: to whom an issue goes, and in how many different mails."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import ChoiceError, IssueStateError

if TYPE_CHECKING:
    from newsletter.dispatch.freezing import Foreseen
    from newsletter.model.issue import Issue
    from newsletter.model.variant import Variant
    from newsletter.pipeline import Press

IssueId = Annotated[int, typer.Argument(metavar="ID", help="The number that `issue list` prints.")]
#: So many mails are listed, those of most readers.
_SHOWN = 12


def audience(
    context: typer.Context,
    issue_id: IssueId,
    segment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Have it go to this segment alone; see `segment list`.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Have it go to all readers again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show to how many readers an issue would go, and in which different mails, before it is sent.

    A segment stays with the issue until another one or `--everybody` is named; what is sent at its slot goes there too.
    """
    if segment is not None and everybody:
        raise ChoiceError("Name a segment or --everybody, not both.")
    with open_press(context) as press:
        issue = press.store.issues.get(issue_id)
        if segment is not None or everybody:
            _direct(press, issue, segment)
            issue = press.store.issues.get(issue_id)
        if issue.frozen_at is not None:
            raise IssueStateError(f"The readers of issue {issue_id} are fixed; see: newsletter issue status {issue_id}")
        found = press.dispatch.freezing.foresee(issue, press.store.newsletters.get(issue.newsletter))
    if as_json:
        say_json(_values(issue, found))
    else:
        _say(issue, found)


def say_foreseen(issue: "Issue", found: "Foreseen") -> None:
    """Say in a line to whom an issue goes."""
    readers = "1 reader" if found.readers == 1 else f"{found.readers} readers"
    mails = "the same mail" if len(found.mails) == 1 else f"{len(found.mails)} different mails"
    meant = f" whom this means: {issue.segment}" if issue.segment else ""
    say(f"Issue {issue.id} goes to {readers} in {mails}{meant}.")


def _direct(press: "Press", issue: "Issue", name: str | None) -> None:
    now, rule = press.clock(), None
    if issue.corrects is not None and name:
        raise ChoiceError("A correction goes to whoever got the faulty issue, and to nobody else.")
    if name:
        number = int(press.store.newsletters.get(issue.newsletter).id or 0)
        rule = press.store.segments.get(number, name, now=now).rule
    press.store.segments.direct(int(issue.id or 0), rule, actor=press.actor, now=now)


def _say(issue: "Issue", found: "Foreseen") -> None:
    say_foreseen(issue, found)
    if len(found.mails) > 1:
        rows = [(count, _without(variant)) for variant, count in found.mails.most_common(_SHOWN)]
        say_table(("readers", "without"), rows)
        if len(found.mails) > _SHOWN:
            say(f"... and {len(found.mails) - _SHOWN} more; --json lists all.")
    if found.widened:
        say(f"{found.widened} readers with rare choices get the nearest mail that has all they want.")


def _without(variant: "Variant") -> str:
    return ", ".join([*sorted(variant.skips), *sorted(variant.had)]) or "nothing: the whole issue"


def _values(issue: "Issue", found: "Foreseen") -> dict[str, Any]:
    mails = [
        {"readers": count, "without_sections": sorted(variant.skips), "without_items": sorted(variant.had)}
        for variant, count in found.mails.most_common()
    ]
    return {
        "issue": issue.id,
        "segment": issue.segment,
        "readers": found.readers,
        "mails": mails,
        "widened": found.widened,
    }

"""``newsletter issue check`` and ``issue waive``: what the checks find, and what an editor lets stand."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.output import AsJson, say, say_json
from newsletter.cli.sarif import sarif
from newsletter.cli.session import open_app, open_press
from newsletter.errors import NewsletterError, RenderError

if TYPE_CHECKING:
    from newsletter.proofs import Preview

IssueId = Annotated[int, typer.Argument(metavar="ID", help="The number that `issue compose` and `issue list` print.")]


def check(
    context: typer.Context,
    issue_id: IssueId,
    as_json: AsJson = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0, for code scanners.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail for warnings too, unless they are waived.")] = False,
    links: Annotated[bool, typer.Option("--links", help="Open every link too, and tell which are dead.")] = False,
    spam: Annotated[bool, typer.Option("--spam", help="Ask a spam filter too, if one is installed.")] = False,
) -> None:
    """Run the checks that approval depends on. Exit code 1 if there is an error.

    A warning forbids approval until it is mended or waived: newsletter issue waive. What --links and --spam find is
    told and forbids nothing.
    """
    from newsletter.cli.probing import dead_links, spam_score

    desk = open_app(context)
    with desk.press() as press:
        shown, issue = press.desk.preview(issue_id), press.store.issues.get(issue_id)
    score, outside = spam_score(desk, issue, shown) if spam else ("", [])
    outside += dead_links(desk, issue, shown) if links else []
    blocked = len(shown.errors)
    shown = replace(shown, findings=(*shown.findings, *outside))
    if as_json:
        say_json(_view(shown))
    elif as_sarif:
        say_json(sarif(shown.findings, shown.waivers))
    else:
        say_findings(shown)
        if score:
            say(score)
    if blocked:
        raise RenderError(f"Issue {issue_id} cannot be approved: {blocked} errors.")
    if shown.errors:
        raise RenderError(
            f"Issue {issue_id} can be approved, but {len(shown.errors)} things would not work for readers."
        )
    if strict and shown.warnings:
        raise RenderError(f"Issue {issue_id} has {len(shown.warnings)} warnings that are neither mended nor waived.")
    if not (as_json or as_sarif):
        say(
            f"Issue {issue_id} has no errors; mend or waive {len(shown.warnings)} warnings before approving it."
            if shown.warnings
            else f"Issue {issue_id} can be approved."
        )


def waive(
    context: typer.Context,
    issue_id: IssueId,
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF]...", help="As `issue check` names them.")] = None,
    reason: Annotated[str, typer.Option(help="Why the warning may stand; kept with your name.")] = "",
    name: Annotated[str, typer.Option("--by", help="Whose decision it is; your login name if not given.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All the warnings there are.")] = False,
) -> None:
    """Let warnings stand, with a reason. Holds for as long as the checks find the same; errors cannot be waived."""
    if bool(refs) == everything:
        raise NewsletterError(f"Name the warnings, or say --all; they stand in: newsletter issue check {issue_id}")
    with open_press(context) as press:
        waived = press.desk.waive(issue_id, refs or (), reason=reason, actor=name)
    for finding in waived:
        say(f"waived: {finding.sentence}")
    say(f"Next: newsletter issue approve {issue_id}" if waived else "There was nothing to waive.")


def say_findings(shown: "Preview") -> None:
    """Print each finding with what to do about it, and the name under which it can be waived."""
    for finding in shown.findings:
        waiver = shown.waivers.get(finding.fingerprint)
        level = f"waived by {waiver.actor} ({waiver.reason})" if waiver else finding.level
        say(f"{level}: {finding.sentence}  [{finding.ref}]")
        if finding.remedy and not waiver:
            say(f"    {finding.remedy}")


def _view(shown: "Preview") -> list[dict[str, Any]]:
    """The JSON of ``issue check``."""
    waived = shown.waivers
    return [
        {
            **asdict(finding),
            "ref": finding.ref,
            "waived": asdict(waived[finding.fingerprint]) if finding.fingerprint in waived else None,
        }
        for finding in shown.findings
    ]

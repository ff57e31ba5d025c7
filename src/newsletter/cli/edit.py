"""``newsletter edit``: what an editor decides about a draft. Every edit survives composing again and can be undone."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError
from newsletter.model.edit import Edit, EditKind

if TYPE_CHECKING:
    from newsletter.model.issue import Issue

#: What an issue is after an edit: approved only if the edit changed nothing.
_ARTICLE = {"draft": "a draft", "approved": "approved as before"}
app = typer.Typer(help="Change a draft: choose, word, add, undo. Edits survive composing again.", no_args_is_help=True)

IssueId = Annotated[int, typer.Argument(metavar="ISSUE", help="The issue's number.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The item's key, as `issue show` prints it: a12, a12.b3f09ac.")]
Headline = Annotated[str | None, typer.Option(help="The headline.")]
Dek = Annotated[str | None, typer.Option(help="The line below the headline.")]
Label = Annotated[str | None, typer.Option(help="The small line above the headline.")]
Url = Annotated[str | None, typer.Option(help="Where the headline leads.")]
Text = Annotated[
    str | None,
    typer.Option(
        help="The text; - reads it from standard input. Blank lines part paragraphs; lines that begin with > are a "
        "quotation, a last line `> -- Name` says whose."
    ),
]


@app.command()
def pin(
    context: typer.Context,
    issue_id: IssueId,
    key: Key,
    section: Annotated[str | None, typer.Option(help="The section of the plan that it goes to.")] = None,
) -> None:
    """Have an article in the issue, before all that are not pinned. It may be one of another week."""
    _edit(context, issue_id, Edit(kind=EditKind.PIN, target=key, value=section or ""))


@app.command()
def drop(
    context: typer.Context,
    issue_id: IssueId,
    key: Key,
    reason: Annotated[str, typer.Option(help="Why; kept with the issue.")] = "",
) -> None:
    """Leave an item out. The next best takes its place."""
    _edit(context, issue_id, Edit(kind=EditKind.DROP, target=key, value=reason))


@app.command()
def weigh(
    context: typer.Context,
    issue_id: IssueId,
    key: Key,
    weight: Annotated[int, typer.Argument(min=-2, max=3, help="What is added to the article's score.")],
) -> None:
    """Raise or lower an article in the ranking, -2 to 3. Put -- before a negative weight."""
    _edit(context, issue_id, Edit(kind=EditKind.WEIGHT, target=key, value=str(weight)))


@app.command()
def write(
    context: typer.Context,
    issue_id: IssueId,
    key: Key,
    headline: Headline = None,
    dek: Dek = None,
    label: Label = None,
    text: Text = None,
    url: Url = None,
) -> None:
    """Put your words in place of the machine's. They are locked: only you change them again.

    Numbers, quotations and names that are not in the article are shown as doubts and never changed.
    """
    edits = _wording(key, headline=headline, dek=dek, label=label, text=text, url=url)
    if not edits:
        raise NewsletterError("Say what to write: --headline, --dek, --label, --text or --url.")
    _edit(context, issue_id, *edits)


@app.command()
def title(
    context: typer.Context,
    issue_id: IssueId,
    subject: Annotated[str | None, typer.Option(help="The subject of the mail.")] = None,
    preheader: Annotated[str | None, typer.Option(help="The line that inboxes show beside the subject.")] = None,
) -> None:
    """Word the subject or the preheader of the whole issue."""
    given = {EditKind.SUBJECT: subject, EditKind.PREHEADER: preheader}
    edits = [Edit(kind=kind, target="", value=_line(value)) for kind, value in given.items() if value]
    if not edits:
        raise NewsletterError("Say what to word: --subject or --preheader.")
    _edit(context, issue_id, *edits)


@app.command()
def heading(
    context: typer.Context,
    issue_id: IssueId,
    section: Annotated[str, typer.Argument(help="The section's name, as `issue show` prints it.")],
    words: Annotated[str, typer.Argument(help="The heading.")],
) -> None:
    """Word the heading of one section of this issue."""
    _edit(context, issue_id, Edit(kind=EditKind.HEADING, target=section, value=_line(words)))


@app.command()
def insert(
    context: typer.Context,
    issue_id: IssueId,
    section: Annotated[str, typer.Argument(help="A section of the plan: sponsor, events, other_news, ...")],
    headline: Headline = None,
    dek: Dek = None,
    label: Label = None,
    text: Text = None,
    url: Url = None,
) -> None:
    """Add an item of your own: the sponsor's, an event, a note to the readers."""
    if not (headline or text):
        raise NewsletterError("An item needs a --headline or a --text.")
    with open_press(context) as press:
        taken = {edit.target for edit in press.store.edits.of(issue_id)}
        key = next(f"own{count}" for count in range(1, len(taken) + 2) if f"own{count}" not in taken)
        added = Edit(kind=EditKind.ADD, target=key, value=section)
        words = _wording(key, headline=headline, dek=dek, label=label, text=text, url=url)
        issue = press.desk.edit(issue_id, added, *words)
    _say_done(issue, key)


@app.command()
def undo(
    context: typer.Context,
    issue_id: IssueId,
    key: Annotated[str, typer.Argument(metavar="KEY", help="An item's key or a section's name; - for the subject.")],
    kind: Annotated[EditKind | None, typer.Option(help="Only the edit of this kind.")] = None,
) -> None:
    """Take back what you decided about an item, a section, or the issue."""
    target = "" if key == "-" else key
    with open_press(context) as press:
        issue = press.desk.undo(issue_id, target, kind)
    _say_done(issue, target)


@app.command("list")
def list_(context: typer.Context, issue_id: IssueId, as_json: AsJson = False) -> None:
    """List the edits of an issue, oldest first."""
    with open_press(context) as press:
        press.store.issues.get(issue_id)
        found = [one for one in press.store.edits.of(issue_id) if one.kind is not EditKind.KEEP]
    if as_json:
        say_json([asdict(edit) for edit in found])
    elif found:
        say_table(("on", "what", "value", "by"), [(e.target or "issue", e.kind, e.value, e.actor) for e in found])
    else:
        say("No edits: the draft is as the composer made it.")


def _edit(context: typer.Context, issue_id: int, *edits: Edit) -> None:
    with open_press(context) as press:
        issue = press.desk.edit(issue_id, *edits)
    _say_done(issue, edits[0].target)


def _wording(key: str, **given: str | None) -> list[Edit]:
    """The edits that word the item ``key``."""
    if given.get("text") == "-":
        given["text"] = sys.stdin.read()
    texts = {name: value for name, value in given.items() if value is not None}
    return [
        Edit(kind=EditKind(name), target=key, value=value.strip() if name == "text" else _line(value))
        for name, value in texts.items()
    ]


def _line(value: str) -> str:
    return " ".join(value.split())


def _say_done(issue: "Issue", target: str) -> None:
    """What the issue says now where the edit was made, and what is doubtful about it."""
    items = [(section, item) for section in issue.sections for item in section.items if item.key == target]
    for section, item in items:
        say(f"{section.heading or section.kind}: {item.headline or item.paragraphs[0].text}")
        for doubt in item.doubts:
            say(f"  look at: {doubt.sentence}")
    for left in issue.left_out:
        if target == f"a{left.article_id}":
            say(f"Left out: {left.headline} ({left.reason})")
    say(f"Issue {issue.id} is {_ARTICLE[issue.state]}. Next: newsletter issue preview {issue.id} --out preview")

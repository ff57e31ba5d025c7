"""``newsletter issue breaking`` and ``review``: issues beside the newsletter's own."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_press, slot_of
from newsletter.errors import NewsletterError
from newsletter.model.issue import Edition

if TYPE_CHECKING:
    from newsletter.model.issue import Issue


def breaking(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="NEWSLETTER", help="The newsletter.")],
    articles: Annotated[
        list[int], typer.Argument(metavar="ARTICLE...", help="Numbers of articles; the first one leads.")
    ],
) -> None:
    """Make the draft of an issue that goes out at once, for readers who want every issue or breaking news alone.

    The next regular issue may tell the same story for all others; nobody gets it twice.
    """
    with open_press(context) as press:
        issue = press.desk.breaking(press.store.newsletters.get(slug), articles)
    _say(issue)


def review(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="NEWSLETTER", help="The newsletter.")],
    slot: Annotated[str, typer.Argument(metavar="SLOT", help="A month (2026-11), or a week of a daily (2026-W47).")],
) -> None:
    """Make the draft of a review: all issues of a month or week in one, for readers who asked for no more.

    A newsletter with a cadence does this by itself. Nobody gets an item that they have had.
    """
    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        wanted = slot_of(press, newsletter, slot)
        days = (wanted.last_day - wanted.first_day).days + 1
        if days not in _PERIODS:
            raise NewsletterError(
                f"A review is of a month or a week, and {slot} is neither; write 2026-11 or 2026-W47."
            )
        issue = press.desk.review(newsletter, wanted, _PERIODS[days])
    _say(issue)


_PERIODS = {7: Edition.WEEKLY, 28: Edition.MONTHLY, 29: Edition.MONTHLY, 30: Edition.MONTHLY, 31: Edition.MONTHLY}


def _say(issue: "Issue") -> None:
    say(f"Issue {issue.id}, {issue.slot} ({issue.edition}): {issue.subject}")
    say(f"Next: newsletter issue preview {issue.id}")

"""``newsletter schedule``: when issues appear, and what became of them."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from newsletter.cli.cadence_file import cadence_of, cadence_values
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.model.newsletter import Newsletter
    from newsletter.model.planned import PlannedSlot
    from newsletter.pipeline import Press

app = typer.Typer(help="When issues appear: the calendar, and what to do about a slot.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(metavar="NEWSLETTER", help="The newsletter.")]
Which = Annotated[str, typer.Argument(metavar="SLOT", help="The slot as `schedule next` prints it, or its day.")]
#: So long ago a slot is still listed.
_BACK = timedelta(days=35)


@app.command("list")
def list_(
    context: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]", help="One newsletter alone.")] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="So many slots to come.")] = 4,
    as_json: AsJson = False,
) -> None:
    """List the last slots with what became of them, and the next ones."""
    with open_press(context) as press:
        held = press.store.instance.age().held
        found = [(n, slot) for n in _newsletters(press, slug) for slot in _slots(press, n, count, _BACK)]
        now = press.clock()
    _print(found, now, as_json=as_json)
    if held and not as_json:
        say(f"Nothing is sent by itself: {held}")


@app.command("next")
def next_(
    context: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]", help="One newsletter alone.")] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="So many slots.")] = 8,
    as_json: AsJson = False,
) -> None:
    """List the next slots, those that are skipped with the reason."""
    with open_press(context) as press:
        now = press.clock()
        newsletters = _newsletters(press, slug)
        found = [(n, slot) for n in newsletters for slot in _slots(press, n, count, timedelta()) if slot.due > now]
    _print(found, now, as_json=as_json)


@app.command("set")
def set_(
    context: typer.Context,
    slug: Slug,
    every: Annotated[str | None, typer.Option(help="day, weekday, week, two weeks, month or cron.")] = None,
    on: Annotated[list[str] | None, typer.Option(help='"friday"; for a month "1", "-1", "first friday". Repeat for several.')] = None,
    at: Annotated[list[str] | None, typer.Option(help="Time of day, 16:00. Repeat for several.")] = None,
    since: Annotated[str | None, typer.Option(help="The day from which two weeks count, and before which nothing appears.")] = None,
    cron: Annotated[str | None, typer.Option(help='A line of cron, with --every cron: "30 7 * * mon-fri".')] = None,
    holidays: Annotated[str | None, typer.Option(help='Country and region: DE, DE-BE, US-CA; "" for none.')] = None,
    on_holiday: Annotated[str | None, typer.Option(help="skip, before or after.")] = None,
    policy: Annotated[str | None, typer.Option(help='"approved only", "approved skeleton", auto or skip.')] = None,
    deadline_hours: Annotated[float | None, typer.Option(help="Composing ends so long before the slot.")] = None,
    remind_hours: Annotated[float | None, typer.Option(help="Editors are told so long before that.")] = None,
    grace_hours: Annotated[float | None, typer.Option(help="Later than this nothing is sent by itself.")] = None,
    approvals: Annotated[int | None, typer.Option(help="How many people must approve: 1 or 2.")] = None,
    editor: Annotated[list[str] | None, typer.Option(help="Who is told by mail. Repeat for several.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Take the cadence away: issues appear when you send them.")] = False,
) -> None:  # fmt: skip
    """Say when a newsletter appears; what is not given stays as it is."""
    given: dict[str, Any] = {
        "every": every, "on": on, "at": at, "since": since, "cron": cron, "holidays": holidays, "on_holiday": on_holiday,
        "policy": policy, "deadline_hours": deadline_hours, "remind_hours": remind_hours, "grace_hours": grace_hours,
        "approvals": approvals, "editors": editor,
    }  # fmt: skip
    wanted = {key: value for key, value in given.items() if value is not None}
    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        if off:
            press.store.newsletters.save(replace(newsletter, cadence=None))
            say(f"{newsletter.title} appears when you send it.")
            return
        before = cadence_values(newsletter.cadence) if newsletter.cadence else {}
        if every and every != before.get("every"):  # the days of one kind of cadence make no sense to another
            before = {key: value for key, value in before.items() if key not in ("on", "cron", "since")}
        saved = replace(newsletter, cadence=cadence_of({**before, **wanted}))
        slots = _slots(press, saved, 4, timedelta())
        if not slots:
            raise NewsletterError("That cadence makes no slot within ten years; look at its days.")
        press.store.newsletters.save(saved)
        now = press.clock()
    say(f"{saved.title} appears:")
    _print([(saved, slot) for slot in slots], now)


@app.command()
def skip(
    context: typer.Context,
    slug: Slug,
    slot: Which,
    until: Annotated[str | None, typer.Option(help="The last day, for a longer break: 2026-08-09.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for everybody who looks at the calendar.")] = "",
) -> None:
    """Let a slot pass without an issue, or all slots of a break. Its news goes into the next one."""
    with open_press(context) as press:
        newsletter, last = press.store.newsletters.get(slug), _day(until) if until else None
        saved = _calendar(press).skip(newsletter, slot, until=last, why=reason, now=press.clock())
        _print([(saved, one) for one in _slots(press, saved, 4, timedelta())], press.clock())


@app.command()
def unskip(context: typer.Context, slug: Slug, slot: Which) -> None:
    """Take back that a slot was skipped or moved."""
    with open_press(context) as press:
        saved = _calendar(press).unskip(press.store.newsletters.get(slug), slot, press.clock())
        _print([(saved, one) for one in _slots(press, saved, 4, timedelta())], press.clock())


@app.command()
def move(
    context: typer.Context,
    slug: Slug,
    slot: Which,
    to: Annotated[str, typer.Argument(metavar="TO", help="Day and time by the newsletter's clock: 2026-12-22T10:00.")],
) -> None:
    """Have a slot's issue leave at another time."""
    try:
        moment = datetime.fromisoformat(to)
    except ValueError:
        raise NewsletterError(f"{to!r} is no day and time; write it as 2026-12-22T10:00.") from None
    if moment.tzinfo:
        raise NewsletterError("The time is by the newsletter's own clock; leave the zone away.")
    with open_press(context) as press:
        saved = _calendar(press).move(press.store.newsletters.get(slug), slot, moment, now=press.clock())
        _print([(saved, one) for one in _slots(press, saved, 4, timedelta())], press.clock())


@app.command("run-now")
def run_now(
    context: typer.Context,
    slug: Slug,
    slot: Annotated[str | None, typer.Option(help="The slot; the held one, or the next, if not given.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
) -> None:
    """Send a slot's issue now: one that is held, or one that is not due yet. What is not approved goes by the policy."""
    from newsletter.model.planned import Decision
    from newsletter.schedule.calendar import Calendar

    desk = open_app(context)
    with desk.press() as press:
        scheduler = desk.rounds(press, say).scheduler
        newsletter = press.store.newsletters.get(slug)
        wanted = Calendar(press.store).pending(newsletter, slot, press.clock())
        if not dry_run:
            decision = scheduler.run_now(newsletter, wanted)
            say(
                f"Issue {decision.issue_id} ({wanted.key}) is on its way; see: newsletter issue status {decision.issue_id}"
            )
            return
        outlook = scheduler.outlook(newsletter, wanted)
        issue = press.store.issues.find(int(newsletter.id or 0), wanted.key)
        readers = press.dispatch.freezing.foresee(issue, newsletter).readers if issue else None
        if isinstance(outlook, Decision):
            say(f"{wanted.key} would be {outlook.state}. {outlook.why}".strip())
        else:
            say(f"{wanted.key} would {_DOING[outlook.name]}.")
        if readers is not None:
            say(f"Its audience: {readers} readers as they stand now.")


#: What a step means, after "would".
_DOING = {
    "SEND": "be sent as it was approved",
    "SEND_APPROVED_LAST": "be sent as it was approved last, without what was changed since",
    "SEND_IF_SOUND": "be composed, and sent if every check passes",
}


@app.command()
def release(context: typer.Context) -> None:
    """Let the calendar go on after the database was restored or the clock was set. What is held stays held: look at each."""
    desk = open_app(context)
    with desk.press() as press:
        desk.rounds(press, say).scheduler.guard.release(press.clock())
    say("The calendar goes on. See what is held: newsletter schedule list")


@app.command()
def ics(
    context: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar="[NEWSLETTER]", help="One newsletter alone.")] = None,
    file: Annotated[Path | None, typer.Option(help="Write here instead of printing.")] = None,
) -> None:
    """Print the planned slots for a calendar program (iCalendar). The desk has the same as a feed."""
    from newsletter.schedule.feed import feed

    with open_press(context) as press:
        found = [(n, slot) for n in _newsletters(press, slug) for slot in _slots(press, n, 26, _BACK)]
        made = feed(found, url=press.links.desk(), now=press.clock())
    if file:
        file.write_bytes(made)
        say(f"{len(found)} slots are in {file}.")
    else:
        say(made.decode().rstrip())


def _newsletters(press: "Press", slug: str | None) -> "list[Newsletter]":
    found = [press.store.newsletters.get(slug)] if slug else press.store.newsletters.all()
    with_cadence = [newsletter for newsletter in found if newsletter.cadence]
    if not with_cadence:
        name = found[0].slug if found else "NEWSLETTER"
        raise NewsletterError(
            f"No cadence is set; for one: newsletter schedule set {name} --every week --on friday --at 16:00"
        )
    return with_cadence


def _calendar(press: "Press") -> Any:  # noqa: ANN401 - imported when it is asked for
    from newsletter.schedule.calendar import Calendar

    return Calendar(press.store)


def _slots(press: "Press", newsletter: "Newsletter", count: int, back: timedelta) -> "list[PlannedSlot]":
    found: list[PlannedSlot] = _calendar(press).slots(newsletter, press.clock(), ahead=count, back=back)
    return found


def _print(found: "list[tuple[Newsletter, PlannedSlot]]", now: datetime, *, as_json: bool = False) -> None:
    if as_json:
        say_json([{"newsletter": newsletter.slug, **asdict(slot)} for newsletter, slot in found])
        return
    rows = []
    for newsletter, slot in found:
        local = slot.due.astimezone(ZoneInfo(newsletter.timezone))
        edition = "" if slot.edition == "regular" else f"{slot.edition} review"
        what = " ".join(part for part in (edition, slot.why) if part)
        issue = str(slot.issue_id or "")
        state = "planned" if slot.state == "open" and slot.opens > now else str(slot.state)
        rows.append((newsletter.slug, slot.key, f"{local:%a %d %b %Y, %H:%M %Z}", state, issue, what))
    say_table(("newsletter", "slot", "due", "state", "issue", ""), rows)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NewsletterError(f"{written!r} is no day; write it as 2026-08-09.") from None

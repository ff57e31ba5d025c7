"""The calendar on the desk, and the same as a feed for anybody's calendar program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from newsletter.errors import NotFoundError
from newsletter.i18n.dates import month_of
from newsletter.model.issue import REVIEWS
from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import PlannedSlot, SlotState
from newsletter.pipeline import Press
from newsletter.schedule.calendar import Calendar
from newsletter.schedule.feed import feed
from newsletter.web.pages import page

#: How far the page looks back, and how many slots ahead page and feed look.
_BACK, _AHEAD, _FEED_AHEAD = timedelta(days=35), 8, 26


@dataclass(frozen=True, slots=True)
class Entry:
    """A slot as the page shows it. ``state`` is a word for editors, ``month`` the heading that it stands under."""

    newsletter: Newsletter
    slot: PlannedSlot
    local: datetime
    state: str
    what: str
    month: str


def routes(press: Press) -> APIRouter:
    """``/desk/<key>/calendar`` and ``calendar.ics`` beside it."""
    router = APIRouter(prefix="/desk/{key}")

    def opened(key: str) -> str:
        if not press.links.opens_desk(key):
            raise NotFoundError("This is not the address of the desk; `newsletter serve` prints it.")
        return f"/desk/{key}"

    @router.get("/calendar", response_class=HTMLResponse)
    def calendar(key: str) -> HTMLResponse:
        desk = opened(key)
        return page(
            "editor/calendar.html", press.templates, desk=desk, feed=f"{press.links.desk()}/calendar.ics",
            months=_by_month(entries(press, ahead=_AHEAD, back=_BACK)), held=press.store.instance.age().held,
            newsletters=press.store.newsletters.all(),
        )  # fmt: skip

    @router.get("/calendar.ics")
    def ics(key: str) -> Response:
        opened(key)
        found = [(entry.newsletter, entry.slot) for entry in entries(press, ahead=_FEED_AHEAD, back=_BACK)]
        content = feed(found, url=f"{press.links.desk()}/calendar", now=press.clock())
        return Response(
            content, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store, private"}
        )

    return router


def entries(press: Press, *, ahead: int, back: timedelta) -> list[Entry]:
    """The slots of every newsletter in one order."""
    now, reads = press.clock(), Calendar(press.store)
    found = [
        _entry(newsletter, slot, now)
        for newsletter in press.store.newsletters.all()
        for slot in reads.slots(newsletter, now, ahead=ahead, back=back)
    ]
    return sorted(found, key=lambda entry: (entry.slot.due, entry.newsletter.slug))


def coming(press: Press) -> list[Entry]:
    """The next slot of each newsletter that has a cadence."""
    found: dict[str, Entry] = {}
    for entry in entries(press, ahead=1, back=timedelta()):
        if entry.slot.due > press.clock() and entry.slot.edition not in REVIEWS and not entry.slot.why:
            found.setdefault(entry.newsletter.slug, entry)
    return list(found.values())


def _by_month(found: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    return [(month, list(slots)) for month, slots in groupby(found, key=lambda entry: entry.month)]


def _entry(newsletter: Newsletter, slot: PlannedSlot, now: datetime) -> Entry:
    local = slot.due.astimezone(ZoneInfo(newsletter.timezone))
    is_planned = slot.state is SlotState.OPEN and slot.opens > now
    what = f"{slot.edition.capitalize()} review" if slot.edition in REVIEWS else ""
    return Entry(
        newsletter=newsletter, slot=slot, local=local, state="planned" if is_planned else str(slot.state), what=what,
        month=month_of(local.date(), "en"),
    )  # fmt: skip

"""A round: the calendar is looked at, sources are asked in their turn, readers and editors are written to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.deliver.transport import Transport
from newsletter.errors import NewsletterError
from newsletter.schedule.messenger import Messenger
from newsletter.schedule.postman import Postman
from newsletter.schedule.remembered import Remembered
from newsletter.schedule.scheduler import Scheduler

if TYPE_CHECKING:
    from newsletter.ingest.fetch import Fetcher


#: How often what is too old to be kept is looked for.
_HOUSEKEEPING = timedelta(hours=1)


@dataclass(slots=True)
class Rounds:
    """What a process does over and over beside serving and sending.

    ``refresh_every`` is how often sources are polled; not at all if it is nothing. ``fetcher`` and ``transport`` make
    what that and mailing the editors need; ``remembered`` is what outlives the database. Between two sources it asks whether
    the process is ``stopping``.
    """

    scheduler: Scheduler
    fetcher: "Callable[[], Fetcher]"
    transport: Callable[[], Transport]
    say: Callable[[str], None]
    refresh_every: timedelta | None = None
    remembered: Remembered | None = None
    stopping: Callable[[], bool] = lambda: False
    _refreshed_at: datetime | None = field(default=None)
    _kept_house_at: datetime | None = field(default=None)

    def look(self) -> None:
        """Look at the calendar, then poll the sources if it is time."""
        now = self.scheduler.press.clock()
        # Before anything is sent: a restored database has forgotten who left since.
        if self.remembered is not None and (lost := self.remembered.look(now)):
            self.say(f"The database had forgotten {lost} suppressed addresses; they are suppressed again.")
        self.scheduler.look()
        if self._kept_house_at is None or abs(now - self._kept_house_at) >= _HOUSEKEEPING:
            self._kept_house_at = now
            self.scheduler.press.reception.keep_house()
        is_time = self._refreshed_at is None or abs(now - self._refreshed_at) >= (self.refresh_every or timedelta())
        if self.refresh_every and is_time:
            self._refreshed_at = now
            try:
                self.scheduler.press.refresh(self.fetcher(), progress=self._go_on)
            except NewsletterError as error:
                self.say(str(error))

    def _go_on(self, _source: object) -> None:
        if self.stopping():
            raise NewsletterError("The sources are asked later: this process is to end.")

    def next_due(self) -> datetime | None:
        """When the next slot is due."""
        return self.scheduler.next_due()

    async def tell(self) -> None:
        """Write to readers and editors what they have not been told yet."""
        await Postman(press=self.scheduler.press, transport=self.transport, say=self.say).go()
        await Messenger(press=self.scheduler.press, transport=self.transport, say=self.say).tell()

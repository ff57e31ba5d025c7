"""How a newsletter's issues are sent: what its editors decide, whatever the relay."""

from dataclasses import dataclass
from datetime import timedelta

from newsletter.model.delivery import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How issues are sent.

    ``unknown`` is what becomes of mails that may have arrived. ``canary`` percent of the readers get the issue first,
    and the rest only if that went well; 0 sends to all at once. Nothing leaves for ``recall_minutes`` after the order to
    send. Who could not be served for ``give_up_hours`` is given up. ``quiet`` are hours in the newsletter's own zone in
    which nothing leaves, as "22:00-07:00"; empty for none.
    """

    unknown: Unknown = Unknown.RESEND
    canary: float = 0
    recall_minutes: int = 0
    give_up_hours: int = 72
    quiet: str = ""

    @property
    def max_age(self) -> timedelta:
        """How long readers who were deferred are tried."""
        return timedelta(hours=self.give_up_hours)

    def canary_of(self, readers: int) -> int:
        """How many of so many readers go first; 0 where there are too few for them to tell anything."""
        share = min(round(readers * self.canary / 100), _MOST_CANARIES)
        return share if share >= _FEWEST_CANARIES else 0


_FEWEST_CANARIES, _MOST_CANARIES = 10, 1000
#: Of a canary's readers so many per cent may be refused before the issue halts (deliverability: Amazon SES reviews at 5).
HALT_AT = 5.0


def halts(sent: int, bounced: int) -> bool:
    """Whether what became of a canary is a reason to send no more."""
    return bounced * 100 > HALT_AT * (sent + bounced)


#: Those of a newsletter that says nothing of them.
USUAL_MANNERS = Manners()

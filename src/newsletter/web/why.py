"""Why somebody gets a newsletter, in sentences."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.i18n.dates import days_of
from newsletter.i18n.phrases import phrases
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.subscriber import Subscription


def why(found: Subscription, evidence: Iterable[Consent], language: str, zone: str) -> Iterator[str]:
    """What is known of how ``found`` came about, a sentence for each thing that happened, oldest first."""
    _ = phrases(language).gettext
    sentences = {
        ConsentKind.ASKED: _("On %(day)s your address was entered at %(page)s."),
        ConsentKind.CONFIRMED: _("On %(day)s it was confirmed from your mailbox."),
        ConsentKind.CHOSEN: _("On %(day)s you chose it on this page."),
        ConsentKind.ADDED: _("On %(day)s an editor put you on the list."),
        ConsentKind.IMPORTED: _("On %(day)s you came with a list from elsewhere: %(page)s."),
        ConsentKind.RENEWED: _("On %(day)s you said that you still want it."),
        ConsentKind.LEFT: _("On %(day)s you unsubscribed."),
    }

    def on(moment: datetime) -> str:
        when = moment.astimezone(ZoneInfo(zone)).date()
        return days_of(when, when, language)

    told = False
    for one in evidence:
        told = True
        yield sentences[one.kind] % {"day": on(one.at), "page": one.page}
    if not told and found.since is not None:
        if found.source:
            yield sentences[ConsentKind.IMPORTED] % {"day": on(found.since), "page": found.source}
        else:
            yield sentences[ConsentKind.ADDED] % {"day": on(found.since)}
    elif not told:
        yield _("You have been on the list from before such things were written down.")

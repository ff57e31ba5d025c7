"""The usual headings of an issue's sections, in the newsletter's language; editors word others."""

from newsletter.i18n.phrases import phrases
from newsletter.model.issue import SectionKind


def usual(kind: SectionKind, language: str) -> str | None:
    """The usual heading of a section of ``kind`` for a BCP 47 ``language`` (English if unknown), if it has one."""
    words = phrases(language)
    return {
        SectionKind.STORIES: words.gettext("More stories"),
        SectionKind.SERIES: words.gettext("Running series"),
        SectionKind.NUMBERS: words.gettext("Numbers of the week"),
        SectionKind.EVENTS: words.gettext("Events"),
        SectionKind.MAGAZINE: words.gettext("From the magazine"),
    }.get(kind)


def other_news(topic: str | None, language: str) -> str:
    """The heading over other news, about ``topic`` if there is one: ``Other Harbour News This Week``."""
    words = phrases(language)
    if topic:
        return words.gettext("Other %(topic)s News This Week") % {"topic": topic}
    return words.gettext("Other News This Week")

"""The usual headings of an issue's sections, in the newsletter's language; editors word others."""

from newsletter.model.issue import SectionKind

_OTHER_ABOUT, _OTHER = "other about", "other"
_USUAL: dict[str, dict[str, str]] = {
    "en": {
        SectionKind.STORIES: "More stories", SectionKind.SERIES: "Running series", SectionKind.NUMBERS: "Numbers of the week",
        SectionKind.EVENTS: "Events", SectionKind.MAGAZINE: "From the magazine", _OTHER_ABOUT: "Other {} News This Week",
        _OTHER: "Other News This Week",
    },
    "de": {
        SectionKind.STORIES: "Weitere Geschichten", SectionKind.SERIES: "Unsere Reihen", SectionKind.NUMBERS: "Zahlen der Woche",
        SectionKind.EVENTS: "Termine", SectionKind.MAGAZINE: "Aus dem Magazin", _OTHER_ABOUT: "Außerdem diese Woche: {}",
        _OTHER: "Außerdem diese Woche",
    },
    "fr": {
        SectionKind.STORIES: "Autres articles", SectionKind.SERIES: "Nos séries", SectionKind.NUMBERS: "Les chiffres de la semaine",
        SectionKind.EVENTS: "Agenda", SectionKind.MAGAZINE: "Dans le magazine", _OTHER_ABOUT: "Aussi cette semaine : {}",
        _OTHER: "Aussi cette semaine",
    },
    "es": {
        SectionKind.STORIES: "Más historias", SectionKind.SERIES: "Nuestras series", SectionKind.NUMBERS: "Las cifras de la semana",
        SectionKind.EVENTS: "Agenda", SectionKind.MAGAZINE: "De la revista", _OTHER_ABOUT: "Otras noticias de la semana: {}",
        _OTHER: "Otras noticias de la semana",
    },
    "ru": {
        SectionKind.STORIES: "Другие статьи", SectionKind.SERIES: "Наши рубрики", SectionKind.NUMBERS: "Цифры недели",
        SectionKind.EVENTS: "События", SectionKind.MAGAZINE: "Из журнала", _OTHER_ABOUT: "Другие новости недели: {}",
        _OTHER: "Другие новости недели",
    },
    "uk": {
        SectionKind.STORIES: "Інші статті", SectionKind.SERIES: "Наші рубрики", SectionKind.NUMBERS: "Цифри тижня",
        SectionKind.EVENTS: "Події", SectionKind.MAGAZINE: "З журналу", _OTHER_ABOUT: "Інші новини тижня: {}",
        _OTHER: "Інші новини тижня",
    },
}  # fmt: skip


def usual(kind: SectionKind, language: str) -> str | None:
    """The usual heading of a section of ``kind`` for a BCP 47 ``language`` (English if unknown), if it has one."""
    return _words(language).get(kind)


def other_news(topic: str | None, language: str) -> str:
    """The heading over other news, about ``topic`` if there is one: ``Other Harbour News This Week``."""
    words = _words(language)
    return words[_OTHER_ABOUT].format(topic) if topic else words[_OTHER]


def _words(language: str) -> dict[str, str]:
    return _USUAL.get(language.partition("-")[0].lower(), _USUAL["en"])

"""Days in other languages that readers of this issue would take for others."""

from datetime import UTC, datetime

import pytest

from builders import article
from newsletter.compose.guard.datelines import dateline_doubts
from newsletter.model.issue import DoubtKind
from newsletter.model.slot import Slot

SLOT = Slot("2026-W47", "Europe/Berlin")
THIS_WEEK = datetime(2026, 11, 19, 9, tzinfo=UTC)
LAST_WEEK = datetime(2026, 11, 12, 9, tzinfo=UTC)

#: The 18th of November 2026 is a Wednesday.
TRUE = {
    "de": "Am Mittwoch, dem 18. November, beschloss der Rat die neuen Preise für die Fähre.",
    "fr": "Le conseil du port a voté mercredi 18 novembre les nouveaux tarifs du bac.",
    "es": "El consejo del puerto votó el miércoles 18 de noviembre las nuevas tarifas.",
    "ru": "В среду, 18 ноября, совет порта утвердил новые цены на паром.",
    "uk": "У середу, 18 листопада, рада порту затвердила нові ціни на пором.",
}
UNTRUE = {language: text.replace("18", "19") for language, text in TRUE.items()}
VAGUE = {
    "de": "Gestern beschloss der Rat die neuen Preise für die Fähre.",
    "fr": "Le conseil du port a voté hier les nouveaux tarifs du bac.",
    "es": "El consejo del puerto votó ayer las nuevas tarifas del transbordador.",
    "ru": "Вчера совет порта утвердил новые цены на паром.",
    "uk": "Учора рада порту затвердила нові ціни на пором.",
}


@pytest.mark.parametrize("language", sorted(TRUE))
def test_a_weekday_of_its_date_is_not_doubted_and_one_of_another_date_is(language: str) -> None:
    page = article(language=language, published=THIS_WEEK)
    assert dateline_doubts(TRUE[language], page, SLOT) == ()
    (doubt,) = dateline_doubts(UNTRUE[language], page, SLOT)
    assert (doubt.kind, doubt.blocks) == (DoubtKind.DATELINE, False)
    assert "2026-11-19 is a Thursday" in doubt.sentence


@pytest.mark.parametrize("language", sorted(VAGUE))
def test_yesterday_of_another_week_is_doubted(language: str) -> None:
    old, new = (article(language=language, published=day) for day in (LAST_WEEK, THIS_WEEK))
    (doubt,) = dateline_doubts(VAGUE[language], old, SLOT)
    assert "2026-11-12" in doubt.sentence
    assert dateline_doubts(VAGUE[language], new, SLOT) == ()


def test_the_language_is_told_from_the_words_where_no_page_names_it() -> None:
    page = article(language=None, dek=None, headline="Die Fähre wird teurer", body=(TRUE["de"],), published=THIS_WEEK)
    assert dateline_doubts(UNTRUE["de"], page, SLOT)


def test_a_language_whose_dates_are_not_known_is_left_alone() -> None:
    page = article(language="fi", published=LAST_WEEK)
    assert dateline_doubts("Eilen neuvosto päätti uusista hinnoista.", page, SLOT) == ()

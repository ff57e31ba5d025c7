from dataclasses import replace
from datetime import UTC, date, datetime

from builders import article, provenance
from compose.harbour import with_evidence
from newsletter.compose.tell.series import instalments, series_number

WATCH = article("Harbour Watch: Skarrow counts its stones", series="Harbour Watch")


def test_the_number_that_the_page_prints_wins() -> None:
    assert series_number(replace(WATCH, series_number=12), {"Harbour Watch": 3}, 1) == 12


def test_without_it_instalments_are_counted_on() -> None:
    assert series_number(WATCH, {}, 0) == 1
    assert series_number(WATCH, {"Harbour Watch": 3, "Tide Table": 40}, 0) == 4
    assert series_number(WATCH, {"Harbour Watch": 3}, 2) == 6


def test_instalments_come_oldest_first_and_nothing_else_with_them() -> None:
    dated = replace(WATCH, published=datetime(2026, 11, 20, tzinfo=UTC))
    speaking = with_evidence(replace(WATCH, published=None), date(2026, 11, 9), date(2026, 11, 13))
    arrived = replace(WATCH, published=None, provenance=provenance(fetched_at=datetime(2026, 11, 18, tzinfo=UTC)))
    assert instalments((dated, article(), arrived, speaking)) == (speaking, arrived, dated)

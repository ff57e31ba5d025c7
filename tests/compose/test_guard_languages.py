"""The gate in six languages: a faithful line passes, and each way of falsifying it is found."""

import pytest

from compose.gate_pairs import PAIRS, Pair
from newsletter.compose.guard.gate import MissKind, check, guarded

each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.code}-{pair.name[0]}")


def falsified(line: str, change: tuple[str, str]) -> str:
    assert change[0] in line
    return line.replace(*change)


@each_pair
def test_a_faithful_line_raises_nothing(pair: Pair) -> None:
    assert check(pair.line, pair.source, pair.code) == ()


@each_pair
def test_a_changed_number_blocks(pair: Pair) -> None:
    misses = check(falsified(pair.line, pair.number), pair.source, pair.code)
    assert [miss.kind for miss in misses if miss.blocks] == [MissKind.NUMBER]


@pytest.mark.parametrize(
    "pair", [pair for pair in PAIRS if pair.quotation], ids=lambda pair: f"{pair.code}-{pair.name[0]}"
)
def test_an_altered_quotation_blocks(pair: Pair) -> None:
    wrong = falsified(pair.line, pair.quotation or ("", ""))
    checked = guarded(wrong, pair.source, fallback="the source", language=pair.code)
    assert checked.text == "the source"
    assert MissKind.QUOTATION in [miss.kind for miss in checked.misses]


@each_pair
def test_a_swapped_name_is_a_warning(pair: Pair) -> None:
    misses = check(falsified(pair.line, pair.name), pair.source, pair.code)
    assert [(miss.kind, miss.span.split("’")[-1]) for miss in misses] == [(MissKind.NAME, pair.name[1].split("’")[-1])]


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("de", "1.200,5", "1200,5"),
        ("de", "1.200.000", "1 200 000"),
        ("de", "1’200", "1200"),
        ("fr", "1\u00a0200", "1 200"),
        ("fr", "12,5", "12,5 pour cent"),
        ("es", "1.200,5", "1\u202f200,5"),
        ("es-MX", "1,200.5", "1200.5"),
        ("ru", "1\u2009200", "1 200"),
        ("en", "1,200.5", "1200.5"),
        ("en", "1\u00a0200", "1,200"),
        ("ar", "١٢٠٠", "1200"),
        ("ar", "٣٫٥", "3.5"),
    ],
)
def test_a_number_is_the_same_with_any_separators_of_its_language(code: str, one: str, other: str) -> None:
    assert check(one, other, code) == check(other, one, code) == ()


@pytest.mark.parametrize(
    ("code", "text", "source"),
    [
        ("de", "1,200", "1.200"),
        ("de", "3,5", "35"),
        ("de", "1 300", "1 und 301"),
        ("fr", "cent bateaux", "12 pour cent"),
        ("en", "1 200 boats", "1200 boats"),
        ("ru", "12 300", "12 и 30"),
    ],
)
def test_a_number_that_only_looks_alike_is_a_miss(code: str, text: str, source: str) -> None:
    assert any(miss.blocks for miss in check(text, source, code))


@pytest.mark.parametrize(
    "text",
    [
        "Der Ausschuss berät über die Gebühren.",
        "Über Fährgebühren wird in der Sitzung des Rates beraten.",
        "Am Mittwoch sagte Frau Adler, es gebe eine Entscheidung.",
        "Um 18 Uhr zahlten die Gäste 3 Euro, 5 Prozent mehr.",
    ],
)
def test_a_german_noun_is_no_name_if_the_source_has_it_in_any_form(text: str) -> None:
    source = "Der Hafenausschuss und der Rat: Gebühren der Fähre, 18 Uhr, 3 Euro, 5 %, Adler, alle Gäste."
    assert check(text, source, "de") == ()


@pytest.mark.parametrize(
    ("code", "form", "source"),
    [
        ("ru", "в Киеве", "Киев"),
        ("ru", "из Рима", "Рим"),
        ("ru", "с Павловым", "Павлова"),
        ("ru", "у Королёва", "Королев"),
        ("uk", "у Києві", "Київ"),
        ("uk", "з Чернігова", "Чернігів"),
        ("uk", "зі Шевченком", "Шевченко"),
        ("uk", "з Дар'єю", "Дар’я"),
    ],
)
def test_a_name_may_stand_in_any_case(code: str, form: str, source: str) -> None:
    assert check(f"Он {form}", source, code) == ()


@pytest.mark.parametrize(
    ("code", "swapped", "source"),
    [("ru", "Петренко", "Петров"), ("ru", "Ирак", "Иран"), ("uk", "Херсон", "Харків"), ("uk", "Львів", "Луцьк")],
)
def test_a_name_that_only_begins_alike_is_another(code: str, swapped: str, source: str) -> None:
    assert [miss.span for miss in check(f"Он {swapped}", source, code)] == [swapped]

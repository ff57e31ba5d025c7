import pytest

from newsletter.compose.tell.figures import Kind, figures


def found(sentence: str) -> list[str]:
    return [figure.text for figure in figures(sentence)]


@pytest.mark.parametrize(
    ("sentence", "figure", "kind"),
    [
        ("Fares rise by 12 percent in April.", "12 percent", Kind.PERCENT),
        ("Fares rise by nearly 12.5 per cent.", "nearly 12.5 per cent", Kind.PERCENT),
        ("A 5% rise was refused.", "5%", Kind.PERCENT),
        ("Rates fell 0.3 percentage points.", "0.3 percentage points", Kind.PERCENT),
        ("It grows between 5 and 7 percent a year.", "between 5 and 7 percent", Kind.PERCENT),
        ("It grows 5 to 7 percent.", "5 to 7 percent", Kind.PERCENT),
        ("Die Preise steigen um 12,5 Prozent.", "12,5 Prozent", Kind.PERCENT),
        ("The wall costs $4 million.", "$4 million", Kind.MONEY),
        ("The wall costs US$1.2bn.", "US$1.2bn", Kind.MONEY),
        ("The wall costs up to 96 million crowns.", "up to 96 million crowns", Kind.MONEY),
        ("She is hired at 26,000 crowns a day.", "26,000 crowns a day", Kind.MONEY),
        ("The yard wants €3,500.", "€3,500", Kind.MONEY),
        ("The yard will lose 1,200 jobs.", "1,200 jobs", Kind.COUNT),
        ("Rangers saw 17 grey seals.", "17 grey seals", Kind.COUNT),
        ("At least 3,000 North Korean special forces came.", "At least 3,000 North Korean special forces", Kind.COUNT),
        ("The ferry had 31 people on board.", "31 people", Kind.COUNT),
        ("About 2.4 million tourists came.", "About 2.4 million tourists", Kind.COUNT),
        ("It was the highest reading since January 1978.", "highest reading since January 1978", Kind.RECORD),
        ("It was the wettest autumn on record.", "wettest autumn on record", Kind.RECORD),
        ("They sold the most in forty years.", "most in forty years", Kind.RECORD),
    ],
)
def test_a_figure_with_its_unit_is_found_as_printed(sentence: str, figure: str, kind: Kind) -> None:
    assert [(one.text, one.kind) for one in figures(sentence)] == [(figure, kind)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The boats were built in 1987 and sold in 2004.",
        "In 2026 boats were sold.",
        "It closes on Nov. 28 and opens on 3 January.",
        "On Nov. 3 boats stayed in.",
        "The gauge was read at 21:40 on Monday.",
        "It drifted for 50 minutes, then for three more hours.",
        "It took 11 days and 40 years.",
        "The keeper is 79 and his boat 31 years old.",
        "A 31-year-old man swam it.",
        "Call 0421 555 1234 for tickets.",
        "The 61st ship came on the 17th.",
        "They voted by 61 to 8.",
        "The team won 3-2 and lost 2:1.",
        "Two boats and 2 ferries came.",
        "Boeing 737 planes and F-16 jets flew by.",
        "See page 12 notes and No. 40 boats.",
        "Of 140 skippers few had heard it.",
        "Nine of the 24 pupils came, and one in 300 ships.",
        "The first 20 names were read.",
        "Notice 88 gives the details.",
        "It was 40 of the old kind.",
    ],
)
def test_other_numbers_are_no_figures(sentence: str) -> None:
    assert found(sentence) == []


def test_all_figures_come_in_order_and_none_twice() -> None:
    sentence = "The 23 growers sell 60 per cent for 310,000 crowns, the most since 2011."
    assert found(sentence) == ["23 growers", "60 per cent", "310,000 crowns", "most since 2011"]
    for figure in figures(sentence):
        assert sentence[figure.start : figure.end] == figure.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fares rise by 12 percent.", "Fares rise by about 12 per cent."),
        ("Fares rise by 12%.", "Fares rise by 12 percent."),
        ("It lost 1,200 jobs.", "It lost 1200 jobs."),
        ("It was the highest since 1978.", "It was the highest reading since January 1978."),
    ],
)
def test_one_figure_is_known_however_it_is_printed(one: str, other: str) -> None:
    assert figures(one)[0].key == figures(other)[0].key


def test_different_figures_are_told_apart() -> None:
    keys = [figures(text)[0].key for text in ("12 percent more", "13 percent more", "12 crowns more", "12 boats more")]
    assert len(set(keys)) == 4

"""Pages of our own writing, in the layouts that magazine pages come in."""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import provenance
from newsletter.errors import IngestError
from newsletter.ingest import profiles
from newsletter.ingest.page_text import read_page
from newsletter.ingest.profile import Profile
from newsletter.ingest.profiles import known_profiles, recognise
from newsletter.ingest.profiles.responsible_statecraft import PROFILE
from newsletter.model.article import Article, ArticleKind, Briefing, OtherNews
from newsletter.model.article_view import article_view

HEADLINE = "Harbour towns weigh a shared ferry as fuel costs rise again"
DEK = "Three councils say one boat would serve them better than three"
BODY = (
    "Three harbour towns agreed on Monday to study a shared ferry, the first such plan in a decade of quarrels.",
    "“One boat is enough,” said Harbour Minister Ada Marsh, who opened the talks.",
    "Marsh closed the talks with a warning to the councils:",
    "“Whoever waits for a cheaper boat will wait until the tide has gone out for good.”",
)
CARD = (
    "A quay at dusk",
    "Top photo credit: A quay in Port Example, July 13, 2025 (A. Example)",
    "Why the old quay will not be rebuilt this year",
    "Europe",
    "The quay has been closed since the storm. Nobody has asked for the money to open it again.",
    "keep readingShow less",
)
CLOSING = ("LATEST", "QIOSK", "Newsletter", "Subscribe now to our weekly round-up and read what RS contributors write.")
CREDIT = "Top Image credit: A ferry near Port Example on December 1, 2023. A. Example"


def page(**given: Any) -> str:
    parts: dict[str, tuple[str, ...]] = {
        "opening": ("Follow us on social",),
        "kicker": ("ferry crossing",),
        "headline": (HEADLINE,),
        "dek": (DEK,),
        "byline": ("Reporting | QiOSK",),
        "body": BODY,
        "credit": (),
        "footer": (),
        "cards": CARD,
        "closing": CLOSING,
    }
    assert set(given) <= set(parts)
    return "\n\n".join(line for lines in {**parts, **given}.values() for line in lines)


def read(text: str, profile: Profile = PROFILE) -> Article:
    return read_page(text, profile, provenance=provenance())


def test_header_story_and_card_are_told_apart() -> None:
    found = read(page())
    assert (found.kicker, found.headline, found.dek) == ("ferry crossing", HEADLINE, DEK)
    assert found.byline is not None
    assert (found.byline.kind, found.byline.section, found.byline.author) == ("Reporting", "QiOSK", None)
    assert found.body == BODY
    assert found.blockquotes == BODY[-1:]
    assert found.kind is ArticleKind.ARTICLE
    assert [(card.title, card.section) for card in found.related] == [(CARD[2], "Europe")]
    assert found.published is None


def test_a_block_quotation_is_the_words_of_whom_the_page_announces() -> None:
    assert [(quote.speaker, quote.paragraph) for quote in read(page()).quotes] == [("Ada Marsh", 6), ("Ada Marsh", 8)]


def test_a_section_alone_is_a_byline() -> None:
    byline = read(page(byline=("Asia-Pacific",))).byline
    assert byline is not None
    assert (byline.raw, byline.kind, byline.section) == ("Asia-Pacific", None, "Asia-Pacific")


def test_a_page_without_byline_keeps_its_header_and_its_whole_story() -> None:
    found = read(page(byline=()))
    assert (found.kicker, found.headline, found.dek, found.byline) == ("ferry crossing", HEADLINE, DEK, None)
    assert found.body == BODY


def test_a_page_without_kicker_has_none() -> None:
    found = read(page(kicker=()))
    assert (found.kicker, found.headline, found.dek, found.body) == (None, HEADLINE, DEK, BODY)


@pytest.mark.parametrize("alt", [HEADLINE, "Shutterstock_2129046806-scaled", "ferry.jpg"])
def test_alternative_text_that_is_the_headline_or_a_file_name_is_no_kicker(alt: str) -> None:
    found = read(page(kicker=(alt,)))
    assert (found.kicker, found.headline, found.dek) == (None, HEADLINE, DEK)
    assert found.hero is not None
    assert found.hero.alt == alt


def test_the_widget_above_the_kicker_is_dropped() -> None:
    found = read(page(opening=("Follow us on social", "google cta")))
    assert found.kicker == "ferry crossing"
    assert found.provenance.boilerplate[:2] == ("Follow us on social", "google cta")


@pytest.mark.parametrize(
    "credit",
    [
        "Top photo credit: A ferry",
        "Top Image credit: A ferry",
        "Top photo: credit A ferry",
        "TOP PHOTOS CREDIT: A ferry",
    ],
)
def test_every_spelling_of_a_credit_is_the_top_pictures(credit: str) -> None:
    found = read(page(credit=(credit,), footer=("QiOSK",)))
    assert found.hero is not None
    assert found.hero.credit == credit
    assert found.body == BODY


def test_a_piece_of_caption_below_the_credit_is_set_aside() -> None:
    found = read(page(credit=(CREDIT, "A ferry near Port Example"), footer=("QiOSK",)))
    assert found.body == BODY
    assert "A ferry near Port Example" in found.provenance.boilerplate


@pytest.mark.parametrize(
    "footer",
    [("Reporting | QiOSK",), ("QiOSK",), (HEADLINE, "Reporting | QiOSK"), ("Europe",)],
)
def test_what_the_footer_repeats_is_no_part_of_the_story(footer: tuple[str, ...]) -> None:
    found = read(page(footer=footer))
    assert found.provenance.footer_repeat == footer
    assert found.body == BODY
    assert found.sections == ()


def test_a_series_is_known_by_its_label_in_the_footer() -> None:
    headline = f"Harbour Log: {HEADLINE}"
    found = read(page(headline=(headline,), footer=("Harbour Log:", headline, "Reporting | QiOSK")))
    assert (found.series, found.headline_without_series) == ("Harbour Log", HEADLINE)
    assert article_view(found)["footer_repeat"] == {
        "series_label": "Harbour Log:",
        "title": headline,
        "byline": "Reporting | QiOSK",
    }


def test_a_colon_alone_makes_no_series() -> None:
    assert read(page(headline=("Report: the ferry will sail",))).series is None


def test_a_page_without_any_header_takes_it_from_the_footer() -> None:
    headline = f"Harbour Log: {HEADLINE}"
    found = read(
        page(
            opening=(),
            kicker=(),
            headline=(),
            dek=(),
            byline=(),
            footer=("Harbour Log:", headline, "Analysis | Europe"),
        )
    )
    assert (found.headline, found.series, found.body) == (headline, "Harbour Log", BODY)
    assert found.byline is not None
    assert found.byline.section == "Europe"


BULLETS = (
    "The town of Eastport will buy two pilot boats, the Harbour Review reported, and sell its tug.",
    "Fishermen asked for longer hours at the ice house, which closes at noon on Fridays.",
    "The lighthouse at Point Example turns a hundred next week.",
)
BRIEFING = ("From Harbour Office Briefing on Nov. 18", "Office spokesperson Jonas Reed took questions Wednesday.")


@pytest.mark.parametrize(
    "heading",
    [
        "Other Ferry News This Week:",
        "In other Ferry news this week:",
        "In other Ferry war news",
        "Other news this week",
    ],
)
def test_a_heading_opens_the_other_news_and_each_paragraph_below_is_a_bullet(heading: str) -> None:
    found = read(page(body=(*BODY, heading, *BULLETS, *BRIEFING)))
    news, briefing = found.sections
    assert found.kind is ArticleKind.ROUNDUP
    assert found.body == BODY
    assert news == OtherNews(heading=heading, items=BULLETS)
    assert isinstance(briefing, Briefing)
    assert (briefing.source, briefing.date_text, str(briefing.day)) == (
        "Harbour Office Briefing",
        "Nov. 18",
        "2026-11-18",
    )
    assert briefing.paragraphs == BRIEFING[1:]


def test_bullets_without_heading_begin_with_dashes_but_for_the_first() -> None:
    dashed = (BULLETS[0], f"— {BULLETS[1]}", f"—{BULLETS[2]}")
    found = read(page(body=(*BODY, *dashed, *BRIEFING)))
    assert found.body == BODY
    assert found.sections[0] == OtherNews(heading="", items=BULLETS)


def test_dashes_below_a_heading_are_not_printed_twice() -> None:
    found = read(page(body=(*BODY, "In other Ferry news:", *(f"— {bullet}" for bullet in BULLETS))))
    assert found.sections == (OtherNews(heading="In other Ferry news:", items=BULLETS),)


def test_one_dash_is_no_list() -> None:
    assert read(page(body=(*BODY, "— A saying of the harbour pilots."))).sections == ()


def test_captions_that_bleed_into_a_card_do_not_become_its_title() -> None:
    strays = ("A 5 percent fare rise would be a mistake", "he fare rise")
    found = read(page(cards=(*CARD, *CARD[:2], *strays, *CARD[2:]), footer=("QiOSK",)))
    assert [card.title for card in found.related] == [CARD[2], CARD[2]]
    assert [card.stray_captions for card in found.related] == [(), strays]


def test_a_card_without_picture_is_a_card() -> None:
    found = read(page(cards=CARD[2:], footer=("QiOSK",)))
    assert found.related[0].title == CARD[2]
    assert found.related[0].image is None
    assert found.body == BODY


def test_a_card_of_an_unknown_section_keeps_its_title() -> None:
    cards = (*CARD[:3], "Northern Isles", *CARD[4:])
    found = read(page(cards=cards, footer=("QiOSK",)))
    assert [(card.title, card.section) for card in found.related] == [(CARD[2], "Northern Isles")]
    assert found.body == BODY


def test_a_page_without_cards_has_none() -> None:
    found = read(page(cards=()))
    assert found.related == ()
    assert found.body == BODY


def test_dates_of_credits_and_cards_are_never_the_articles() -> None:
    found = read(page(credit=(CREDIT,), footer=("QiOSK",)))
    assert found.dates.explicit == ()
    assert set(found.dates.must_not_use) == {"December 1, 2023", "July 13, 2025"}


def test_who_is_credited_with_a_fact_is_listed_once_without_the_article() -> None:
    body = (
        "According to the Harbour Review, boats are late. The Tide\u00a0Gazette reports that they sail.",
        "It reported that, and they agree, according to reporting from Quay Radio and according to the Harbour Review.",
    )
    assert read(page(body=body)).attributed_sources == ("Harbour Review", "Tide Gazette", "Quay Radio")


def test_what_closes_the_page_is_set_aside() -> None:
    found = read(page()).provenance
    assert found.boilerplate == ("Follow us on social", "keep readingShow less", *CLOSING)
    assert found.newsletter_blurb == CLOSING[-1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Follow us on social\nLATEST\nQIOSK", "holds no text"),
        ("", "holds no text"),
        (page(kicker=(), headline=(), dek=(), byline=(), body=("A boat " * 30,), cards=()), "no headline"),
        (page(body=(), cards=()), "no text below"),
    ],
)
def test_a_page_without_headline_or_story_is_refused(text: str, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        read(text)


def test_marks_that_do_not_match_are_reported_with_their_paragraph() -> None:
    found = article_view(read(page(body=('“One boat," said Ada Marsh.', '"Two boats,” said Reed. "Three," he said.'))))
    assert found["mixed_quote_marks"] == (
        'paragraph 5 opens with “ and closes with ASCII "; paragraph 6 opens with ASCII " and closes with ”'
    )
    assert article_view(read(page()))["mixed_quote_marks"] is None


def accounted(article: Article) -> Counter[str]:
    """Every line that the article and its provenance hold, once for each place in which it stands."""
    origin = article.provenance
    alts = [article.hero.alt] if article.hero else []
    lines: list[str | None] = [article.headline, article.dek, article.byline.raw if article.byline else None, *alts]
    lines += [*article.body, *(image.credit for image in article.images), *origin.boilerplate, *origin.footer_repeat]
    for section in article.sections:
        lines += [section.heading, *(section.items if isinstance(section, OtherNews) else section.paragraphs)]
    for card in article.related:
        picture = (card.image.alt, card.image.credit) if card.image else ()
        lines += [*picture, *card.stray_captions, card.title, card.section, *card.excerpt]
    return Counter(line for line in lines if line)


OPTIONAL = {
    "opening": ((), ("Follow us on social",), ("Follow us on social", "google cta")),
    "kicker": ((), ("ferry crossing",), (HEADLINE,), ("Shutterstock_2129046806-scaled",)),
    "dek": ((), (DEK,)),
    "byline": ((), ("Analysis | Europe",), ("QiOSK",)),
    "body": (BODY, (*BODY, "Other Ferry News This Week:", *BULLETS, *BRIEFING), (*BODY, *BRIEFING)),
    "credit": ((), (CREDIT,), (CREDIT, "A ferry near Port Example")),
    "footer": ((), ("QiOSK",), (HEADLINE, "Analysis | Europe")),
    "cards": ((), CARD, CARD[2:], (*CARD, *CARD[:2], "he fare rise", *CARD[2:]), (*CARD[1:], "A stray line")),
    "closing": ((), CLOSING, CLOSING[:1]),
}


@given(st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in OPTIONAL.items()}))
def test_every_line_of_a_page_is_in_one_place(parts: dict[str, tuple[str, ...]]) -> None:
    text = page(**parts)
    assert accounted(read(text)) == Counter(line for line in text.splitlines() if line)


LINE = st.sampled_from(
    [
        *(*CARD, *CLOSING, *BODY, *BULLETS, *BRIEFING, CREDIT, HEADLINE, DEK, "QiOSK"),
        *("Harbour Log:", "Harbour Log: so it goes", "Other Ferry News This Week:", "Reporting | QiOSK"),
        *("Follow us on social", "google cta", "x"),
    ]
)


@given(st.lists(LINE, max_size=20))
def test_lines_in_any_order_are_read_or_refused_and_none_is_lost(lines: list[str]) -> None:
    try:
        found = read("\n".join(lines))
    except IngestError:
        return
    assert not Counter(lines) - accounted(found)


def test_a_page_of_the_magazine_is_recognised_and_others_are_not() -> None:
    assert recognise(page().splitlines()) is PROFILE
    assert recognise([f"  {line}\u00a0" for line in page(closing=()).splitlines()]) is PROFILE
    foreign = ("Follow us on social", "A ferry", HEADLINE, *BODY, "keep readingShow less", "Newsletter")
    assert recognise(foreign) is None
    assert recognise([]) is None


SECOND_SITE = """
import re
from newsletter.ingest.profile import Profile

PROFILE = Profile(
    name="tide_gazette",
    outlet="The Tide Gazette",
    recognised_by=((re.compile(r"The Tide Gazette, since 1871"),),),
    furniture=frozenset({"The Tide Gazette, since 1871", "Share this page"}),
    byline=re.compile(r"Filed under (?P<section>.+)"),
    sections=frozenset({"Shipping", "Weather"}),
    series=frozenset({"Log"}),
    other_news=re.compile(r"Briefly, .+"),
    briefing=re.compile(r"(?P<source>.+ Hour), (?P<date>\\\\d{1,2} [A-Z][a-z]+)"),
    bullet_mark=re.compile(r"\\\\* "),
    image_credit=re.compile(r"Picture: .+"),
    card_end=re.compile(r"Read on"),
    closing=frozenset({"Tomorrow's tides"}),
    blurb=re.compile(r"Get the Gazette .+"),
)
"""
SECOND_PAGE = """
The Tide Gazette, since 1871
a lighthouse in fog
Log: Fog keeps the fleet in port for a third day
Skippers say the forecast was wrong again
Filed under Weather
Share this page
Fog kept forty boats in port on Tuesday, the harbour office said.
“We saw nothing,” said the skipper Jonas Reed.
Briefly, from the coast
* A buoy is missing off Point Example.
* The ice house opens on Friday.
Harbour Hour, 17 November
The harbour master took questions on Tuesday.
Picture: A. Example, 3 May 2020
Filed under Weather
a crane
Picture: B. Example
New crane for the north quay
Shipping
The crane can lift forty tonnes and will be paid for by the port.
Read on
Tomorrow's tides
Get the Gazette every morning
"""


@pytest.fixture
def second_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second site: one new file in a folder of profiles."""
    (tmp_path / "tide_gazette.py").write_text(SECOND_SITE.replace("\\\\", "\\"))
    monkeypatch.setattr(profiles, "__path__", [*profiles.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, f"{profiles.__name__}.tide_gazette", raising=False)


@pytest.mark.usefixtures("second_site")
def test_a_second_site_is_one_new_file() -> None:
    assert [profile.name for profile in known_profiles()] == ["responsible_statecraft", "tide_gazette"]
    profile = recognise(SECOND_PAGE.splitlines())
    assert profile is not None
    found = read(SECOND_PAGE, profile)
    assert (found.outlet, found.kicker, found.series) == ("The Tide Gazette", "a lighthouse in fog", "Log")
    assert found.headline_without_series == "Fog keeps the fleet in port for a third day"
    assert found.byline is not None
    assert (found.byline.kind, found.byline.section) == (None, "Weather")
    assert len(found.body) == 2
    news, briefing = found.sections
    assert news == OtherNews(
        heading="Briefly, from the coast",
        items=("A buoy is missing off Point Example.", "The ice house opens on Friday."),
    )
    assert isinstance(briefing, Briefing)
    assert (briefing.source, str(briefing.day)) == ("Harbour Hour", "2026-11-17")
    assert [(card.title, card.section) for card in found.related] == [("New crane for the north quay", "Shipping")]
    assert found.provenance.newsletter_blurb == "Get the Gazette every morning"
    assert found.dates.must_not_use == ("3 May 2020",)
    printed = Counter(re.sub(r"^\* ", "", line) for line in SECOND_PAGE.splitlines() if line)
    assert accounted(found) == printed

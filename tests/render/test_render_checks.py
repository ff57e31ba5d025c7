from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import NOW, article, image, issue, item
from newsletter.model.article import Article, Event
from newsletter.model.issue import Also, Doubt, DoubtKind, Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.render.checks.finding import Finding
from newsletter.render.checks.palette import palette
from newsletter.render.checks.preflight import check_issue
from newsletter.render.checks.proof import Proof
from newsletter.render.checks.weight import CLIPPED_AT
from newsletter.render.compiled import compile_issue
from newsletter.render.slots import PREFERENCES, UNSUBSCRIBE
from newsletter.render.templates import SHIPPED
from newsletter.render.theme import contrast
from render.sample_issue import ARCHIVE, letter, rich_issue


def found(
    given: Issue,
    newsletter: Newsletter | None = None,
    *,
    archive: str = ARCHIVE,
    articles: dict[int, Article] | None = None,
    **changed: Any,
) -> list[Finding]:
    newsletter = newsletter or letter()
    compiled = replace(compile_issue(given, newsletter, archive_url=archive), **changed)
    theme = SHIPPED.theme(newsletter.theme)
    proof = Proof(issue=given, newsletter=newsletter, compiled=compiled, theme=theme, now=NOW, articles=articles or {})
    return list(check_issue(proof))


def sentences(level: str, findings: list[Finding]) -> str:
    return "\n".join(finding.sentence for finding in findings if finding.level == level)


def lead(**given: Any) -> Issue:
    return issue(Section(kind=SectionKind.LEAD, items=(item(**given),)))


def test_a_good_issue_has_no_findings() -> None:
    assert found(rich_issue()) == []


def test_an_address_beyond_ascii_is_no_finding() -> None:
    assert found(lead(url="https://bücher.example/ä")) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (issue(Section(kind=SectionKind.STORIES, heading="More stories", items=())), "“More stories” is empty"),
        (lead(headline=None, paragraphs=()), "neither headline nor text"),
        (lead(headline="The boat", image=image(alt="")), "picture of “The boat” has no description"),
        (issue(preheader=" "), "preheader is empty"),
    ],
)
def test_what_a_reader_would_stumble_over_is_an_error(given: Issue, words: str) -> None:
    assert words in sentences("error", found(given))


def test_the_postal_address_is_asked_for() -> None:
    assert "postal address" in sentences("error", found(rich_issue(), letter(postal_address=" ")))


@pytest.mark.parametrize(("slot", "words"), [(UNSUBSCRIBE, "unsubscribe"), (PREFERENCES, "preferences")])
@pytest.mark.parametrize("part", ["html", "text"])
def test_a_part_without_the_ways_out_is_an_error(part: str, slot: str, words: str) -> None:
    compiled = compile_issue(rich_issue(), letter(), archive_url=ARCHIVE)
    cut = getattr(compiled, part).replace(slot, "https://x.example")
    assert f"The {words} link is missing" in sentences("error", found(rich_issue(), **{part: cut}))


def test_a_text_part_that_lacks_a_headline_or_a_link_is_an_error() -> None:
    told = sentences("error", found(rich_issue(), text=f"nothing {UNSUBSCRIBE} {PREFERENCES}"))
    assert "“Tide mills pay their first bill” is missing from the text part" in told
    assert "https://review.example/tide is missing from the text part" in told


def test_a_mail_that_gmail_cuts_is_an_error_and_one_near_it_a_warning() -> None:
    assert "Gmail cuts" in sentences("error", found(lead(text="word " * (CLIPPED_AT // 5))))
    near = found(lead(text="word " * (CLIPPED_AT // 6)))
    assert "Gmail cuts" in sentences("warning", near)
    assert sentences("error", near) == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (rich_issue(subject="long " * 20), "characters; inboxes show"),
        (rich_issue(subject="Fares rise", preheader="Fares rise, says the council."), "repeats the subject"),
    ],
)
def test_what_an_inbox_would_show_badly_is_a_warning(given: Issue, words: str) -> None:
    assert words in sentences("warning", found(given))


def test_a_mark_of_another_program_is_a_warning_for_an_article_may_be_about_such_marks() -> None:
    assert "left over" in sentences("warning", found(lead(text="Dear {{ name }}")))


def test_links_that_only_this_machine_can_open_are_a_warning() -> None:
    assert "this machine" in sentences("warning", found(rich_issue(), archive="http://127.0.0.1:8000/harbour/2026-W47"))


def doubtful(**given: Any) -> Doubt:
    return Doubt(**{"kind": DoubtKind.RETRACTED, "sentence": "the source took this story back", **given})


def test_a_doubt_that_blocks_is_an_error_and_any_other_a_warning_and_both_name_their_item() -> None:
    for blocks, level in ((True, "error"), (False, "warning")):
        (finding,) = found(lead(headline="Ferry fares rise", doubts=(doubtful(blocks=blocks),)))
        assert finding.level == level
        assert finding.sentence == "“Ferry fares rise”: the source took this story back"


def test_an_item_without_a_headline_is_named_by_how_it_begins() -> None:
    line = item(None, "The pilot boat is in the yard until Friday, and then for another week.", doubts=(doubtful(),))
    (finding,) = found(issue(Section(kind=SectionKind.OTHER_NEWS, items=(line,))))
    assert (
        finding.sentence
        == "“The pilot boat is in the yard until Friday, and then for…”: the source took this story back"
    )


def test_every_doubt_of_every_item_is_told() -> None:
    twice = item("A", doubts=(doubtful(sentence="one"), doubtful(sentence="two", blocks=True)))
    sections = [Section(kind=kind, items=(twice,)) for kind in SectionKind]
    told = found(issue(*sections))
    assert [f.level for f in told if f.sentence == "“A”: two"] == ["error"] * len(sections)
    assert [f.level for f in told if f.sentence == "“A”: one"] == ["warning"] * len(sections)


def test_a_sponsor_needs_no_article_but_is_asked_for_a_link() -> None:
    paid = item("Oilskins", "They last.", article_id=None)
    sections = (*lead().sections, Section(kind=SectionKind.SPONSOR, items=(paid,)))
    assert found(issue(*sections)) == []
    (finding,) = found(issue(*lead().sections, Section(kind=SectionKind.SPONSOR, items=(replace(paid, url=None),))))
    assert (finding.code, finding.level) == ("sponsor-link", "warning")
    assert finding.sentence == "The sponsor’s item “Oilskins” has no link (url)."


def quoting(*texts: str, **given: Any) -> Item:
    return item("Fares rise", paragraphs=tuple(Paragraph(text=text) for text in texts), **given)


@pytest.mark.parametrize(
    "items",
    [
        (quoting("“We need two boats,” she said."), item("Fares", "“We need two boats”, said the mayor.")),
        (quoting("“We need two boats.” “We need two boats!”"),),
        (
            quoting("“We need two boats, and soon, and paid for.”"),
            item("Fares", "She said: “two boats, and soon, and paid”."),
        ),
        (quoting("“We need two boats.”", also=(Also(headline="Two boats", line="“We need two boats,” she said."),)),),
        (
            quoting("“We need two boats,” she said."),
            item("Fares", paragraphs=(Paragraph(text="We need two boats", quotation=True),)),
        ),
    ],
)
def test_a_quotation_that_is_printed_twice_is_a_warning(items: tuple[Item, ...]) -> None:
    (finding,) = found(issue(Section(kind=SectionKind.LEAD, items=items)))
    assert finding.level == "warning"
    assert finding.sentence.startswith("The quotation “")
    assert "boats" in finding.sentence
    assert "“Fares rise”" in finding.sentence


@pytest.mark.parametrize(
    "items",
    [
        (quoting("“We need two boats,” she said."), item("Fares", "“We need two boots,” said the mayor.")),
        (quoting("It is “fair game”."), item("Fares", "It is “fair game”.")),
        (quoting("“We need two boats.”"), item("“We need two boats”", "She said so.")),
        (quoting("“We need two boats, and soon.”"), item("Fares", "“two boats, and soon”")),
    ],
)
def test_what_is_not_the_same_quotation_is_no_warning(items: tuple[Item, ...]) -> None:
    assert found(issue(Section(kind=SectionKind.LEAD, items=items))) == []


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def story(headline: str = "Fares rise", *texts: str, **given: Any) -> Issue:
    told = item(headline, paragraphs=tuple(Paragraph(text=text) for text in texts or ("They do.",)), key="a1", **given)
    return issue(Section(kind=SectionKind.LEAD, items=(told,)))


@pytest.mark.parametrize("text", ["The sum is TK.", "Lorem ipsum dolor.", "She said [insert quote] and left.", "[TBD]"])
def test_a_note_to_be_filled_in_is_an_error_that_names_its_item(text: str) -> None:
    (finding,) = found(story("Fares rise", text))
    assert (finding.ref, finding.level) == ("placeholder:a1", "error")


@pytest.mark.parametrize("mark", ["{{ name }}", "*|FNAME|*", "%%first_name%%", "${name}", "{% if %}"])
def test_a_mark_of_another_program_is_told_of_by_its_item(mark: str) -> None:
    (finding,) = found(story("Fares rise", f"Dear {mark}"))
    assert (finding.ref, finding.level) == ("mark-left-over:a1", "warning")
    assert "placeholder" in codes(found(story("Fares rise"), subject=f"Hello {mark}")) | codes(
        found(issue(subject=f"Hello {mark}"))
    )


@pytest.mark.parametrize("text", ["Stockholm and Atkins.", "He asked for the task.", "It costs 5 % more {or so}."])
def test_a_text_without_such_marks_is_left_alone(text: str) -> None:
    assert found(story("Fares rise", text)) == []


@pytest.mark.parametrize(
    "texts",
    [
        ("“We need boats, she said.",),
        ("We need boats,” she said.",),
        ("« Il faut agir, a-t-il dit.",),
        ('"We need, she.',),
    ],
)
def test_a_quotation_that_is_not_closed_is_a_warning(texts: tuple[str, ...]) -> None:
    assert "quotation-marks" in codes(found(story("Fares rise", *texts)))


@pytest.mark.parametrize(
    "texts",
    [
        ("“We need boats,” she said.",),
        ("“We need boats.", "“And soon,” she said."),
        ("„Wir brauchen Boote“, sagte sie.",),
        ('A pipe of 12" was laid.',),
        ("It’s the mayor’s boat.",),
        ("Elle a dit : « Il faut agir. »",),
    ],
)
def test_a_quotation_that_goes_on_in_the_next_paragraph_or_is_closed_is_none(texts: tuple[str, ...]) -> None:
    assert found(story("Fares rise", *texts)) == []


def test_two_kinds_of_quotation_marks_in_one_item_are_a_warning() -> None:
    assert codes(found(story("Fares rise", "“We need boats,” she said.", 'He said "no".'))) == {"quotation-marks-mixed"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zelensky", "Zelenskyy"), ("Zelensky", "Zelenskiy"), ("Müller", "Muller"), ("Khamenei", "Hamenei")],
)
def test_a_name_in_two_spellings_is_a_warning_where_the_language_leaves_names_alone(one: str, other: str) -> None:
    given_ = story("Fares rise", f"The mayor met {one}.", f"Later {other}’s boat left.")
    (finding,) = found(given_)
    assert finding.code == "names"
    assert one in finding.sentence
    assert other in finding.sentence
    assert found(given_, letter(language="uk")) == []


def test_different_names_are_no_warning() -> None:
    assert (
        found(story("Fares rise", "Ines Vold met Ruben Adoyer, Marek Lund, Maren Lunde and NATO in Harbour Street."))
        == []
    )


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"embargo": NOW + timedelta(hours=1)}, "embargo"),
        ({"not_before": NOW + timedelta(hours=1)}, "embargo"),
        ({"published": NOW + timedelta(days=1)}, "date-future"),
    ],
)
def test_what_may_not_be_printed_yet_is_an_error(given_: dict[str, Any], code: str) -> None:
    (finding,) = found(story(article_id=1), articles={1: article(**given_)})
    assert (finding.ref, finding.level) == (f"{code}:a1", "error")


def test_what_may_be_printed_now_is_none() -> None:
    past: dict[str, Any] = {"embargo": NOW, "not_before": NOW, "published": NOW}
    assert found(story(article_id=1), articles={1: article(**past)}) == []


def test_an_event_that_is_over_is_a_warning() -> None:
    told = item("Carols", article_id=1, key="a1", url="https://review.example/carols")
    given_ = issue(*story("Fares rise").sections, Section(kind=SectionKind.EVENTS, heading="What is on", items=(told,)))
    for starts, expected in ((NOW - timedelta(days=1), {"event-over"}), (NOW + timedelta(days=1), set())):
        assert codes(found(given_, articles={1: article(event=Event(starts=starts))})) == expected


def test_headlines_headings_and_links_that_stand_twice_are_warnings() -> None:
    stories = (
        item("Fares rise", url="https://a.example/1", article_id=1),
        item("Boats", url="https://a.example/1", article_id=2),
    )
    both = [Section(kind=SectionKind.STORIES, heading="More", items=(one,)) for one in stories]
    found_ = codes(found(issue(*story("Fares rise").sections, *both)))
    assert found_ == {"headline-twice", "heading-twice", "link-twice"}


def test_lines_of_one_article_may_lead_to_it_each() -> None:
    lines = tuple(item(None, text, url="https://a.example/1", article_id=1) for text in ("One thing.", "And another."))
    other = Section(kind=SectionKind.OTHER_NEWS, heading="Other news", items=lines)
    assert found(issue(*story("Fares rise").sections, other)) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://review.example/a", "link-http"),
        ("https://review.example/a?utm_source=x", "link-tracked"),
        ("https://review.example/a?id=1&fbclid=x", "link-tracked"),
        ("http://localhost/a", "link-local"),
        ("http://10.0.0.7/a", "link-local"),
        ("http://wiki.internal/a", "link-local"),
    ],
)
def test_a_link_that_is_open_counted_or_local_is_a_warning(url: str, code: str) -> None:
    assert codes(found(story(url=url))) == {code}


@pytest.mark.parametrize("preheader", ["Too short.", "long " * 40])
def test_a_preheader_that_does_not_fill_the_line_is_a_warning(preheader: str) -> None:
    assert codes(found(issue(preheader=preheader))) == {"preheader-length"}


def test_the_size_counts_as_it_travels_too() -> None:
    cyrillic = found(lead(text="слово " * 9_000))
    assert codes(cyrillic) == {"size"}
    assert "as it travels" in sentences("error", cyrillic)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('lang="en"', "", "language-missing"),
        ("<title>", "<title></title><x>", "title-missing"),
        ("<h1 ", "<h2 ", "heading-first"),
        ("<h2 ", "<h4 ", "heading-order"),
        ("</h1>", "</h1><img src='https://a.example/x.png'>", "image-attributes"),
        ("</h1>", "</h1>__NL_NAME__", "token-left"),
        ("</h1>", '</h1><div style="display:flex">x</div>', "client-support"),
        ("</h1>", '</h1><a href="/a">x</a>', "link-relative"),
    ],
)
def test_what_a_changed_template_gets_wrong_is_told(old: str, new: str, code: str) -> None:
    page = compile_issue(rich_issue(), letter(), archive_url=ARCHIVE).html
    assert old in page
    assert code in codes(found(rich_issue(), html=page.replace(old, new, 1)))


def test_a_theme_that_is_too_faint_is_an_error_with_a_colour_that_is_not() -> None:
    theme = SHIPPED.theme("broadsheet")
    faint = replace(theme, light={**theme.light, "muted": "#aaaaaa"})
    first, *_ = palette(faint)
    assert (first.code, first.level) == ("contrast", "error")
    mended = first.remedy.partition(" to ")[2].partition(",")[0]
    assert 4.5 <= contrast(mended, theme.light["card"]) < 5
    assert list(palette(theme)) == []


def test_no_finding_is_told_twice_and_errors_come_first() -> None:
    told = found(lead(headline=None, paragraphs=(), url="http://localhost/a"), letter(postal_address=""))
    assert len(told) == len(set(told))
    levels = [finding.level for finding in told]
    assert levels == sorted(levels)


def test_every_finding_says_what_to_do() -> None:
    bad = issue(
        Section(kind=SectionKind.STORIES, heading="More", items=()),
        Section(kind=SectionKind.LEAD, items=(item(None, paragraphs=(), image=image(alt="")),)),
        preheader="",
    )
    told = found(bad, letter(postal_address=""), text="x")
    assert len(told) > 8
    assert [finding.code for finding in told if not finding.remedy] == []

from dataclasses import replace
from typing import Any

import pytest

from builders import NOW, image, issue, item
from newsletter.model.article import Article
from newsletter.model.issue import Also, Doubt, DoubtKind, Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.render.checks.finding import Finding
from newsletter.render.checks.preflight import check_issue
from newsletter.render.checks.proof import Proof
from newsletter.render.checks.weight import CLIPPED_AT
from newsletter.render.compiled import PREFERENCES, UNSUBSCRIBE, compile_issue
from newsletter.render.templates import SHIPPED
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

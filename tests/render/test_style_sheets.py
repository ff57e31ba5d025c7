"""A lint of the style sheets as they are rendered for each theme: only what every mail program reads, and premailer too."""

import re

import cssutils
import pytest
from lxml import html as lxml_html

from newsletter.render.templates import SHIPPED
from render.sample_issue import letter
from render.sample_mails import every_mail

THEMES = SHIPPED.themes
SHEETS = [(theme, name) for theme in THEMES for name in ("inline.css", "keep.css")]
_CLASS = r"\.[a-z][a-z0-9]*"
#: A rule without rules in it: its selectors and its declarations.
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_FUNCTION = re.compile(r"[\w-]+\(")
_LENGTH = re.compile(r"(?<![\w#.])\d*\.?\d+([a-z%]+)")
_COLOUR = re.compile(r"#[0-9A-Za-z]*")
#: What a class may be nested in, in the block that is kept: nothing, or what Outlook puts around a mail that it darkens.
_KEPT = re.compile(rf"(?:\[data-ogs[bc]\] )?{_CLASS}|:root")


def sheet(theme: str, name: str) -> str:
    return SHIPPED.style_sheet(name, SHIPPED.theme(theme))


def rules(css: str) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """Selectors and declarations of every rule, those inside @media too. Our own reading: a parser would mend things."""
    found = []
    for selectors, block in _RULE.findall(re.sub(r"@media[^{]*\{", "", css)):
        declared = [part.partition(":") for part in block.split(";") if part.strip()]
        found.append(([one.strip() for one in selectors.split(",")], [(n.strip(), v.strip()) for n, _, v in declared]))
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_inlined_rules_select_by_one_class_alone(theme: str) -> None:
    selectors = [one for names, _ in rules(sheet(theme, "inline.css")) for one in names]
    assert len(selectors) > 50
    assert [one for one in selectors if not re.fullmatch(_CLASS, one)] == []
    assert len(selectors) == len(set(selectors)), "two rules for one class are read in the wrong order by somebody"


@pytest.mark.parametrize("theme", THEMES)
def test_kept_rules_select_by_one_class_within_outlooks_marks_at_most(theme: str) -> None:
    selectors = [one for names, _ in rules(sheet(theme, "keep.css")) for one in names]
    assert len(selectors) > 30
    assert [one for one in selectors if not _KEPT.fullmatch(one)] == []


@pytest.mark.parametrize(("theme", "name"), SHEETS)
def test_a_rule_sets_no_property_twice(theme: str, name: str) -> None:
    for selectors, declared in rules(sheet(theme, name)):
        properties = [prop for prop, _ in declared]
        assert len(properties) == len(set(properties)), selectors
        # A shorthand after its own part takes the part back; one before it is how a part is changed.
        for place, prop in enumerate(properties):
            assert not [later for later in properties[place:] if prop.startswith(f"{later}-")], selectors


@pytest.mark.parametrize(("theme", "name"), SHEETS)
def test_colours_are_six_digits_and_lengths_are_pixels_or_shares(theme: str, name: str) -> None:
    for selectors, declared in rules(sheet(theme, name)):
        for prop, value in declared:
            assert not _FUNCTION.search(value), f"{selectors} {prop}: {value}"
            assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in _COLOUR.findall(value)), (
                f"{selectors} {value}"
            )
            assert set(_LENGTH.findall(value)) <= {"px", "%"}, f"{selectors} {prop}: {value}"


@pytest.mark.parametrize(("theme", "name"), SHEETS)
def test_nothing_is_nested_or_fetched(theme: str, name: str) -> None:
    css = sheet(theme, name)
    assert css.count("{") == css.count("}")
    assert not re.search(r"&|@import|@font-face|url\(|\\|/\*|<", css), "nesting, a fetch, an escape, a comment or a tag"
    at_rules = re.findall(r"@[\w-]+", css)
    assert set(at_rules) <= ({"@media"} if name == "keep.css" else set())
    depth = deepest = 0
    for mark in re.findall("[{}]", css):
        depth += 1 if mark == "{" else -1
        deepest = max(deepest, depth)
    assert deepest <= (2 if name == "keep.css" else 1)


@pytest.mark.parametrize("theme", THEMES)
def test_every_kept_declaration_is_important(theme: str) -> None:
    """Or the style attribute, which is stronger than any rule, would win."""
    weak = [
        (selectors, prop)
        for selectors, declared in rules(sheet(theme, "keep.css"))
        for prop, value in declared
        if selectors != [":root"] and not value.endswith("!important")
    ]
    assert weak == []


@pytest.mark.parametrize("theme", THEMES)
def test_no_inlined_declaration_is_important(theme: str) -> None:
    """Or the kept block could not change it."""
    assert "!important" not in sheet(theme, "inline.css")


@pytest.mark.parametrize("theme", THEMES)
def test_the_kept_block_changes_only_what_is_inlined(theme: str) -> None:
    inlined = {one[1:] for names, _ in rules(sheet(theme, "inline.css")) for one in names}
    kept = {one.rpartition(".")[2] for names, _ in rules(sheet(theme, "keep.css")) for one in names} - {":root"}
    letters = [letter(theme=theme, language=language) for language in ("en", "ar")]
    pages = [lxml_html.document_fromstring(mail.html.encode()) for own in letters for mail in every_mail(own)]
    together = [
        set(str(element.get("class")).split()) for page in pages for element in page.iter() if element.get("class")
    ]
    assert len(together) > 200
    # What changes in the dark is a class beside the one that has the looks.
    alone = [classes for classes in together if classes & kept and not classes & inlined]
    assert alone == []
    assert kept <= set().union(*together)


@pytest.mark.parametrize(("theme", "name"), SHEETS)
def test_our_reading_of_a_sheet_is_that_of_a_parser(theme: str, name: str) -> None:
    css = sheet(theme, name)
    parsed = cssutils.CSSParser(validate=False, fetcher=lambda _url: (None, b"")).parseString(css)
    styles = [inner for rule in parsed for inner in (rule.cssRules if rule.type == rule.MEDIA_RULE else [rule])]
    assert [len(rule.style.getProperties(all=True)) for rule in styles] == [len(declared) for _, declared in rules(css)]


@pytest.mark.parametrize(
    "bad",
    [".a{color:rgb(0 0 0 / 50%)}", ".a{width:calc(100% - 1px)}", ".a{color:var(--ink)}", ".a{color:#fff}", ".a{margin:1em}",
     ".a{width:50vw}"],
)  # fmt: skip
def test_the_lint_finds_what_it_looks_for(bad: str) -> None:
    ((_, ((_, value),)),) = rules(bad)
    colours = [colour for colour in _COLOUR.findall(value) if not re.fullmatch("#[0-9a-f]{6}", colour)]
    assert _FUNCTION.search(value) or colours or set(_LENGTH.findall(value)) - {"px", "%"}

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.make_client_support import TARGET, distil, written
from newsletter.render.checks import css_features, features
from newsletter.render.checks.clients import ALLOWED, Gap, Support, support_of, unsupported
from newsletter.render.checks.finding import Level
from newsletter.render.checks.support import CLIENTS, Facts, Verdict, facts
from newsletter.render.compiled import compile_issue
from render.sample_issue import ARCHIVE, letter, rich_issue


def page(body: str = "", head: str = "") -> str:
    return f"<!doctype html><html><head><title>Tides</title>{head}</head><body>{body}</body></html>"


def styled(style: str) -> str:
    return page(f'<p style="{style}">Low water at noon.</p>')


def gap(gaps: Iterable[Gap], slug: str) -> Gap | None:
    return next((found for found in gaps if found.slug == slug), None)


def without(html: str, slug: str) -> tuple[str, ...]:
    found = gap(support_of(html).load_bearing, slug)
    return found.clients if found else ()


def our_mail(**given_to_letter: Any) -> Support:
    return support_of(compile_issue(rich_issue(), letter(**given_to_letter), archive_url=ARCHIVE).html)


@pytest.mark.parametrize("theme", ["harbour", "broadsheet"])
def test_our_own_mail_stands_on_little_that_a_program_lacks(theme: str) -> None:
    mail = our_mail(theme=theme)
    print(f"{len(mail.load_bearing)} features, {mail.pairs} pairs:", *(g.slug for g in mail.load_bearing))
    assert len(mail.load_bearing) <= 3
    assert mail.pairs <= 12


@pytest.mark.parametrize("theme", ["harbour", "broadsheet"])
def test_our_own_mail_passes(theme: str) -> None:
    assert not list(unsupported(compile_issue(rich_issue(), letter(theme=theme), archive_url=ARCHIVE).html))


@pytest.mark.parametrize(
    ("html", "slug", "clients"),
    [
        (styled("display:flex"), "css-display-flex", {"Outlook for Windows"}),
        (
            styled("position:absolute; top:0"),
            "css-position",
            {"Gmail on the web", "Gmail for iPhone", "Gmail for Android", "Outlook for Windows", "Outlook for iPhone"},
        ),
        (styled("border-radius:4px"), "css-border-radius", {"Outlook for Windows"}),
        (styled("border-top-left-radius:4px"), "css-border-radius", {"Outlook for Windows"}),
        (styled("background-image:url(https://a.example/b.png)"), "css-background-image", {"Outlook for Windows"}),
        (styled("background:#fff url(https://a.example/b.png)"), "css-background-image", {"Outlook for Windows"}),
        (
            page('<form action="https://a.example"></form>'),
            "html-form",
            {
                "Outlook for Windows", "Yahoo Mail for iPhone", "Proton Mail on the web", "Fastmail on the web",
            },
        ),
        (
            page('<video src="https://a.example/tide.mp4"></video>'),
            "html-video",
            set(CLIENTS.values()) - {
                "Apple Mail on the Mac", "Apple Mail on the iPhone", "Outlook for Mac", "Thunderbird", "Samsung Email",
            },
        ),
    ],
)  # fmt: skip
def test_what_a_program_lacks_is_found_with_the_programs(html: str, slug: str, clients: set[str]) -> None:
    assert set(without(html, slug)) == clients
    assert any(facts().title(slug) in finding.sentence for finding in unsupported(html))


def test_an_error_names_feature_and_programs_and_says_what_to_do() -> None:
    (finding,) = unsupported(styled("display:flex"))
    assert (finding.code, finding.level) == ("client-support", Level.ERROR)
    assert finding.sentence == "The mail uses “display:flex”, which does not work in Outlook for Windows."
    assert "keep.css" in finding.remedy


@pytest.mark.parametrize(
    "rules",
    [
        ".a { display:flex }",
        "@media (max-width:600px) { .a { display:flex !important } }",
        "/* } */ .b::after { content:'}' } .a { background:url(a;b); display : FLEX }",
    ],
)
def test_what_stands_in_a_style_block_only_is_an_enhancement(rules: str) -> None:
    html = page('<p class="a">Tide</p>', f"<style>{rules}</style>")
    assert gap(support_of(html).enhancement, "css-display-flex") == Gap(
        "css-display-flex", "display:flex", ("Outlook for Windows",)
    )
    assert not list(unsupported(html))


def test_what_stands_in_the_mail_too_is_no_enhancement() -> None:
    support = support_of(page('<p style="display:flex">Tide</p>', "<style>.a { display:flex }</style>"))
    assert gap(support.load_bearing, "css-display-flex")
    assert not gap(support.enhancement, "css-display-flex")


def test_conditional_comments_count_for_nothing_and_what_they_show_to_others_counts() -> None:
    hidden = page("<!--[if mso]><form style='display:flex'></form><![endif]-->")
    assert features.used(hidden).load_bearing == {"html-body"}
    shown = page("<!--[if !mso]><!--><p style='display:flex'>Tide</p><!--<![endif]-->")
    assert features.used(shown).load_bearing == {"html-body", "html-p", "css-display-flex"}
    assert "html-comments" in features.used(page("<!-- the tide -->")).load_bearing


def test_metas_and_doctype_are_enhancements() -> None:
    used = features.used(page(head='<meta name="color-scheme" content="light dark">'))
    assert used.enhancement == {"html-doctype", "html-meta-color-scheme"}


def test_an_allowed_feature_is_counted_but_is_no_error() -> None:
    html = styled("height:20px")
    assert without(html, "css-height")
    assert not list(unsupported(html))
    assert all(reason.endswith(".") for reason in ALLOWED.values())


@pytest.mark.parametrize(
    ("style", "slugs"),
    [
        ("display:none", {"css-display-none"}),
        ("display:inline-block !important", {"css-display", "css-important"}),
        ("width:50%", {"css-width", "css-unit-percent"}),
        ("height:auto", {"css-height"}),
        ("margin:0 auto -1.5em", {"css-margin", "css-unit-em"}),
        ("padding-left:4px", {"css-padding", "css-unit-px"}),
        ("border-bottom-color:#10px00", {"css-border"}),
        ("text-decoration:underline", {"css-text-decoration"}),
        ("text-decoration-thickness:2px", {"css-text-decoration-thickness", "css-unit-px"}),
        ("width:calc(100% - var(--gutter))", {"css-width", "css-unit-calc", "css-unit-percent", "css-variables"}),
        ("background:-webkit-linear-gradient(red, rgba(0,0,0,.5))", {"css-background", "css-linear-gradient", "css-rgba"}),
        ("font-family:'3em calc(x)', system-ui", {"css-sytem-ui"}),
        ("font-family:Georgia, serif; color:#1b1b1b; mso-hide:all; -webkit-text-size-adjust:100%", set()),
        ("--gutter:4px", {"css-variables"}),
        ("float:left/* here */;;:;broken", {"css-float", "css-comments"}),
    ],
)  # fmt: skip
def test_a_declaration_uses_its_property_and_what_its_value_needs(style: str, slugs: set[str]) -> None:
    assert css_features.of_style(style) == slugs


@pytest.mark.parametrize(
    ("css", "slugs"),
    [
        ("@import url(a.css);", {"css-at-import"}),
        ("@font-face { src:url(a.woff) }", {"css-at-font-face"}),
        ("@keyframes ebb { from { top:0 } }", {"css-at-keyframes"}),
        ("@supports (gap:0) { p {} }", {"css-at-supports", "css-selector-type"}),
        ("@media(prefers-color-scheme: dark){}", {"css-at-media", "css-at-media-prefers-color-scheme"}),
        ("a:hover, #b {}", {"css-pseudo-class-hover", "css-selector-type", "css-selector-grouping", "css-selector-id"}),
        (".a > .b {}", {"css-selector-class", "css-selector-child"}),
        ("a + b ~ i {}", {"css-selector-type", "css-selector-adjacent-sibling", "css-selector-general-sibling"}),
        ("[a='.x > y'] * {}", {"css-selector-attribute", "css-selector-descendant", "css-selector-universal"}),
        ("p:before {}", {"css-selector-type", "css-pseudo-element-before"}),
        (".a.b { .c {} }", {"css-selector-class", "css-selector-chaining", "css-nesting"}),
    ],
)
def test_a_style_sheet_uses_its_rules_and_selectors(css: str, slugs: set[str]) -> None:
    assert css_features.of_sheet(css) == slugs


@pytest.mark.parametrize(
    ("body", "slugs"),
    [
        ('<a href="mailto:ines@harbour.example">I</a>', {"html-mailto-links"}),
        ('<a href="#tide">T</a>', {"html-anchor-links"}),
        ('<input type="radio"><input>', {"html-input-radio", "html-input-text"}),
        ("<button>Go</button>", {"html-button-submit"}),
        ("<ol><li>Ebb</li></ol><h4>Flood</h4>", {"html-lists", "html-h1-h6"}),
        ('<nav lang="en" dir="ltr" aria-label="Tides"></nav>', {"html-semantics", "html-lang", "html-dir", "html-aria-label"}),
        ('<td align="left" valign="top" width="3" height="4"></td>', {"html-align", "html-valign", "html-width", "html-height"}),
        ('<img loading="lazy" srcset="a.png 2x">', {"html-img", "html-loading-attribute", "html-srcset"}),
    ],
)  # fmt: skip
def test_an_element_uses_itself_and_its_attributes(body: str, slugs: set[str]) -> None:
    assert features.used(page(body)).load_bearing == slugs | {"html-body"}


def test_what_works_in_part_is_told_apart() -> None:
    support = support_of(styled("max-width:640px"))
    assert gap(support.partial, "css-max-width") == Gap("css-max-width", "max-width", ("Outlook for Windows",))
    assert not gap(support.load_bearing, "css-max-width")


def test_a_missing_cell_is_unknown() -> None:
    stats = {
        "gmail": {"ios": {"2019-02": "y", "2024-01": "n #1"}},
        "yahoo": {"ios": {"2024-01": "a #2"}, "android": {}},
    }
    release = {
        "last_update_date": "2026-05-13 14:45:41 +0000",
        "data": [{"slug": "css-tide", "title": "tide ", "category": "css", "stats": stats}],
    }
    stored = json.loads(written(distil(release)))
    read = Facts(frozenset(stored["header"]["clients"]), stored["features"])
    assert stored["header"]["date"] == "2026-05-13"
    assert read.title("css-tide") == "tide"
    assert read.verdict("css-tide", "gmail.ios") is Verdict.NO
    assert read.verdict("css-tide", "yahoo.ios") is Verdict.PARTLY
    assert read.verdict("css-tide", "yahoo.android") is Verdict.UNKNOWN
    assert read.verdict("css-tide", "outlook.windows") is Verdict.UNKNOWN
    assert read.verdict("css-tide", "a.new.program") is Verdict.UNKNOWN
    assert read.verdict("css-ebb", "gmail.ios") is Verdict.UNKNOWN


def test_an_untested_feature_is_no_error() -> None:
    assert facts().verdict("css-word-wrap", "yahoo.ios") is Verdict.UNKNOWN
    assert "Yahoo Mail for iPhone" not in without(styled("word-wrap:break-word"), "css-word-wrap")


def test_every_feature_that_is_named_in_the_code_is_in_the_data() -> None:
    named = css_features.MAPPED | features.MAPPED | set(ALLOWED)
    assert {slug for slug in named if not facts().knows(slug)} == set()


def test_the_data_speaks_of_every_program_and_is_as_the_script_writes_it() -> None:
    text = TARGET.read_text(encoding="utf-8")
    stored = json.loads(text)
    assert stored["header"]["clients"] == list(CLIENTS)
    assert len(CLIENTS) == 17
    assert list(stored["features"]) == sorted(stored["features"])
    assert text == written(stored)


@given(st.text(alphabet="<>/=\"'!-[]{};:.,#*@()%ap \n\x00\ud800") | st.text())
def test_no_text_breaks_the_check(text: str) -> None:
    for html in (text, page(text), styled(text), page(head=f"<style>{text}</style>")):
        support_of(html)

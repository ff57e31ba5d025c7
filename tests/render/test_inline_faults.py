"""What premailer 3.10.0 does wrong or differently, case by case; ``test_inline.py`` holds the rest."""

import re
from html import unescape

import pytest

from builders import image, issue, item
from ingest.web_server import Answer, web_server
from newsletter.errors import InlineRefused
from newsletter.model.issue import Section, SectionKind
from newsletter.render.compiled import compile_issue
from newsletter.render.inline import MAX_SHEET, inline
from newsletter.render.slots import SLOTS
from render.sample_issue import ARCHIVE, letter


def page(style: str = "", body: str = "<p>x</p>", kept: str = "") -> str:
    block = f'<style data-premailer="ignore">{kept}</style>' if kept else ""
    return (
        f"<!doctype html>\n<html><head><title>t</title><style>{style}</style>{block}</head><body>{body}</body></html>"
    )


def body(done: str) -> str:
    return done.partition("<body>")[2].partition("</body>")[0]


@pytest.mark.parametrize(
    "disguise",
    ["@\\69mport url({url});", "@\\000069 mport '{url}';", "@im\\port '{url}';", "/**/@\\49 MPORT '{url}' all;"],
)
def test_an_import_in_disguise_is_neither_fetched_nor_dropped_in_silence(disguise: str) -> None:
    with web_server({"/a.css": Answer(body=b"p{color:red}")}) as canary:
        with pytest.raises(InlineRefused, match="@import"):
            inline(page(disguise.format(url=canary.url("/a.css")) + " p{color:#111111}"))
        assert canary.asked == []


def test_an_import_in_the_kept_block_or_in_an_attribute_is_not_fetched() -> None:
    with web_server({"/a.css": Answer(body=b"p{color:red}")}) as canary:
        url = canary.url("/a.css")
        inline(page("p{color:#111111}", f'<p style="@import url({url})">x</p>', kept=f"@import url({url});"))
        inline(page(f".a{{background:url({url})}} @media print{{.a{{background:url({url})}}}}", '<p class="a">x</p>'))
        assert canary.asked == []


def test_a_style_attribute_that_reads_like_a_selector_does_not_meet_it_in_the_cache() -> None:
    """One cache for three functions made "p", a rule's selector, the value of the attribute too, and the mail fail."""
    style = "".join(f"{name}{{color:#111111}}" for name in ("p", "td", "h1", "style"))
    done = inline(page(style, "".join(f'<p style="{name}">x</p>' for name in ("p", "td", "h1", "style"))))
    assert done.count("color:#111") == 4


def test_what_the_author_marked_important_in_the_sheet_stays_so_in_the_attribute() -> None:
    assert 'style="color:#111 !important"' in inline(page(".a{color:#111111!important}", '<p class="a">x</p>'))


def test_the_width_and_height_of_a_picture_come_from_its_attributes_alone() -> None:
    done = inline(
        page(".a{width:100%;height:auto}", '<img class="a" src="a.png" width="560" height="315"><img class="a">')
    )
    assert done.count("width=") == 1
    assert done.count('height="315"') == done.count("height=") == 1
    assert done.count('style="width:100%;height:auto"') == 2


@pytest.mark.parametrize(
    "rule",
    [
        "[data-ogsc] .a{color:#eeeeee!important}",
        "u + .body .a{color:#eeeeee}",
        "[style*=color]{color:#eeeeee!important}",
        'a[href*="example"]{color:#eeeeee}',
        "*{box-sizing:border-box}",
        "@font-face{font-family:Quay;src:url(https://x.example/a.woff2)}",
        "@supports (display:grid){.a{display:grid}}",
        "@keyframes tide{from{opacity:0}to{opacity:1}}",
        "@media (max-width:600px){.a{background:#990000!important;background:linear-gradient(red,blue)!important}}",
        "@media (prefers-color-scheme:dark){.a{color:#eeeeee!important;background-color:#121211!important}}",
        ".a:hover{color:rgb(0 0 0 / 50%);width:calc(100% - 10px)}",
        ".a{color:red;&:hover{color:blue}}",
        "/* a note */ .a > .b ~ .c{color:var(--ink)}",
    ],
)
def test_whatever_stands_in_the_kept_block_stays_to_the_byte(rule: str) -> None:
    done = inline(page(".a{color:#111111}", '<p class="a">x</p>', kept=rule))
    assert f"<style>{rule}</style>" in done
    assert body(done) == '<p class="a" style="color:#111">x</p>'


@pytest.mark.parametrize("at_rule", ["@font-face{font-family:Quay}", "@supports (a:b){.a{color:red}}", "@page{margin:1px}",
    "@keyframes k{from{opacity:0}}", "@layer a{.a{color:red}}"])  # fmt: skip
def test_an_at_rule_outside_the_kept_block_is_refused_and_not_dropped(at_rule: str) -> None:
    with pytest.raises(InlineRefused, match="at-rule"):
        inline(page(f".a{{color:#111111}} {at_rule}"))


@pytest.mark.parametrize("selector", ["[data-ogsc] .a", "u + .a", "*", "a[href*=x]", "table[role] td", ".a .b", ".a > .b",
    ".a ~ .b", "#a .b", ":root", ".b, .a .c"])  # fmt: skip
def test_a_selector_that_is_lost_or_weighed_wrongly_is_refused(selector: str) -> None:
    with pytest.raises(InlineRefused, match="class of its own"):
        inline(page(f"{selector}{{color:#111111}}"))


def test_a_state_such_as_hover_beats_the_attribute_and_stays_out_of_it() -> None:
    done = inline(page(".a{color:#111111} .a:hover{color:#222222}", '<a class="a">x</a>'))
    assert re.search(r"\.a:hover\s*\{\s*color:\s*#222\s*!important", done)
    assert body(done) == '<a class="a" style="color:#111">x</a>'


def test_every_rule_is_written_once() -> None:
    done = inline(page(".a{color:#111111}", '<p class="a">x</p>', kept=".b{color:#222222}"))
    assert done.count("#111") == 1
    assert done.count("#222222") == 1


@pytest.mark.parametrize("sheet", [
    ".a{background:#990000;background:linear-gradient(#900,#600)}",
    ".a{background:#990000; Background: none}",
    "@media print{.a{color:#111111;color:#222222}}",
])  # fmt: skip
def test_a_fallback_that_would_be_lost_is_refused(sheet: str) -> None:
    with pytest.raises(InlineRefused, match=r"twice.*kept"):
        inline(page(sheet))


@pytest.mark.parametrize("sheet", [
    ".a{margin:0;color:rgb(0 0 0 / 50%)}",
    ".a{color:red;&:hover{color:blue}}",
    ".a{color:red;.b{color:blue}}",
    "}} .a{color:red}",
])  # fmt: skip
def test_a_value_or_a_nested_rule_that_would_be_dropped_in_silence_is_refused(sheet: str) -> None:
    with pytest.raises(InlineRefused, match="cannot be inlined"):
        inline(page(sheet))


def test_a_sheet_with_comments_strings_and_addresses_is_taken_as_it_is() -> None:
    sheet = """/* a{b:c} */ .a{font-family:"a:b;c}",'Quay';background:url(data:image/png;base64,AA==);color:#111111}"""
    assert "color:#111" in body(inline(page(sheet, '<p class="a">x</p>')))


def test_a_background_reaches_word_as_six_digits_and_an_alignment_as_an_attribute() -> None:
    style = ".a{background-color:#ffffff;text-align:left;vertical-align:top}"
    done = inline(page(style, '<table><tr><td class="a">x</td></tr></table>'))
    for attribute in ('bgcolor="#ffffff"', 'align="left"', 'valign="top"'):
        assert attribute in done


@pytest.mark.parametrize("comment", [
    '<!--[if mso]><table width="640"><tr><td class="a"><![endif]-->',
    "<!--[if !mso]><!--><p>not Word</p><!--<![endif]-->",
    '<!--[if gte mso 9]><v:rect fill="t"><v:fill type="frame" src="a.png"/></v:rect><![endif]-->',
    "<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->",
])  # fmt: skip
def test_what_is_said_to_word_alone_stays_to_the_byte(comment: str) -> None:
    assert comment in inline(page(".a{color:#111111}", f"{comment}<p>x</p>"))


@pytest.mark.parametrize("short", ["<![if !mso]>", "<![IF mso]>", "<![if gte mso 9]>"])
def test_the_short_form_of_a_comment_for_word_is_refused(short: str) -> None:
    with pytest.raises(InlineRefused, match="template"):
        inline(page(body=f"{short}<p>x</p><![endif]>"))


def test_properties_that_only_one_client_knows_are_kept() -> None:
    done = inline(
        page(".a{mso-hide:all;mso-line-height-rule:exactly;-webkit-text-size-adjust:100%}", '<p class="a">x</p>')
    )
    assert 'style="mso-hide:all;mso-line-height-rule:exactly;-webkit-text-size-adjust:100%"' in done


def test_the_tokens_of_personal_links_pass_to_the_byte() -> None:
    done = inline(page(body="".join(f'<a href="{slot}" title="{slot}">{slot}</a>' for slot in SLOTS)))
    assert [done.count(slot) for slot in SLOTS] == [3, 3]


@pytest.mark.parametrize("url", ["https://x.example/?a=1&b=2", "https://x.example/?a=1&copy=3&amp=4&lt=5&notit;=6",
    "https://x.example/a%20b?q=%C3%A9&r=a+b", "#top", "mailto:editor@x.example?subject=a&body=b", "tel:+4712345"])  # fmt: skip
def test_an_address_means_the_same_after_inlining(url: str) -> None:
    done = inline(page(body=f'<a href="{url.replace("&", "&amp;")}">x</a>'))
    (found,) = re.findall(r'href="([^"]*)"', done)
    assert unescape(found) == url
    assert not re.search(r"&(?!amp;)", found), "a bare & may begin an entity"


def test_an_address_with_a_bare_ampersand_is_written_out() -> None:
    assert 'href="https://x.example/?a=1&amp;b=2"' in inline(page(body='<a href="https://x.example/?a=1&b=2">x</a>'))


def test_the_padding_behind_the_preheader_survives_to_the_last_character() -> None:
    padding = "\u034f\u2007\ufeff" * 60
    assert f"Fares rise.{padding}</div>" in inline(page(body=f"<div>Fares rise.{padding}</div>"))
    mail = compile_issue(issue(preheader="Fares rise."), letter(), archive_url=ARCHIVE).html
    assert f"Fares rise.{padding}</div>" in mail


def test_entities_that_show_nothing_survive_as_characters() -> None:
    assert "a\u00a0\u200c\u00ad\u034fb" in inline(page(body="<p>a&nbsp;&zwnj;&shy;&#847;b</p>"))


def test_a_page_always_has_a_doctype_and_a_language() -> None:
    done = inline('<HTML LANG="en"><HEAD><TITLE>t</TITLE></HEAD><BODY><BR/><P>x</P></BODY></HTML>')
    assert done.startswith("<!doctype html>\n<html lang=")
    assert "<br><p>x</p>" in done.replace("\n", "")


@pytest.mark.parametrize("code", [0x00, 0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0xFFFE, 0xFFFF, 0xD800, 0xDFFF])
def test_a_character_that_no_mail_may_hold_is_named_and_refused(code: int) -> None:
    with pytest.raises(InlineRefused, match=rf"U\+{code:04X} before 'quay"):
        inline(page(body=f"<p>the {chr(code)}quay</p>"))


def test_classes_stay_for_the_kept_block_and_no_space_is_added_between_columns() -> None:
    columns = '<div class="a">1</div><div class="a">2</div>'
    assert body(inline(page(body=columns))) == columns


def test_thousands_of_rules_for_thousands_of_elements_are_refused() -> None:
    rules = "".join(f".c{number}{{color:#{number:06x}}}" for number in range(2000))
    with pytest.raises(InlineRefused, match="too many elements"):
        inline(page(rules, '<p class="c1">x</p>' * 3000))


def test_the_cap_counts_all_sheets_of_a_page() -> None:
    rules = "".join(f".c{number}{{color:#{number:06x}}}" for number in range(500))
    with pytest.raises(InlineRefused, match="too many elements"):
        inline(page(f"{rules}</style><style>{rules}</style><style>{rules}", "<p>x</p>" * 3000))


def test_a_sheet_that_is_longer_than_any_mail_needs_is_refused() -> None:
    with pytest.raises(InlineRefused, match="50,000"):
        inline(page(".a{color:#111111}" * (MAX_SHEET // 17 + 1)))


def test_a_mail_of_two_hundred_items_is_far_below_the_caps() -> None:
    stories = tuple(
        item(f"Story {number}", url=f"https://review.example/{number}", image=image()) for number in range(200)
    )
    section = Section(kind=SectionKind.STORIES, heading="Stories", items=stories)
    assert compile_issue(issue(section), letter(), archive_url=ARCHIVE).html.count("<h3") == 200

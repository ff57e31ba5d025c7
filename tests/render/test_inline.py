import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from premailer import premailer as engine

from ingest.web_server import Answer, web_server
from newsletter.errors import InlineRefused
from newsletter.render.inline import inline

KEPT = "@media (prefers-color-scheme: dark){.a{color:#eeeeee!important}}[data-ogsc] .a{color:#eeeeee!important}"
PAGE = (
    "<!DOCTYPE html>\n<html><head><title>t</title><style>.a{color:#111111;padding:1px} .pic{width:100%;height:auto}</style>"
    f'<style data-premailer="ignore">{KEPT}</style></head><body><p class="a">x</p>'
    '<img class="pic" src="https://x.example/a.png" width="560" height="315" alt="a"></body></html>'
)


def page(style: str = "", body: str = "<p>x</p>") -> str:
    return f"<!DOCTYPE html>\n<html><head><title>t</title><style>{style}</style></head><body>{body}</body></html>"


def test_the_private_names_of_premailer_that_the_wrapper_replaces_are_still_there() -> None:
    """Read this first when premailer is upgraded: the wrapper rests on exactly these."""
    assert version("premailer") == "3.10.0"
    assert hasattr(engine._create_cssselector, "cache_info"), "the selector cache is ours"
    assert callable(engine.Premailer._parse_css_string)


def test_rules_become_attributes_and_the_kept_block_stays_to_the_byte() -> None:
    done = inline(PAGE)
    assert done.startswith("<!DOCTYPE html>"), "without a doctype a client lays the mail out in quirks mode"
    assert 'style="color:#111;padding:1px"' in done
    assert f"<style>{KEPT}</style>" in done


def test_a_media_rule_outside_the_kept_block_still_beats_the_attribute() -> None:
    done = inline(page("p{color:#111111} @media (max-width:600px){p{color:#222222 !important}}"))
    rule = done[done.index("@media") :].split("}", maxsplit=1)[0]
    assert "!important" in rule, "without it no media rule is stronger than a style attribute"


def test_the_size_of_a_picture_stays_in_its_attributes() -> None:
    assert 'width="560" height="315"' in inline(PAGE)


def test_no_style_sheet_is_ever_fetched() -> None:
    answers = {"/a.css": Answer(body=b"p{color:red}")}
    with web_server(answers) as canary:
        url = canary.url("/a.css")
        for style in (f"@import url({url});", f'@IMPORT "{url}";', f"@media screen{{@import url({url})}}"):
            with pytest.raises(InlineRefused, match="@import"):
                inline(page(style))
        for markup in (
            f'<link rel="stylesheet" href="{url}">',
            f'<LINK rel=stylesheet href="{url}">',
            "<base href='/'>",
        ):
            with pytest.raises(InlineRefused):
                inline(page(body=markup))
        assert canary.asked == []


def test_an_article_about_import_and_link_is_inlined_like_any_other() -> None:
    assert "@import" in inline(page(body="<p>@import and &lt;link&gt; and &lt;![if</p>"))


@pytest.mark.parametrize("style", ["p", "}", "{", "color:red;;;", "a:b:c", "\\", "/*", "x" * 5000, "@import url(x)"])
def test_no_style_attribute_can_stop_a_mail(style: str) -> None:
    assert "<p" in inline(page("p{color:#111111}", f'<p style="{style}">x</p>'))


@pytest.mark.parametrize("bad", ["", "  \n", "a\0b", "a\ud800b", "<![if !mso]>x<![endif]>", "x" * 1_000_001])
def test_what_premailer_would_corrupt_is_refused(bad: str) -> None:
    with pytest.raises(InlineRefused):
        inline(page(body=bad) if bad.strip() else bad)


def test_comments_for_outlook_pass_untouched() -> None:
    ghost = '<!--[if mso]><table><tr><td width="280"><![endif]-->'
    assert ghost in inline(page(body=f"{ghost}<p>x</p><!--[if mso]></td></tr></table><![endif]-->"))


def test_eight_threads_get_what_one_gets() -> None:
    alone, barrier = inline(PAGE), threading.Barrier(8)

    def work(_: int) -> set[str]:
        barrier.wait()
        return {inline(PAGE) for _ in range(5)}

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(work, range(8))) == {alone}

import re
from dataclasses import replace
from html import unescape

import pytest
from lxml import html as lxml_html

from builders import image, issue, item
from newsletter.errors import RenderError
from newsletter.model.issue import Also, Issue, Paragraph, Section, SectionKind
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.slots import PREFERENCES, SLOTS, UNSUBSCRIBE
from render.sample_issue import ARCHIVE, HEBREW, letter, rich_issue


def compiled(given: Issue | None = None) -> Compiled:
    return compile_issue(given or rich_issue(), letter(), archive_url=ARCHIVE)


def lead(**given: object) -> Issue:
    return issue(Section(kind=SectionKind.LEAD, items=(item(**given),)))  # type: ignore[arg-type]  # passed through


def unstyled(page: str) -> str:
    return re.sub(r""" style=("[^"]*"|'[^']*')""", "", page)


def hrefs(mail: Compiled) -> set[str]:
    return {unescape(url) for url in re.findall(r'href="([^"]+)"', mail.html)}


def test_html_and_text_have_the_same_links() -> None:
    mail = compiled()
    in_text = set(re.findall(r"https?://\S+|__NL_\w+__", mail.text))
    assert hrefs(mail) - in_text == set()
    assert in_text - hrefs(mail) == set()


def test_html_and_text_have_the_same_headings_and_headlines_in_the_same_order() -> None:
    mail = compiled()
    tree = lxml_html.document_fromstring(mail.html.encode())
    headings = [" ".join("".join(map(str, h.itertext())).split()) for h in tree.iter("h1", "h2", "h3")]
    text = " ".join(mail.text.split())
    places = [text.find(heading) for heading in headings]
    assert len(headings) == 1 + 8 + 1 + 2 + 2 + 3 + 2 + 3
    assert -1 not in places
    assert places == sorted(places)


def test_every_paragraph_stands_in_both_parts() -> None:
    mail = compiled()
    html, text = (re.sub(r"[\s\u200b]", "", part) for part in (unescape(mail.html), mail.text))
    for section in rich_issue().sections:
        for paragraph in (paragraph for entry in section.items for paragraph in entry.paragraphs):
            assert re.sub(r"\s", "", paragraph.text) in html
            assert re.sub(r"\s", "", paragraph.text) in text


def test_no_line_of_the_text_is_longer_than_78_unless_it_holds_an_address() -> None:
    assert [line for line in compiled().text.splitlines() if len(line) > 78 and "://" not in line] == []


def test_the_footer_says_why_and_how_to_leave() -> None:
    mail = compiled()
    for part in (mail.html, mail.text):
        for words in (
            "subscribed to Harbour Weekly",
            "1 Quay Street, 4000 Port Example",
            "The Harbour Review",
            ARCHIVE,
        ):
            assert words in part
        assert "No. 12" in part
        assert "16–22 November 2026" in part
        assert all(slot in part for slot in SLOTS)


@pytest.mark.parametrize("slot", SLOTS)
def test_an_author_cannot_have_a_readers_links_printed(slot: str) -> None:
    for bad in (
        lead(headline=slot),
        lead(text=f"see {slot}"),
        lead(url=f"https://x.example/{slot}"),
        lead(also=(Also(headline=slot, url=f"https://x.example/?a={slot}"),)),
        rich_issue(subject=slot, preheader=slot),
    ):
        mail = compile_issue(bad, letter(title=slot, tagline=slot, organisation=slot), archive_url=ARCHIVE)
        assert [mail.html.count(slot), mail.text.count(slot), mail.subject.count(slot)] == [1, 1, 0]
        assert "NL_" in mail.text.replace(slot, ""), "what was written is still to be read"


def test_what_an_author_wrote_is_text_and_never_markup_or_a_template() -> None:
    evil = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} ${x} \"' <&> {{ ''.__class__.__mro__ }}"
    mail = compiled(
        rich_issue(subject=evil, preheader=evil, sections=lead(headline=evil, text=evil, dek=evil).sections)
    )
    assert "<script" not in mail.html
    assert "49" not in mail.text
    assert mail.subject == evil
    assert evil in " ".join(mail.text.split())


@pytest.mark.parametrize(
    "url", ["/a", "a.html", "javascript:alert(1)", "mailto:a@b.example", "https://", "http://[::1", "//x.example/a"]
)
def test_a_link_that_leads_nowhere_is_refused_by_the_name_of_its_item(url: str) -> None:
    with pytest.raises(RenderError, match="Ferry fares rise"):
        compiled(lead(url=url))
    with pytest.raises(RenderError, match="Elsewhere"):
        compiled(lead(also=(Also(headline="Elsewhere", url=url),)))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("https://bücher.example/ä b?q=ü#ö", "https://xn--bcher-kva.example/%C3%A4%20b?q=%C3%BC#%C3%B6"),
        ("https://x.example/a%20b?c=%26&d=1", "https://x.example/a%20b?c=%26&d=1"),
        ("HTTPS://X.example:8443/", "https://x.example:8443/"),
    ],
)
def test_an_address_is_written_the_same_way_in_both_parts(given: str, sent: str) -> None:
    mail = compiled(lead(url=given))
    assert sent in hrefs(mail)
    assert sent in mail.text


def test_only_pictures_on_the_web_are_shown() -> None:
    for url in ("boat.jpg", "file:///etc/passwd", "data:image/png;base64,AAAA", None):
        assert "<img" not in compiled(lead(image=image(url=url))).html


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [((1200, 675), "560", "315"), ((100, 50), "100", "50"), ((800, 1600), "350", "700"), ((None, None), "560", None)],
)
def test_a_picture_fits_its_column_and_is_never_blown_up(
    size: tuple[int | None, int | None], width: str, height: str | None
) -> None:
    page = compiled(lead(image=image(width=size[0], height=size[1]))).html
    (shown,) = lxml_html.document_fromstring(page.encode()).iter("img")
    assert (shown.get("width"), shown.get("height")) == (width, height)
    assert f"max-width:{width}px" in str(shown.get("style"))


def test_nothing_is_printed_for_what_is_not_there() -> None:
    bare = item(None, paragraphs=(Paragraph(text="Just this."),), url=None)
    for kind in SectionKind:
        mail = compiled(issue(Section(kind=kind, items=(bare,))))
        assert "None" not in mail.html + mail.text
        assert "Just this." in mail.html
        assert "Just this." in mail.text


def test_a_bullet_prints_all_of_its_paragraphs_and_without_one_its_headline() -> None:
    two = item(None, paragraphs=(Paragraph(text="First."), Paragraph(text="Second.")))
    none = item("Only a headline", paragraphs=())
    mail = compiled(issue(Section(kind=SectionKind.OTHER_NEWS, items=(two, none))))
    for part in (mail.html, mail.text):
        assert "First. Second." in part
        assert "Only a headline" in part


def test_a_paragraph_against_the_direction_of_its_page_says_so() -> None:
    assert f'dir="rtl">{HEBREW}' in unstyled(compiled().html)
    turned = compile_issue(rich_issue(), letter(language="he"), archive_url=ARCHIVE).html
    assert '<html lang="he" dir="rtl"' in turned
    assert f">{HEBREW}" in turned
    assert f'dir="rtl">{HEBREW}' not in unstyled(turned)


@pytest.mark.parametrize("subject", ["", " \n\t"])
def test_an_issue_without_a_subject_is_refused(subject: str) -> None:
    with pytest.raises(RenderError, match="no subject"):
        compiled(rich_issue(subject=subject))


def test_a_subject_is_one_line() -> None:
    assert compiled(rich_issue(subject="Fares\r\nBcc: x@y.example")).subject == "Fares Bcc: x@y.example"


def test_a_mail_of_more_than_a_million_bytes_is_refused() -> None:
    with pytest.raises(RenderError, match="1 MB"):
        compiled(lead(text="word " * 250_000))


def test_the_digest_changes_with_every_part_and_with_nothing_else() -> None:
    mail = compiled()
    assert compiled().sha256 == mail.sha256
    others = {replace(mail, **{part: getattr(mail, part) + "x"}).sha256 for part in ("subject", "html", "text")}
    assert len(others | {mail.sha256}) == 4
    assert len({Compiled(subject=s, html=h, text="t").sha256 for s, h in (("ab", "c"), ("a", "bc"))}) == 2


def test_nothing_is_personal_but_the_two_links_of_the_footer() -> None:
    assert [compiled().html.count(slot) for slot in (UNSUBSCRIBE, PREFERENCES)] == [1, 1]
    assert [compiled().text.count(slot) for slot in (UNSUBSCRIBE, PREFERENCES)] == [1, 1]


def test_layout_tables_are_marked_as_such_and_outlook_gets_its_ghosts() -> None:
    page = compiled().html
    assert len(re.findall(r"<table\b", page)) == len(re.findall(r'<table role="presentation"', page))
    assert page.count("<!--[if mso]>") == page.count("<![endif]-->")
    assert page.index("display:none") < page.index("<h1")
    assert "\u034f\u2007\ufeff" * 60 in page


def test_a_script_without_italics_stands_upright() -> None:
    quoted = Paragraph(text=HEBREW, quotation=True)
    made = lead(dek=HEBREW, paragraphs=(quoted, Paragraph(text="“It sails.”", quotation=True)))
    tree = lxml_html.document_fromstring(compile_issue(made, letter(tagline=HEBREW), archive_url=ARCHIVE).html.encode())
    shown = [p for p in tree.iter("p") if set(str(p.get("class")).split()) & {"dek", "quoted", "tagline"}]
    styles = {str(p.text): str(p.get("style")) for p in shown}
    assert "font-style:normal" in styles[HEBREW]
    assert "italic" not in styles[HEBREW]
    assert "font-style:italic" in styles["“It sails.”"]

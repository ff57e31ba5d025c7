import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.errors import RenderError
from newsletter.i18n.phrases import LANGUAGES
from newsletter.render.checks.preflight import check_mail
from newsletter.render.service import Confirm, SignIn, compile_service, service_message
from newsletter.render.specimens import specimens
from newsletter.render.templates import SHIPPED, Templates
from render.sample_issue import letter
from render.sample_mails import NAMES, SITE, mail_named

OWN = NAMES[1:]
EVIL = "<b>\"'&</b> {{ 7 * 7 }}"


@pytest.mark.parametrize("name", NAMES)
def test_each_mail_is_exactly_three_files(name: str) -> None:
    folder = SHIPPED.file(f"email/{name}/subject.txt").parent
    assert sorted(path.name for path in folder.iterdir()) == ["body.html", "body.txt", "subject.txt"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", SHIPPED.themes)
@pytest.mark.parametrize("name", OWN)
def test_every_mail_passes_every_check_in_every_language_and_theme(name: str, theme: str, language: str) -> None:
    newsletter = letter(theme=theme, language=language)
    assert check_mail(mail_named(name, newsletter), SHIPPED.theme(theme)) == ()


@pytest.mark.parametrize("name", OWN)
def test_both_parts_say_the_same(name: str) -> None:
    mail = mail_named(name, letter())
    urls = {unescape(url) for url in re.findall(r'href="([^"]+)"', mail.html)}
    assert urls == set(re.findall(r"https?://\S+", mail.text))
    flat = " ".join(mail.text.split())
    for heading in lxml_html.document_fromstring(mail.html.encode()).iter("h1"):
        assert "".join(map(str, heading.itertext())) in flat


@pytest.mark.parametrize("name", OWN)
def test_every_mail_says_who_sends_it_and_why(name: str) -> None:
    mail = mail_named(name, letter())
    for part in (mail.html, mail.text):
        assert "1 Quay Street, 4000 Port Example" in part
        assert "You get this" in part
    assert "Harbour Weekly" in mail.text
    assert mail.subject


def test_an_arabic_mail_runs_from_right_to_left() -> None:
    mail = mail_named("confirm", letter(language="ar"))
    assert '<html lang="ar" dir="rtl"' in mail.html
    assert "Is this address yours" not in mail.html + mail.text


def test_a_language_without_a_catalog_gets_english_that_says_so() -> None:
    mail = mail_named("issue", letter(language="he"))
    assert re.search(r'lang="en" dir="ltr"[^>]*>\s*<p[^>]*>You get this because', mail.html)


def test_what_a_newsletter_is_called_is_text_in_every_mail() -> None:
    for mail in specimens(letter(title=EVIL, organisation=EVIL), SITE):
        made = compile_service(mail, letter(title=EVIL, organisation=EVIL))
        assert "<b>" not in made.html
        assert "49" not in made.html + made.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/confirm/x", "https://"])
def test_a_link_that_leads_nowhere_is_refused(link: str) -> None:
    with pytest.raises(RenderError, match="whole web address"):
        compile_service(SignIn(link=link, minutes=15), letter())


def test_the_message_is_one_that_every_parser_reads_alike() -> None:
    mail = compile_service(Confirm(link=f"{SITE}/confirm/x", days=1), letter(title="Hafen – Woche", language="de"))
    sent = service_message(
        mail,
        letter(title="Hafen – Woche"),
        recipient="reader@example.com",
        message_id="<1@news.example.org>",
        date=datetime(2026, 11, 19, 12, 0, tzinfo=UTC),
    )
    read = message_from_bytes(sent.content, policy=policy.default)
    assert read["Subject"] == mail.subject
    assert read["To"] == "reader@example.com"
    assert read["List-Unsubscribe"] is None
    plain, html = read.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").strip() == mail.text.strip()
    assert html.get_content().replace("\r\n", "\n").strip() == mail.html.strip()


def test_an_operators_own_template_comes_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "email/confirm/subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Join {{ newsletter.title }}?")
    mail = compile_service(Confirm(link=f"{SITE}/x", days=7), letter(), templates=Templates(tmp_path))
    assert mail.subject == "Join Harbour Weekly?"
    assert "Is this address yours?" in mail.html


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{{ newsletter.title.__class__.__mro__ }}",
        "{% for x in %}",
        "{{ 1 / 0 }}",
        "{{ newsletter.title.__init__.__globals__ }}",
        "{% include 'email/nosuch.txt' %}",
        "{% include '../../../etc/passwd' %}",
        "{{ cycler }}",
    ],
)
def test_a_template_that_is_wrong_or_reaches_out_is_told_by_its_name(template: str, tmp_path: Path) -> None:
    own = tmp_path / "email/confirm/subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text(template)
    with pytest.raises(RenderError, match=r"template"):
        compile_service(Confirm(link=f"{SITE}/x", days=7), letter(), templates=Templates(tmp_path))


def test_a_theme_may_have_a_logo_whose_description_is_the_newsletters_name(tmp_path: Path) -> None:
    themes = tmp_path / "email/themes"
    themes.mkdir(parents=True)
    shipped = SHIPPED.file("email/themes/harbour.toml").read_text()
    (themes / "mine.toml").write_text(
        shipped + '\n[logo]\nurl = "https://news.example.org/logo.png"\nwidth = 180\nheight = 40\n'
    )
    mail = compile_service(Confirm(link=f"{SITE}/x", days=7), letter(theme="mine"), templates=Templates(tmp_path))
    (logo,) = lxml_html.document_fromstring(mail.html.encode()).iter("img")
    assert (logo.get("alt"), logo.get("width"), logo.get("height")) == ("Harbour Weekly", "180", "40")
    (themes / "mine.toml").write_text(shipped + '\n[logo]\nurl = "logo.png"\nwidth = 900\nheight = 40\n')
    with pytest.raises(RenderError, match=r"logo\.url"):
        Templates(tmp_path).theme("mine")

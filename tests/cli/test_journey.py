import csv
import email
import email.policy
import io

from desk import Desk
from smtp_sink import smtp_sink


def test_from_a_page_to_a_mailbox_and_an_account_of_everybody(desk: Desk) -> None:
    desk.ok("subscriber", "add", "ann@example.com", "--name", "Ann")
    desk.ok("subscriber", "add", "bob@example.com", "--skip", "magazine")
    added = desk.ok("article", "add", desk.page(), "--json").json
    assert [(one["id"], one["result"]) for one in added] == [(1, "new")]
    assert [one["id"] for one in desk.ok("article", "list", "--json").json] == [1]
    assert desk.ok("article", "show", "1", "--json").json["title"] == "Ferry fares rise"

    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert desk.ok("issue", "show", "1", "--json").json["subject"] == "Ferry fares rise"
    assert "can be approved" in desk.ok("issue", "check", "1").out
    desk.ok("issue", "preview", "1", "--out", "look")
    assert {path.name for path in (desk.folder / "look").iterdir()} == {
        "issue.html",
        "issue.txt",
        "issue.eml",
        "web.html",
    }
    desk.ok("issue", "approve", "1")
    desk.ok("issue", "send", "1")

    status = desk.ok("issue", "status", "1", "--json").json
    assert (status["state"], status["total"], status["sent"]) == ("finished", 2, 2)
    mails = [_mail(path.read_bytes()) for path in (desk.folder / "outbox").glob("*.eml")]
    assert {mail["To"] for mail in mails} == {"Ann <ann@example.com>", "bob@example.com"}


def test_sending_twice_sends_nothing_twice(desk: Desk) -> None:
    with smtp_sink() as sink:
        desk.approved("ann@example.com", "bob@example.com")
        desk.relay(sink.port)
        desk.ok("issue", "send", "1")
        again = desk.ok("issue", "send", "1")
        assert "nothing to do. 2 of 2 have it." in again.out
        assert len(sink.messages) == 2


def test_the_preview_is_to_the_byte_what_is_sent_but_for_what_is_personal(desk: Desk) -> None:
    desk.approved("reader@example.org")
    desk.ok("issue", "preview", "1", "--out", "look")
    desk.ok("issue", "send", "1")
    sent = _mail(next((desk.folder / "outbox").glob("*.eml")).read_bytes())
    shown = _mail((desk.folder / "look/issue.eml").read_bytes())
    for part in ("html", "plain"):
        assert _impersonal(sent, part) == _impersonal(shown, part)


def test_composing_again_from_other_articles_voids_the_approval(desk: Desk) -> None:
    desk.approved("ann@example.com")
    desk.ok("article", "add", desk.page("second.md", "A library opens by the sea"))
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert "not approved" in desk.refused("issue", "send", "1")


def test_composing_again_from_the_same_articles_changes_nothing(desk: Desk) -> None:
    desk.approved("ann@example.com")
    assert "(nothing changed)" in desk.ok("issue", "compose", "weekly", "--slot", "2026-W47").out
    desk.ok("issue", "send", "1")


def test_what_changed_after_the_approval_is_not_sent(desk: Desk) -> None:
    desk.approved("ann@example.com")
    desk.ok("newsletter", "set", "weekly", "title=Another Title")
    assert "no longer what was approved" in desk.refused("issue", "send", "1")
    assert not (desk.folder / "outbox").exists() or not list((desk.folder / "outbox").iterdir())


def test_what_was_sent_is_not_composed_again(desk: Desk) -> None:
    desk.approved("ann@example.com")
    desk.ok("issue", "send", "1")
    assert "is finished" in desk.refused("issue", "compose", "weekly", "--slot", "2026-W47")


def test_a_week_without_articles_makes_no_issue(desk: Desk) -> None:
    desk.ok("article", "add", desk.page())
    sentence = desk.refused("issue", "compose", "weekly", "--slot", "2025-W01")
    assert "2025-W01" in sentence
    assert desk.ok("issue", "list", "--json").json == []


def test_export_and_import_are_each_others_reverse(desk: Desk) -> None:
    text = "email,name,state,skips\nzoe@example.com,Zoë,active,briefing|magazine\nbob@example.com,=SUM(A1),paused,\n"
    (desk.folder / "people.csv").write_text(text)
    desk.ok("subscriber", "import", "people.csv")
    exported = desk.ok("subscriber", "export").out
    assert "'=SUM(A1)" in exported, "no spreadsheet may take a name for a formula"
    (desk.folder / "again.csv").write_text(exported)
    before = list(csv.DictReader(io.StringIO(exported)))
    again = desk.ok("subscriber", "import", "again.csv", "--json").json
    assert (again["new"], again["known"], again["problems"]) == (0, 2, [])
    assert list(csv.DictReader(io.StringIO(desk.ok("subscriber", "export").out))) == before
    assert desk.ok("subscriber", "list", "--json").json[1]["name"] == "=SUM(A1)"


def test_the_configuration_may_be_named_anywhere_on_the_line_or_in_the_environment(desk: Desk) -> None:
    config = str(desk.folder / "config.toml")
    elsewhere = Desk(desk.folder / "elsewhere")
    elsewhere.folder.mkdir()
    assert elsewhere.ok("--config", config, "issue", "list", "--json").json == []
    assert elsewhere.ok("issue", "list", "--json", "--config", config).json == []
    assert elsewhere.run("issue", "list", "--json", NEWSLETTER_CONFIG=config).json == []


def test_a_newsletter_can_be_printed_and_applied_again(desk: Desk) -> None:
    desk.ok("newsletter", "set", "weekly", 'tagline=The "quiet" coast', "topic=Harbour")
    shown = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text(shown.replace("stories = 4", "stories = 2"))
    desk.ok("newsletter", "apply", "weekly.toml")
    assert desk.ok("newsletter", "show", "weekly").out == shown.replace("stories = 4", "stories = 2")


def _mail(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _impersonal(mail: email.message.EmailMessage, part: str) -> str:
    import re  # noqa: PLC0415 - only here

    body = mail.get_body((part,))
    assert body is not None
    return re.sub(r"/(unsubscribe|preferences)/[\w.-]+", r"/\1/TOKEN", body.get_content())

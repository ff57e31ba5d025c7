"""Everything that goes wrong ends in one sentence with the way out, exit code 1, and nothing lost."""

import contextlib
import socket
import sqlite3

import pytest

from desk import Desk
from smtp_sink import smtp_sink


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.txt", None, "missing.txt"),
        ("empty.txt", b"", "empty"),
        ("blank.html", b"<html><body>   </body></html>", ""),
        ("huge.txt", b"Headline\n\nword " * 700_000, ""),
        ("zeros.bin", b"\x00" * 4096, ""),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ""),
        ("unknown.md", b"---\nmood: good\n---\n# Headline\n\nText of the page.\n", "mood"),
        ("broken.md", b"---\ntitle: [unclosed\n---\nText\n", ""),
        (
            "feed.xml",
            b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
            "source add",
        ),
    ],
)
def test_a_file_that_is_no_article(desk: Desk, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (desk.folder / name).write_bytes(content)
    assert said in desk.refused("article", "add", name)
    assert desk.ok("article", "list", "--json").json == []


def test_a_folder_is_no_article(desk: Desk) -> None:
    desk.refused("article", "add", ".")


def test_html_that_never_closes_and_wrong_bytes_are_read_all_the_same(desk: Desk) -> None:
    page = "<html><head><title>Caf\xe9 au port</title><body><article><p>Le port est ouvert" + " aujourd'hui" * 60
    (desk.folder / "page.html").write_bytes(page.encode("cp1252"))
    desk.ok("article", "add", "page.html")
    assert desk.ok("article", "show", "1", "--json").json["title"] == "Café au port"


def test_an_address_inside_the_network_is_not_fetched(desk: Desk) -> None:
    assert "allow_hosts" in desk.refused("article", "add", "http://127.0.0.1:9/")
    assert "allow_hosts" in desk.refused("source", "add", "http://169.254.169.254/latest/")


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a..b@example.com",
        "a@b@example.com",
        "x@exam ple.com",
        "a@example.com\nBcc: b@example.com",
        f"{'a' * 65}@example.com",
    ],
)
def test_a_malformed_address(desk: Desk, address: str) -> None:
    assert "not an e-mail address" in desk.refused("subscriber", "add", address)


def test_a_name_cannot_carry_a_header(desk: Desk) -> None:
    assert "line break" in desk.refused("subscriber", "add", "a@example.com", "--name", "Ann\r\nBcc: b@example.com")


def test_a_headline_cannot_carry_a_header(desk: Desk) -> None:
    page = desk.page()
    page.write_text(page.read_text().replace("title: Ferry fares rise", 'title: "Fares\\r\\nBcc: eve@example.com"'))
    desk.ok("article", "add", page)
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    desk.ok("subscriber", "add", "ann@example.com")
    desk.ok("issue", "approve", "1")
    desk.ok("issue", "send", "1")
    content = next((desk.folder / "outbox").glob("*.eml")).read_bytes()
    headers = content.partition(b"\r\n\r\n")[0].lower()
    assert b"\nbcc:" not in headers


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("email\ngood@example.com\nbad\n", 3, "no e-mail address"),
        ("email,state\ngood@example.com,active\nbad@example.com,dead\n", 3, "status"),
        ("email,skips\ngood@example.com,\nbad@example.com,lead\n", 3, "'lead' cannot be skipped"),
        ("email,name\ngood@example.com,Ann\nbad@example.com,Bob,Eve\n", 3, "3 cells"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_in(desk: Desk, text: str, line: int, said: str) -> None:
    (desk.folder / "people.csv").write_text(text)
    done = desk.ok("subscriber", "import", "people.csv", "--report", "wrong.csv", "--json").json
    (problem,) = done["problems"]
    assert (problem["line"], said in problem["why"]) == (line, True), problem
    assert [one["email"] for one in desk.ok("subscriber", "list", "--json").json] == ["good@example.com"]
    assert "bad" in (desk.folder / "wrong.csv").read_text()


@pytest.mark.parametrize("text", ["mail address\nann\n", "colour\nred\n", "", "\n\n"])
def test_a_file_without_addresses_says_how_to_name_their_column(desk: Desk, text: str) -> None:
    (desk.folder / "people.csv").write_text(text)
    said = desk.refused("subscriber", "import", "people.csv")
    assert "--map" in said or "empty" in said


def test_unknown_names_and_numbers_say_what_is_known(desk: Desk) -> None:
    assert "weekly" in desk.refused("issue", "compose", "daily")
    assert "issue list" in desk.refused("issue", "show", "7")
    assert "article list" in desk.refused("article", "show", "7")
    assert "2024-W43" in desk.refused("issue", "compose", "weekly", "--slot", "last week")
    assert "2021-W53" in desk.refused("issue", "compose", "weekly", "--slot", "2021-W53")


def test_a_draft_is_not_sent(desk: Desk) -> None:
    desk.ok("article", "add", desk.page())
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert "issue approve 1" in desk.refused("issue", "send", "1")


def test_an_unreachable_relay_changes_nothing(desk: Desk) -> None:
    desk.approved("ann@example.com")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        desk.relay(free.getsockname()[1])
    desk.refused("issue", "send", "1")
    status = desk.ok("issue", "status", "1", "--json").json
    assert (status["state"], status["total"]) == ("approved", 0)


def test_a_relay_that_refuses_one_recipient_serves_the_others(desk: Desk) -> None:
    with smtp_sink(refuse={"bob@example.com": "550 5.1.1 no such user"}) as sink:
        desk.approved("ann@example.com", "bob@example.com", "cleo@example.com")
        desk.relay(sink.port)
        assert "refused 1 of 3" in desk.refused("issue", "send", "1")
        status = desk.ok("issue", "status", "1", "--json", "--rows").json
        assert (status["state"], status["sent"], status["bounced"]) == ("finished", 2, 1)
        bounced = next(row for row in status["rows"] if row["state"] == "bounced")
        assert (bounced["reply_code"], "no such user" in bounced["reply_text"]) == (550, True)


def test_a_relay_that_refuses_the_message_pauses_the_issue_and_burns_nobody(desk: Desk) -> None:
    people = [f"r{n}@example.com" for n in range(8)]
    with smtp_sink(refuse=dict.fromkeys(people, "554 5.7.1 rejected as spam")) as sink:
        desk.approved(*people)
        desk.relay(sink.port)
        sentence = desk.refused("issue", "send", "1")
        assert "rejected as spam" in sentence
        status = desk.ok("issue", "status", "1", "--json").json
        assert (status["state"], status["queued"], status["bounced"]) == ("paused", 8, 0)


def test_a_database_of_a_newer_version(desk: Desk) -> None:
    with contextlib.closing(sqlite3.connect(desk.folder / "newsletter.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer newsletter" in desk.refused("article", "list")
    assert "newer newsletter" in desk.refused("db", "upgrade")


def test_a_database_that_is_no_database(desk: Desk) -> None:
    (desk.folder / "newsletter.db").write_bytes(b"this is a diary, not a database" * 100)
    desk.refused("article", "list")


def test_a_folder_that_cannot_be_written(desk: Desk) -> None:
    (desk.folder / "blocked").write_text("a file where a folder should be")
    desk.approved("ann@example.com")
    assert "writable" in desk.refused("issue", "preview", "1", "--out", "blocked/look")
    (desk.folder / "outbox").write_text("a file where the mailbox should be")
    desk.refused("issue", "send", "1")
    assert desk.ok("issue", "status", "1", "--json").json["state"] == "approved"


def test_init_changes_nothing_that_exists(desk: Desk) -> None:
    before = (desk.folder / "config.toml").read_text()
    assert "is there already" in desk.refused("init")
    assert (desk.folder / "config.toml").read_text() == before


def test_without_a_configuration_the_way_to_one_is_said(desk: Desk) -> None:
    (desk.folder / "config.toml").unlink()
    assert "newsletter init" in desk.refused("issue", "list")


def test_wrong_usage_is_exit_code_2(desk: Desk) -> None:
    for words in (("issue", "send"), ("issue", "send", "one"), ("issue", "fly"), ("--colour",)):
        assert desk.run(*words).code == 2

"""Readers, their evidence, their data and their end, from the command line; and addresses nothing may be sent to."""

import csv
import json

import pytest

from desk import Desk

ANN = "ann@example.com"
LIST = "email,name,status\nann@example.com,Ann,subscribed\nbob@example.com,Bob,unsubscribed\n"


@pytest.fixture
def people(desk: Desk) -> Desk:
    """A desk and a list of another product in its folder."""
    (desk.folder / "people.csv").write_text(LIST)
    return desk


def test_an_import_shows_how_it_understands_the_columns_and_reports_each_line_it_cannot_take(people: Desk) -> None:
    (people.folder / "people.csv").write_text(LIST + "no address,Eve,subscribed\n")
    done = people.run("subscriber", "import", "people.csv", "--report", "wrong.csv")
    assert done.code == 0
    assert [line.split() for line in done.out.splitlines() if "status" in line], "which column is what"
    assert done.err == (
        "people.csv, line 4, email: it is no e-mail address: An email address must have an @-sign.\n"
        "1 line could not be taken.\n"
    )
    with (people.folder / "wrong.csv").open(newline="") as stream:
        (wrong,) = csv.DictReader(stream)
    assert (wrong["line"], wrong["column"], wrong["row"]) == ("4", "email", "no address")
    assert {row["email"]: row["state"] for row in people.ok("subscriber", "list", "--json").json} == {
        ANN: "active",
        "bob@example.com": "unsubscribed",
    }


def test_a_dry_run_says_what_would_be_and_leaves_all_as_it_was(people: Desk) -> None:
    told = people.ok("subscriber", "import", "people.csv", "--dry-run", "--json").json
    assert (told["new"], told["standings"]) == (0, {"active": 1, "unsubscribed": 1})
    assert people.ok("subscriber", "list", "--json").json == []


def test_columns_can_be_named_and_a_list_of_which_no_line_can_be_taken_is_an_error(desk: Desk) -> None:
    (desk.folder / "odd.csv").write_text("Box,Who\nann@example.com,Ann\n")
    desk.ok("subscriber", "import", "odd.csv", "--map", "Box=email", "--map", "Who=name", "--as", "active")
    (found,) = desk.ok("subscriber", "list", "--json").json
    assert (found["email"], found["name"], found["state"]) == (ANN, "Ann", "active")
    (desk.folder / "none.csv").write_text("email\nnobody\n")
    done = desk.run("subscriber", "import", "none.csv")
    assert done.code == 1
    assert done.err.endswith("\nnewsletter: Not one line could be taken; nothing was changed.\n")


def test_our_own_list_comes_back_and_another_products_says_what_it_leaves_out(people: Desk) -> None:
    people.ok("subscriber", "import", "people.csv")
    own = people.ok("subscriber", "export").out
    assert people.ok("subscriber", "export").out == own
    done = people.run("subscriber", "export", "--format", "mailman")
    assert (done.code, done.out.split()) == (0, [ANN])
    assert done.err.startswith("Not in that list: names, pauses")


def test_the_evidence_and_who_looked_at_it_are_shown(people: Desk) -> None:
    people.ok("subscriber", "add", ANN)
    told = people.ok("subscriber", "history", ANN, "--json").json
    assert [one["kind"] for one in told["consents"]] == ["added"]
    assert told["trail"][-1]["action"] == "subscriber.viewed"
    assert "subscriber.viewed" in people.ok("subscriber", "history", ANN).out


def test_all_data_of_a_reader_is_one_file(people: Desk) -> None:
    people.ok("subscriber", "add", ANN)
    told = people.ok("subscriber", "data", ANN).json
    assert told["person"]["email"] == ANN
    assert [one["state"] for one in told["subscriptions"]] == ["active"]


def test_nobody_is_erased_by_mistake_and_whoever_is_does_not_come_back_by_a_list(people: Desk) -> None:
    people.ok("subscriber", "import", "people.csv")
    refused = people.run("subscriber", "erase", ANN)
    assert refused.code == 1
    assert refused.err.endswith("cannot be undone; add --yes.\n")
    people.ok("subscriber", "erase", ANN, "--yes")
    assert ANN not in (people.folder / "newsletter.db").read_bytes().decode("latin-1"), "not in a free page either"
    people.ok("subscriber", "import", "people.csv")
    assert [row["email"] for row in people.ok("subscriber", "list", "--json").json] == ["bob@example.com"]
    assert people.ok("suppression", "check", ANN, "--json").json[0]["reason"] == "erased"


def test_who_has_not_confirmed_can_be_asked(desk: Desk) -> None:
    (desk.folder / "new.csv").write_text("email\nann@example.com\nbob@example.com\n")
    desk.ok("subscriber", "import", "new.csv")
    assert desk.ok("subscriber", "ask").out.startswith("2 people will be asked")


def test_the_form_is_plain_html_in_the_readers_language(desk: Desk) -> None:
    html = desk.ok("subscriber", "form", "--language", "de").out
    assert '<form method="post" action="https://news.example.org/' in html
    assert "Abonnieren" in html
    assert "<script" not in html


def test_a_suppressed_address_is_not_added_until_it_is_taken_off(desk: Desk) -> None:
    desk.ok("suppression", "add", ANN, "--reason", "complaint", "--note", "by telephone")
    refused = desk.run("subscriber", "add", ANN)
    assert refused.code == 1
    assert "suppression remove" in refused.err
    assert "complaint" in desk.ok("suppression", "check", ANN).out
    assert desk.ok("suppression", "list", "--json").json == [{"newsletter": "all", "reason": "complaint", "count": 1}]
    assert desk.ok("suppression", "remove", ANN).out == "It may be written to again.\n"
    assert desk.ok("suppression", "remove", ANN).out == "It was not suppressed there.\n"
    assert desk.ok("suppression", "check", ANN).out == "It is not suppressed.\n"
    desk.ok("subscriber", "add", ANN)


def test_the_suppression_list_goes_to_another_database_without_an_address(desk: Desk) -> None:
    (desk.folder / "bad.txt").write_text("ann@example.com\nBOB@example.com\n")
    desk.ok("suppression", "import", "bad.txt", "--reason", "bounce")
    listed = desk.ok("suppression", "export").out
    assert "example.com" not in listed
    assert len({json.loads(line)["hash"] for line in listed.splitlines()}) == 2
    (desk.folder / "list.jsonl").write_text(listed)
    for email in (ANN, "bob@example.com"):
        desk.ok("suppression", "remove", email)
    later = listed.replace('"at": "20', '"at": "21')
    (desk.folder / "list.jsonl").write_text(later)
    assert desk.ok("suppression", "import", "list.jsonl").out.startswith("2 addresses more are suppressed")
    assert desk.ok("suppression", "check", ANN, "--json").json[0]["reason"] == "bounce"


@pytest.mark.parametrize(
    ("line", "said"),
    [('{"hash": 1}', "not as `newsletter suppression export` writes it"), ("nobody", "is not an e-mail address")],
)
def test_a_suppression_list_that_is_none_changes_nothing(desk: Desk, line: str, said: str) -> None:
    (desk.folder / "list.txt").write_text(f"ann@example.com\n{line}\n")
    done = desk.run("suppression", "import", "list.txt")
    assert done.code == 1
    assert said in done.err
    assert desk.ok("suppression", "check", ANN).out == "It is not suppressed.\n"


TERMS = {
    "open": "false", "double_opt_in": "false", "wording": '"Yes, write to me."', "role_accounts": '"refuse"', "disposable": '"refuse"',
    "proof_of_work": "16", "forget_months": "24", "ask_again_months": "12",
}  # fmt: skip


def test_the_terms_of_a_newsletter_are_written_and_read_back(desk: Desk) -> None:
    table = "\n".join(f"{key} = {value}" for key, value in TERMS.items())
    before = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text(f"{before}\n[terms]\n{table}\n")
    desk.ok("newsletter", "apply", "weekly.toml")
    after = desk.ok("newsletter", "show", "weekly").out
    assert f"[terms]\n{table}\n" in after
    (desk.folder / "weekly.toml").write_text(after)
    desk.ok("newsletter", "apply", "weekly.toml")
    assert desk.ok("newsletter", "show", "weekly").out == after


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("opne = true", "no key 'opne'"),
        ("forget_months = 999", "from 0 to 120"),
        ("forget_months = true", "from 0 to 120"),
        ('open = "yes"', "true or false"),
        ('role_accounts = "maybe"', "accept, refuse"),
        ("disposable = 1", "accept, refuse"),
        ('wording = """a\nb"""', "one line of text"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_their_name(desk: Desk, line: str, said: str) -> None:
    before = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text(f"{before}\n[terms]\n{line}\n")
    done = desk.run("newsletter", "apply", "weekly.toml")
    assert done.code == 1
    assert said in done.err


def test_a_list_is_let_in_on_the_newsletters_terms(desk: Desk) -> None:
    before = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text(f'{before}\n[terms]\nrole_accounts = "refuse"\ndisposable = "refuse"\n')
    desk.ok("newsletter", "apply", "weekly.toml")
    (desk.folder / "list.csv").write_text(
        "email,status\nann@example.com,active\ninfo@example.com,active\nx@mailinator.com,active\noffice@example.net,unsubscribed\n"
    )
    done = desk.run("subscriber", "import", "list.csv", "--json").json
    assert [problem["line"] for problem in done["problems"]] == [3, 4]
    assert {row["email"] for row in desk.ok("subscriber", "list", "--json").json} == {
        "ann@example.com",
        "office@example.net",
    }

import json
from pathlib import Path

from desk import Desk
from ingest.web_server import Answer, web_server

PAGE = """---
title: Ferry fares rise in spring
url: https://review.example/fares
date: {date}
outlet: The Harbour Review
---
The ferry company will raise its fares by 12 percent in April, the harbour council decided this week.

Two new boats will be ordered, and the mayor said "this was {{{{ name }}}} and no more" at the end of it all.
"""


def drafted(desk: Desk) -> None:
    """An issue with one warning: a mark of another program."""
    page = desk.folder / "fares.md"
    page.write_text(PAGE.format(date="2026-11-17"))
    desk.ok("article", "add", page)
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")


def test_a_warning_forbids_approval_until_somebody_says_why_it_may_stand(desk: Desk) -> None:
    drafted(desk)
    assert "mark-left-over" in desk.ok("issue", "check", "1").out
    assert "1 warning, the first" in desk.refused("issue", "approve", "1")
    assert "needs a reason" in desk.refused("issue", "waive", "1", "mark-left-over:a1")
    waived = desk.ok("issue", "waive", "1", "mark-left-over:a1", "--reason", "She said so.", "--by", "Ada")
    assert "waived: " in waived.out
    assert "waived by Ada (She said so.)" in desk.ok("issue", "check", "1", "--strict").out
    desk.ok("issue", "approve", "1")
    assert "issue.warning_waived" in desk.ok("issue", "show", "1").out


def test_a_waiver_holds_for_what_it_was_given_and_for_nothing_else(desk: Desk) -> None:
    drafted(desk)
    desk.ok("issue", "waive", "1", "--all", "--reason", "She said so.")
    desk.ok("edit", "write", "1", "a1", "--text", "Dear *|NAME|*, the fares rise by 12 percent.")
    assert "1 warning" in desk.refused("issue", "approve", "1")


def test_what_is_not_found_or_is_an_error_cannot_be_waived(desk: Desk) -> None:
    drafted(desk)
    assert "find no nosuch" in desk.refused("issue", "waive", "1", "nosuch", "--reason", "x")
    assert "--all" in desk.refused("issue", "waive", "1", "--reason", "x")
    desk.ok("newsletter", "set", "weekly", "postal_address= ")
    assert "mended and not waived" in desk.refused("issue", "waive", "1", "postal-address", "--reason", "x")


def test_strict_fails_for_a_warning_and_the_plain_check_does_not(desk: Desk) -> None:
    drafted(desk)
    desk.ok("issue", "check", "1")
    assert "neither mended nor waived" in desk.refused("issue", "check", "1", "--strict")


def test_programs_read_the_findings_as_json_and_as_sarif(desk: Desk) -> None:
    drafted(desk)
    (finding,) = json.loads(desk.ok("issue", "check", "1", "--json").out)
    assert (finding["code"], finding["item"], finding["waived"]) == ("mark-left-over", "a1", None)
    desk.ok("issue", "waive", "1", "--all", "--reason", "She said so.")
    report = json.loads(desk.ok("issue", "check", "1", "--sarif").out)
    (run,) = report["runs"]
    (result,) = run["results"]
    assert report["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "mark-left-over"
    assert result["suppressions"][0]["justification"] == "She said so."
    assert result["locations"][0]["logicalLocations"][0]["name"] == "a1"


def own_folder(desk: Desk) -> Path:
    config = desk.folder / "config.toml"
    config.write_text('templates = "looks"\n' + config.read_text())
    return desk.folder / "looks"


def test_a_theme_of_ones_own_begins_as_a_copy_and_is_checked(desk: Desk) -> None:
    assert 'templates = "templates"' in desk.refused("theme", "copy", "harbour", "mine")
    looks = own_folder(desk)
    desk.ok("theme", "copy", "harbour", "mine")
    assert "every text can be read" in desk.ok("theme", "check").out
    assert "no name for a new theme" in desk.refused("theme", "copy", "harbour", "mine")
    mine = looks / "email/themes/mine.toml"
    mine.write_text(mine.read_text().replace('muted = "#4a565b"', 'muted = "#b0b8bb"'))
    told = desk.run("theme", "check", "mine")
    assert told.code == 1
    assert "light.muted (#b0b8bb) on light.card" in told.out
    assert "Set light.muted to #" in told.out
    drafted(desk)
    desk.ok("newsletter", "set", "weekly", "theme=mine")
    assert "contrast" in desk.run("issue", "check", "1").out


def test_a_template_of_ones_own_is_used_and_checked(desk: Desk) -> None:
    looks = own_folder(desk)
    desk.ok("template", "copy", "email/welcome/body.txt")
    assert "yours" in desk.ok("template", "list").out
    assert "is there already" in desk.refused("template", "copy", "email/welcome/body.txt")
    assert "no template" in desk.refused("template", "copy", "email/nosuch/body.txt")
    desk.ok("template", "check", "weekly")
    own = looks / "email/welcome/body.txt"
    own.write_text(own.read_text().replace("{{ preferences_url }}", "at the end"))
    told = desk.run("template", "check", "weekly")
    assert told.code == 1
    assert "missing from the text part" in told.out
    desk.ok("template", "preview", "weekly", "--out", "seen")
    assert "at the end" in (desk.folder / "seen/welcome.txt").read_text()
    assert sorted(path.name for path in (desk.folder / "seen").glob("*.html")) == [
        "address_change.html", "confirm.html", "goodbye.html", "issue_ready.html", "preferences_link.html", "signin.html", "slot_notice.html", "still_wanted.html",
        "welcome.html",
    ]  # fmt: skip


def test_dead_links_are_found_when_asked_for_and_named_by_their_item(desk: Desk) -> None:
    with web_server({"/fares": Answer(status=404), "/boats": Answer(body=b"<p>Boats.")}) as server:
        site = server.url("").rstrip("/")
        host = site.removeprefix("http://")
        config = desk.folder / "config.toml"
        config.write_text(config.read_text() + f'\n[fetch]\nallow_hosts = ["{host}"]\n')
        for name, url in (("fares", f"{site}/fares"), ("boats", f"{site}/boats")):
            page = PAGE.format(date="2026-11-17").replace("https://review.example/fares", url)
            page = page.replace("Ferry fares rise in spring", f"What became of the {name}").replace("fares", name)
            (desk.folder / f"{name}.md").write_text(page)
        desk.ok("article", "add", desk.folder / "fares.md", desk.folder / "boats.md")
        desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
        assert "link-dead" not in desk.ok("issue", "check", "1").out
        told = desk.run("issue", "check", "1", "--links", "--json")
    assert "1 things would not work for readers" in told.err
    (dead,) = (one for one in json.loads(told.out) if one["code"] == "link-dead")
    assert dead["item"] in {"a1", "a2"}
    assert f"{site}/fares answers 404" in dead["sentence"]


def test_the_spam_score_is_told_or_why_there_is_none(desk: Desk) -> None:
    drafted(desk)
    config = desk.folder / "config.toml"
    config.write_text(config.read_text() + '\n[spam]\nengine = "off"\n')
    assert "No spam filter is asked" in desk.ok("issue", "check", "1", "--spam").out


def test_what_mail_programs_lack_is_told_apart_by_whether_the_mail_stands_on_it(desk: Desk) -> None:
    drafted(desk)
    told = json.loads(desk.ok("template", "support", "weekly", "--json").out)
    stands = {one["feature"]: one for one in told if one["role"] == "stands on"}
    without = {one["feature"] for one in told if one["role"] == "does without"}
    assert all(one["harmless_because"] for one in stands.values()), "or the checks would have stopped it"
    assert 0 < len(stands) <= 3
    assert any("prefers-color-scheme" in feature for feature in without)
    assert "is lost in" in desk.ok("template", "support", "weekly").out


def test_what_only_looks_like_a_theme_or_a_language_is_refused_in_a_sentence(desk: Desk) -> None:
    themes = own_folder(desk) / "email/themes"
    (themes / "folder.toml").mkdir(parents=True)
    (themes / "bytes.toml").write_bytes(b"\xff\xfe")
    assert "folder" not in desk.ok("theme", "list").out.replace(str(desk.folder), "")
    assert "not valid TOML" in desk.refused("theme", "check", "bytes")
    assert "There is no theme 'nosuch'" in desk.refused("theme", "copy", "nosuch", "mine")
    for language in ("x y", "../../etc", "d", "de_AT!"):
        assert "is no language" in desk.refused("newsletter", "set", "weekly", f"language={language}")
    desk.ok("newsletter", "set", "weekly", "language=zh-Hant")

"""Changing a draft from the command line."""

import pytest

from desk import Desk


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    titles = ("Ferry fares rise", "A library opens by the sea", "Grey seals on the sandbank")
    for number, title in enumerate(titles):
        path = desk.page(f"{number}.md", title)
        path.write_text(
            path.read_text() + f"\n{title}: that is what the {number + 3} people in the hall had come for.\n"
        )
        desk.ok("article", "add", path)
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    return desk


def _keys(desk: Desk) -> list[str]:
    shown = desk.ok("issue", "show", "1", "--json").json
    return [item["key"] for section in shown["sections"] for item in section["items"]]


def test_an_editor_finds_the_keys_and_changes_what_they_name(drafted: Desk) -> None:
    lead = _keys(drafted)[0]
    assert f"[{lead}]" in drafted.ok("issue", "show", "1").out
    said = drafted.ok("edit", "write", "1", lead, "--headline", "Fares  go\nup", "--text", "Up by 99 percent.").out
    assert "Fares go up" in said
    assert "look at: the number “99” is not in the article" in said
    assert "yours: headline, text" in drafted.ok("issue", "show", "1").out
    preview = drafted.ok("issue", "preview", "1", "--out", "look")
    assert "99" in preview.out
    assert "Up by 99 percent." in (drafted.folder / "look/issue.txt").read_text()


def test_edits_are_listed_and_undone(drafted: Desk) -> None:
    assert "No edits" in drafted.ok("edit", "list", "1").out
    drafted.ok("edit", "title", "1", "--subject", "Our week", "--preheader", "Seals and more to read by the fire")
    drafted.ok("edit", "heading", "1", "other_news", "In brief")
    assert [edit["value"] for edit in drafted.ok("edit", "list", "1", "--json").json][-1]
    assert drafted.ok("issue", "show", "1", "--json").json["subject"] == "Our week"
    drafted.ok("edit", "undo", "1", "-", "--kind", "subject")
    assert drafted.ok("issue", "show", "1", "--json").json["subject"] != "Our week"
    assert "no edit" in drafted.refused("edit", "undo", "1", "-", "--kind", "subject")


def test_dropping_and_pinning_change_what_is_in(drafted: Desk) -> None:
    first, *_ = _keys(drafted)
    assert "left out by the editor: too dull" in drafted.ok("edit", "drop", "1", first, "--reason", "too dull").out
    assert first not in _keys(drafted)
    drafted.ok("edit", "undo", "1", first)
    drafted.ok("edit", "pin", "1", "a3", "--section", "lead")
    assert _keys(drafted)[0] == "a3"


def test_a_weight_below_zero_is_written_after_two_hyphens(drafted: Desk) -> None:
    drafted.ok("edit", "weigh", "1", "a2", "--", "-2")
    assert [(one["target"], one["value"]) for one in drafted.ok("edit", "list", "1", "--json").json] == [("a2", "-2")]
    drafted.ok("edit", "weigh", "1", "a2", "3")
    assert "the editor's weight +3.00" in drafted.ok("issue", "show", "1").out
    assert drafted.run("edit", "weigh", "1", "a2", "9").code == 2


def test_an_item_of_the_editors_own_goes_into_the_section_named(drafted: Desk) -> None:
    drafted.ok(
        "edit",
        "insert",
        "1",
        "sponsor",
        "--headline",
        "Oquist Ropes",
        "--text",
        "Since 1911.",
        "--url",
        "https://ropes.example",
    )
    drafted.ok("edit", "insert", "1", "other_news", "--text", "The office is closed on Friday.")
    assert [key for key in _keys(drafted) if key.startswith("own")] == ["own1", "own2"]
    text = drafted.ok("issue", "show", "1").out
    assert "Oquist Ropes" in text
    assert "no section 'sports'" in drafted.refused("edit", "insert", "1", "sports", "--text", "x")
    assert "needs a --headline or a --text" in drafted.refused("edit", "insert", "1", "events")


def test_an_edit_that_says_nothing_is_refused(drafted: Desk) -> None:
    assert "Say what to write" in drafted.refused("edit", "write", "1", "a1")
    assert "Say what to word" in drafted.refused("edit", "title", "1")
    for words in (("edit", "drop", "9", "a1"), ("edit", "list", "9"), ("edit", "undo", "9", "a1")):
        assert "no issue 9" in drafted.refused(*words)


def test_an_edit_voids_the_approval(drafted: Desk) -> None:
    drafted.ok("subscriber", "add", "ann@example.com")
    drafted.ok("issue", "approve", "1")
    drafted.ok("edit", "title", "1", "--subject", "Another subject altogether")
    assert "not approved" in drafted.refused("issue", "send", "1")


def test_an_article_held_back_waits_and_is_let_go(drafted: Desk) -> None:
    assert "from 2099-01-01 00:00 UTC" in drafted.ok("article", "hold", "2", "2099-01-01").out
    composed = drafted.ok("issue", "compose", "weekly", "--slot", "2026-W47").out
    assert "A library opens" not in composed
    drafted.ok("article", "hold", "2", "off")
    drafted.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert "a2" in drafted.ok("issue", "show", "1").out
    assert "is no time" in drafted.refused("article", "hold", "2", "tomorrow")


def test_rules_are_set_changed_and_taken_off(drafted: Desk) -> None:
    drafted.ok("newsletter", "rule", "weekly", "word", "seals", "never")
    drafted.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert "the rule for word “seals”: never" in drafted.ok("issue", "show", "1").out
    drafted.ok("newsletter", "rule", "weekly", "word", "Seals", "--", "-1")
    assert 'word = "Seals"\nweight = -1' in drafted.ok("newsletter", "show", "weekly").out
    drafted.ok("newsletter", "rule", "weekly", "word", "seals", "off")
    assert "[[rules]]" not in drafted.ok("newsletter", "show", "weekly").out
    for weight in ("7", "much"):
        drafted.refused("newsletter", "rule", "weekly", "word", "seals", weight)


def test_a_habit_becomes_a_suggestion_and_never_a_rule_by_itself(drafted: Desk) -> None:
    assert "no habit yet" in drafted.ok("newsletter", "suggest", "weekly").out
    for name in ("one", "two", "three"):
        path = drafted.page(f"{name}.md", f"The ministry is pleased with {name}")
        path.write_text(
            path.read_text().replace("---\ntitle", "---\noutlet: Ministry Wire\ntitle", 1)
            + f"\nIt is pleased with {name}, {name} and {name}.\n"
        )
        drafted.ok("article", "add", path)
    drafted.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    for article_id in (4, 5, 6):
        drafted.ok("edit", "drop", "1", f"a{article_id}")
    said = drafted.ok("newsletter", "suggest", "weekly").out
    assert "You took out 3 of 3 articles of outlet “Ministry Wire”" in said
    command = said.splitlines()[1].strip()
    assert command == 'newsletter newsletter rule weekly outlet "Ministry Wire" -- -1'
    assert "[[rules]]" not in drafted.ok("newsletter", "show", "weekly").out
    drafted.ok("newsletter", "rule", "weekly", "outlet", "Ministry Wire", "--", "-1")
    assert "no habit yet" in drafted.ok("newsletter", "suggest", "weekly").out


def test_a_newsletter_printed_as_a_file_can_be_applied_again(drafted: Desk) -> None:
    drafted.ok("newsletter", "rule", "weekly", "topic", "Coast", "2")
    printed = drafted.ok("newsletter", "show", "weekly").out
    (drafted.folder / "weekly.toml").write_text(printed)
    drafted.ok("newsletter", "apply", "weekly.toml")
    assert drafted.ok("newsletter", "show", "weekly").out == printed


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ('[[plan]]\nkind = "stories"', "begins with the lead"),
        ('[[plan]]\nkind = "lead"\nmost = 0', "which is one item"),
        ('[[plan]]\nkind = "lead"\n[[plan]]\nkind = "sports"', "'sports' is no kind"),
        ('[[plan]]\nkind = "lead"\n[[plan]]\nkind = "stories"\n[[plan]]\nkind = "stories"', "Two sections"),
        ('[[plan]]\nkind = "lead"\n[[plan]]\nkind = "stories"\nmost = -1', "most is a whole number"),
        ('[[plan]]\nkind = "lead"\n[[plan]]\nkind = "stories"\ntopics = "Coast"', "topics is a list"),
        ('[[plan]]\nkind = "lead"\ncolour = "red"', "no key 'colour'"),
        ('[[plan]]\nkind = "lead"\n[[plan]]\nkind = "other_news"\nregister = "loud"', "'loud' is no register"),
        ("plan = 3", "plan is a list of tables"),
        ('[[rules]]\noutlet = "x"\nword = "y"\nweight = 1', "names one of"),
        ('[[rules]]\noutlet = "x"', "neither a weight nor"),
        ('[[rules]]\noutlet = "x"\nweight = 9', "from -2 to 3"),
    ],
)  # fmt: skip
def test_a_muddled_plan_or_rule_is_refused_in_words(drafted: Desk, plan: str, words: str) -> None:
    head = "\n".join(drafted.ok("newsletter", "show", "weekly").out.split("\n[[plan]]")[0].splitlines())
    (drafted.folder / "weekly.toml").write_text(f"{plan}\n{head}" if plan.startswith("plan") else f"{head}\n{plan}\n")
    assert words in drafted.refused("newsletter", "apply", "weekly.toml")

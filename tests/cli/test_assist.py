"""`newsletter issue assist` against a real endpoint that behaves or does not."""

import pytest

from assistant.model_server import Answer, model_server, said, wrote
from compose.harbour import FARES
from desk import Desk

KEY = "sk-very-secret-4711"
WEEK = ("--slot", "2026-W47")
GOOD = wrote(
    "Ferry fares will rise by 12 percent in April.",
    "The company wants to order two new boats from a yard in Gdansk.",
    support=[[1], [2]],
)


def stories(desk: Desk, count: int) -> None:
    for number in range(1, count + 1):
        page = desk.folder / f"{number}.md"
        head = f"---\ntitle: Ferry {number}\ndate: 2026-11-{16 + number}T09:00:00Z\n---\n"
        page.write_text(head + "\n\n".join(FARES.body))
        desk.ok("article", "add", page)


def switch_on(desk: Desk, url: str, more: str = "") -> None:
    config = desk.folder / "config.toml"
    section = f'\n[assistant]\nurl = "{url}"\nmodel = "harbour-7b"\nkey = "{KEY}"\n{more}'
    config.write_text(config.read_text() + section)


def test_it_is_off_until_somebody_switches_it_on(desk: Desk) -> None:
    sentence = desk.refused("issue", "assist", "weekly")
    assert "The assistant is off" in sentence
    assert "[assistant] in config.toml" in sentence


def test_summaries_are_written_once_and_named(desk: Desk) -> None:
    stories(desk, 2)
    with model_server(GOOD, said("no")) as server:
        switch_on(desk, server.url)
        done = desk.ok("issue", "assist", "weekly", *WEEK).out
        assert len(server.asked) == 3
        again = desk.ok("issue", "assist", "weekly", *WEEK).out
        assert len(server.asked) == 3
    assert done.splitlines() == [
        "2  Ferry 2: accepted",
        "1  Ferry 1: declined. It is not one JSON object and nothing else.",
        "Next: newsletter issue compose weekly --slot 2026-W47",
    ]
    assert again == "Every article of 2026-W47 that a summary is written for has been asked about.\n"
    desk.ok("issue", "compose", "weekly", *WEEK)


def test_programs_get_text_evidence_and_doubts(desk: Desk) -> None:
    stories(desk, 1)
    danzig = wrote("Fares will rise by 12 percent.", "The company wants two boats from Danzig.", support=[[1], [2]])
    with model_server(danzig) as server:
        switch_on(desk, server.url)
        found = desk.ok("issue", "assist", "weekly", *WEEK, "--json").json
    (one,) = found["articles"]
    assert (found["left"], found["stopped"]) == (0, "")
    assert (one["id"], one["state"], one["tokens"]) == (1, "accepted", 750)
    assert one["evidence"] == list(FARES.body[:2])
    assert one["doubts"] == [{"kind": "name", "span": "Danzig"}]


def test_a_limit_is_kept(desk: Desk) -> None:
    stories(desk, 3)
    with model_server(GOOD) as server:
        switch_on(desk, server.url)
        desk.ok("issue", "assist", "weekly", *WEEK, "--limit", "2")
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(status=401, body=KEY.encode()), "It does not accept the key"),
        (Answer(status=500, body=KEY.encode()), "answered 500. Try again later."),
        (Answer(silent=True), "took longer than 0.2 seconds"),
        (Answer(body=KEY.encode()), "not that of a chat-completions endpoint"),
    ],
    ids=["401", "500", "silent", "no envelope"],
)
def test_an_endpoint_that_is_down_ends_the_run_with_one_sentence(desk: Desk, answer: Answer, sentence: str) -> None:
    stories(desk, 4)
    with model_server(answer) as server:
        switch_on(desk, server.url, "seconds = 0.2\n" if answer.silent else "")
        done = desk.run("issue", "assist", "weekly", *WEEK)
        assert len(server.asked) == 3
    assert done.code == 1
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert "1 of 4 articles were not asked about. An issue can be composed all the same." in done.err
    assert KEY not in done.out + done.err
    desk.ok("issue", "compose", "weekly", *WEEK)


def test_the_cap_ends_the_run_with_one_sentence(desk: Desk) -> None:
    stories(desk, 3)
    with model_server(GOOD) as server:
        switch_on(desk, server.url, "daily_tokens = 700\n")
        sentence = desk.refused("issue", "assist", "weekly", *WEEK)
        assert len(server.asked) == 1
    assert "has spent 750 tokens in 24 hours" in sentence


@pytest.mark.parametrize(
    ("section", "complaint"),
    [
        ('url = "model.example.org/v1"', "assistant.url"),
        ('url = "https://user:word@model.example.org/v1"', "assistant.url"),
        ('url = "https://model.example.org/v1?key=word"', "assistant.url"),
        ("seconds = 0", "assistant.seconds"),
        ("daily_tokens = 0", "assistant.daily_tokens"),
        ("budget = 1", "assistant.budget is not a key"),
        (f'url = "https://model.example.org/v1"\nmodel = "m"\nkey = "{KEY}\\n"', "assistant.key"),
        ('url = "https://model.example.org/v1"', "The assistant is off"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(desk: Desk, section: str, complaint: str) -> None:
    config = desk.folder / "config.toml"
    config.write_text(f"{config.read_text()}\n[assistant]\n{section}\n")
    sentence = desk.refused("issue", "assist", "weekly")
    assert complaint in sentence
    assert KEY not in sentence
    assert "word" not in sentence


def test_the_key_may_come_from_the_environment(desk: Desk) -> None:
    stories(desk, 1)
    with model_server(GOOD) as server:
        switch_on(desk, server.url)
        done = desk.run("issue", "assist", "weekly", *WEEK, NEWSLETTER_ASSISTANT__KEY="sk-other")
        assert done.code == 0
        assert server.asked[0].headers["authorization"] == "Bearer sk-other"


def test_a_slot_that_is_none_is_refused(desk: Desk) -> None:
    switch_on(desk, "http://127.0.0.1:1/v1")
    assert "is not a slot" in desk.refused("issue", "assist", "weekly", "--slot", "soon")

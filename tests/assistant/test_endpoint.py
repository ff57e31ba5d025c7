import gzip
import json
import logging
import socket

import pytest

from assistant.model_server import Answer, model_server, said
from newsletter.assistant.endpoint import MOST_BYTES, Endpoint
from newsletter.errors import AnswerLost, AssistantError, ConfigError

MESSAGES = ({"role": "user", "content": "Sum up."},)
KEY = "sk-very-secret-4711"


def test_one_request_in_the_chat_completions_dialect() -> None:
    with model_server(said("Yes.")) as server:
        reply = server.endpoint(key=KEY, options={"temperature": 0, "max_tokens": 9}).ask(MESSAGES)
    assert (reply.content, reply.tokens_in, reply.tokens_out) == ("Yes.", 700, 50)
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.json == {
        "model": "harbour-7b", "messages": list(MESSAGES), "stream": False, "temperature": 0, "max_tokens": 9,
    }  # fmt: skip


def test_options_cannot_take_the_place_of_what_is_asked() -> None:
    with model_server(said("Yes.")) as server:
        server.endpoint(options={"model": "other", "stream": True, "messages": "x"}).ask(MESSAGES)
    assert (server.asked[0].json["model"], server.asked[0].json["stream"]) == ("harbour-7b", False)
    assert server.asked[0].json["messages"] == list(MESSAGES)


def test_without_a_key_no_authorization_is_sent() -> None:
    with model_server(said("Yes.")) as server:
        server.endpoint().ask(MESSAGES)
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    "answer",
    [
        Answer(silent=True),
        Answer(body=said("Yes.").body, pause=0.05),
        Answer(body=said("Yes.").body, head_pause=0.05),
    ],
    ids=["says nothing", "drips its body", "drips its head"],
)
def test_a_server_that_takes_its_time_is_left(answer: Answer) -> None:
    with model_server(answer) as server, pytest.raises(AnswerLost, match=r"longer than 0\.3 seconds"):
        server.endpoint(seconds=0.3).ask(MESSAGES)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "assistant.options"),
        (401, "NEWSLETTER_ASSISTANT__KEY"),
        (403, "NEWSLETTER_ASSISTANT__KEY"),
        (404, "assistant.url and assistant.model"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
    ],
)
def test_a_status_that_is_an_error_is_told_with_what_to_do(status: int, advice: str) -> None:
    with model_server(Answer(status=status, body=b"{}")) as server:
        with pytest.raises(AssistantError, match=f"answered {status}.*{advice}") as refused:
            server.endpoint().ask(MESSAGES)
        assert not isinstance(refused.value, AnswerLost), "nothing was worked on, so nothing is counted"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_is_not_followed_and_the_key_stays_here(status: int) -> None:
    with model_server(said("Yes.")) as elsewhere:
        away = Answer(status=status, headers={"Location": f"{elsewhere.url}/chat/completions"})
        with (
            model_server(away) as server,
            pytest.raises(AssistantError, match=rf"answered {status}\. Check assistant\.url"),
        ):
            server.endpoint(key=KEY).ask(MESSAGES)
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"{",
        b"\xff\xfe\xfa",
        b"null",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": {}}',
        b'{"choices": [null]}',
        b'{"choices": [{"message": {}}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [{"message": {"content": [{"type": "text", "text": "Yes."}]}}]}',
        b"[" * 200_000,
        b'{"choices": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_what_is_no_chat_completion_is_told_as_such(body: bytes) -> None:
    with model_server(Answer(body=body)) as server, pytest.raises(AnswerLost, match=r"check assistant\.url"):
        server.endpoint().ask(MESSAGES)


def test_a_model_that_says_nothing_has_said_an_empty_text() -> None:
    with model_server(said(None)) as server:
        assert server.endpoint().ask(MESSAGES).content == ""


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with (
        model_server(Answer(body=b" " * (MOST_BYTES + 1))) as server,
        pytest.raises(AnswerLost, match="larger than 1 MB"),
    ):
        server.endpoint().ask(MESSAGES)


def test_a_compressed_answer_is_not_unpacked() -> None:
    packed = Answer(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with model_server(packed) as server, pytest.raises(AnswerLost, match="compresses"):
        server.endpoint().ask(MESSAGES)
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_server_that_hangs_up_half_way_has_lost_the_answer() -> None:
    with model_server(Answer(body=said("Yes.").body, cut=20)) as server, pytest.raises(AnswerLost, match="broke off"):
        server.endpoint().ask(MESSAGES)


def test_a_port_where_nobody_listens_cannot_be_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = Endpoint(url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1", model="m")
        with pytest.raises(AssistantError, match=r"cannot be reached; check assistant\.url"):
            endpoint.ask(MESSAGES)


@pytest.mark.parametrize("url", ["http://[::1/v1", "http://exa mple/v1", "http://\x00/v1", "ftp://127.0.0.1/v1"])
def test_an_address_that_is_none_is_told_as_such(url: str) -> None:
    with pytest.raises(AssistantError, match=r"check assistant\.url"):
        Endpoint(url=url, model="m").ask(MESSAGES)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 0, "completion_tokens": 3}, (0, 3)),
        (None, (41, 11)),
        ([], (41, 11)),
        ({"prompt_tokens": "9", "completion_tokens": -1}, (41, 11)),
        ({"prompt_tokens": True, "completion_tokens": 10**15}, (41, 11)),
    ],
)
def test_tokens_that_are_not_told_believably_are_estimated(usage: object, expected: tuple[int, int]) -> None:
    with model_server(said("x" * 30, usage=usage)) as server:
        reply = server.endpoint(model="m").ask(MESSAGES)
    size = len(json.dumps(server.asked[0].json))
    assert (reply.tokens_in, reply.tokens_out) == (expected[0] if expected[0] != 41 else size // 3 + 1, expected[1])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=401, body=f'{{"error": "wrong key: {KEY}"}}'.encode()),
        Answer(status=500, body=KEY.encode()),
        Answer(body=KEY.encode()),
        Answer(body=said(KEY).body, cut=20),
        Answer(silent=True),
        Answer(headers={"X-Broken\x00": "?"}),
    ],
    ids=["401", "500", "no JSON", "cut", "silent", "broken head"],
)
def test_the_key_is_in_no_error_and_in_no_log(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with model_server(answer) as server, pytest.raises(AssistantError) as refused:
        server.endpoint(key=KEY, seconds=0.3).ask(MESSAGES)
    chain = [refused.value, refused.value.__cause__]
    assert KEY not in "".join(map(repr, chain))
    assert KEY not in caplog.text
    assert KEY not in repr(server.endpoint(key=KEY))


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY}\r\nX-Evil: 1", f" {KEY}", f"{KEY}é", f"{KEY}\x00"])
def test_a_key_that_no_header_can_carry_is_refused_before_anything_prints_it(key: str) -> None:
    with pytest.raises(ConfigError, match=r"assistant\.key") as refused:
        Endpoint(url="http://127.0.0.1:1/v1", model="m", key=key)
    assert KEY not in str(refused.value)


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with model_server(said("Yes.")) as server:
        assert server.endpoint().ask(MESSAGES).content == "Yes."

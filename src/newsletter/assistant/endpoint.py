"""One request to an endpoint that speaks the chat-completions dialect: bounded in time and size, never redirected.

The address comes from the operator's configuration and not from a page, so any host may be asked, this machine
included. What goes wrong is said without the key and without a word of the answer.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2

from newsletter import __version__
from newsletter.assistant.prompt import Messages
from newsletter.errors import AnswerLost, AssistantError, ConfigError

#: A summary takes a thousandth of it.
MOST_BYTES = 1_000_000
#: A model reads fewer tokens than this from any request of ours; a report above it is a fault.
_MOST_TOKENS = 10_000_000
#: Where nothing is reported: a token is about four bytes of English, less in most other languages.
_BYTES_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, and the tokens that this took, as reported or else estimated."""

    content: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model at ``url``/chat/completions. ``seconds`` is the whole time that one request may take.

    ``options`` are sent along as they stand. ``key`` goes into the Authorization header and nowhere else.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 20.0
    options: Mapping[str, str | float | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a key that no header can carry: later the HTTP library would complain and print it."""
        if not (self.key.isascii() and self.key.isprintable()) or self.key != self.key.strip():
            raise ConfigError(
                "assistant.key holds a character that keys do not have, perhaps a line break; "
                "set NEWSLETTER_ASSISTANT__KEY again."
            )

    def ask(self, messages: Messages) -> Reply:
        """Send ``messages`` and return the reply; ``AssistantError`` says in a sentence why there is none."""
        body = json.dumps({**self.options, "model": self.model, "messages": messages, "stream": False}).encode()
        try:
            return _reply(asyncio.run(self._post(body)), asked=len(body))
        except TimeoutError:
            raise AnswerLost(
                f"The model took longer than {self.seconds:g} seconds; try again later, or raise assistant.seconds."
            ) from None
        except (httpx2.ConnectError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError):
            raise AssistantError(
                "The model's address cannot be reached; check assistant.url and that the endpoint is running."
            ) from None
        except httpx2.HTTPError:
            raise AnswerLost("The model's endpoint broke off in the middle of its answer; try again later.") from None

    async def _post(self, body: bytes) -> bytes:
        """The body of the answer. The clock runs over everything, so a server that drips gains no time by it."""
        headers = {
            "Accept": "application/json",
            # A few kilobytes of gzip can become gigabytes.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"newsletter/{__version__}",
        }
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        address = f"{self.url.rstrip('/')}/chat/completions"
        async with (
            asyncio.timeout(self.seconds),
            httpx2.AsyncClient(timeout=None, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", address, content=body, headers=headers) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise AssistantError(_refusal(response.status_code))
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise AnswerLost("The model's endpoint compresses its answer though it was asked not to; none is read.")
            content = bytearray()
            async for piece in response.aiter_raw():
                content += piece
                if len(content) > MOST_BYTES:
                    raise AnswerLost(f"The model's answer is larger than {MOST_BYTES // 1_000_000} MB; it is not read.")
            return bytes(content)


def _refusal(status: int) -> str:
    """What to do about an answer that is not "OK"."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        advice = "It does not accept the key; set NEWSLETTER_ASSISTANT__KEY."
    elif status == HTTPStatus.NOT_FOUND or HTTPStatus(300) <= status < HTTPStatus.BAD_REQUEST:
        advice = "Check assistant.url and assistant.model; the address is the part before /chat/completions."
    elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice = "Try again later."
    else:
        advice = "Check assistant.model, and take out of assistant.options what this model does not know."
    return f"The model's endpoint answered {status}. {advice}"


def _reply(body: bytes, *, asked: int) -> Reply:
    """Read the envelope around the model's words."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        envelope = None
    match envelope:
        case {"choices": [{"message": {"content": str(content)}}, *_]}:
            pass
        case {"choices": [{"message": {"content": None}}, *_]}:
            content = ""
        case _:
            raise AnswerLost(
                "The endpoint's answer is not that of a chat-completions endpoint; check assistant.url, "
                "the part before /chat/completions."
            )
    usage = envelope.get("usage")
    return Reply(
        content,
        _counted(usage, "prompt_tokens", estimate(asked)),
        _counted(usage, "completion_tokens", estimate(len(content.encode(errors="replace")))),
    )


def estimate(size: int) -> int:
    """The tokens in so many bytes of text; rather too many than too few."""
    return size // _BYTES_PER_TOKEN + 1


def _counted(usage: object, name: str, otherwise: int) -> int:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if type(count) is int and 0 <= count <= _MOST_TOKENS else otherwise

"""One mail, one request, one receipt: what all providers have in common.

The honesty of it is in `_asked`: whether a mail may have arrived is decided by whether the request's first byte had been
given to the network, and the HTTP library tells that moment exactly, with its trace event
``http11.send_request_headers.started``: the connection stands, TLS included, and nothing has been written for this
request. (A body that tells when it is read would be too late: the headers are gone by then.) HTTP/2 stays off, for there
requests share a connection.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import httpx2

from newsletter import __version__
from newsletter.deliver.envelope import Envelope, seal
from newsletter.deliver.providers.verdict import Answer, Complaint, not_taken, taken
from newsletter.deliver.transport import Letters, carry_each
from newsletter.model.delivery import Mail, Receipt, Verdict

#: No honest answer comes near.
MOST_BYTES = 65_536
_TAG = re.compile(r"[A-Za-z0-9_-]{1,80}")
_BEGINS = "http11.send_request_headers.started"
#: Seconds that an idle connection is kept: one that the other side closes under our request leaves a mail in doubt.
_KEPT = 5.0

_WITHHELD = Receipt(
    verdict=Verdict.DEFERRED, text="The time for this mail was over before it was handed over.", connection_lost=True
)
_NO_SMTPUTF8 = Receipt(
    verdict=Verdict.REFUSED,
    text="The address has letters outside ASCII before the @ and the provider cannot carry them whole.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A POST request, without the headers that are the same for all providers."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Limits in seconds: for the connection and for TLS, for each wait on the wire, and for all of it together."""

    connect: float = 10.0
    wait: float = 60.0
    whole: float = 120.0


class Provider(Protocol):
    """A provider's dialect. It opens no connection and keeps no state."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def secrets(self) -> Iterable[str]:
        """What must never be shown, should the provider repeat it."""

    def question(self, mail: Mail, envelope: Envelope) -> Question:
        """The request that sends ``mail`` to the recipient of its ``envelope`` and to nobody else.

        Raises `SenderRefused` for a mail that this provider cannot be given.
        """

    def taken_as(self, answer: Answer) -> str:
        """The provider's identifier for the mail that it has taken, from an answer of success; empty if it has none."""

    def complaint(self, answer: Answer) -> Complaint:
        """What an answer without success says."""


class ProviderTransport:
    """A `Transport` to ``provider``: entering makes the client, which opens a connection when a mail wants one.

    ``connections`` is how many mails may be on their way at once; more than that wait their turn. To be used from one
    event loop.
    """

    def __init__(self, provider: Provider, *, connections: int, patience: Patience | None = None) -> None:
        self.connections = connections
        self._provider = provider
        self._patience = patience or Patience()
        self._client: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Make the client. Nothing is asked of the provider yet."""
        wait = self._patience.wait
        self._client = httpx2.AsyncClient(
            trust_env=False,
            verify=True,
            http1=True,
            http2=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(connect=self._patience.connect, read=wait, write=wait, pool=None),
            limits=httpx2.Limits(
                max_connections=self.connections,
                max_keepalive_connections=self.connections,
                keepalive_expiry=_KEPT,
            ),
            headers={
                "User-Agent": f"newsletter/{__version__}",
                "Accept": "application/json",
                # A few kilobytes of gzip can become gigabytes.
                "Accept-Encoding": "identity",
            },
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        if self._client:
            await self._client.aclose()
        self._client = None

    async def carry(self, letters: Letters) -> None:
        """One lane; see `Transport.carry`."""
        await carry_each(self, letters)

    async def send(self, mail: Mail, handing_over: Callable[[], bool]) -> Receipt:
        """Deliver ``mail`` and say what became of it; the receipt's text is the provider's identifier once accepted.

        ``handing_over`` is asked once, when a connection stands and before the request's first byte; where it says
        no, nothing is sent. It is not asked for a mail for which no connection comes to stand. Raises `SenderRefused`
        for what no recipient is to blame for. A mail whose sending is cancelled may have arrived if ``handing_over``
        had been asked.
        """
        envelope = seal(mail)
        if isinstance(envelope, Receipt):
            return envelope
        if envelope.needs_smtputf8:
            return _NO_SMTPUTF8
        answer = await self._asked(self._provider.question(mail, envelope), handing_over)
        if isinstance(answer, Receipt):
            return answer
        provider = self._provider
        if answer.ok:
            return taken(provider.name, answer, provider.taken_as(answer))
        return not_taken(provider.name, answer, provider.complaint(answer), provider.secrets)

    async def _asked(self, question: Question, handing_over: Callable[[], bool]) -> Answer | Receipt:
        """The complete answer to ``question``, or the receipt for there being none."""
        if self._client is None:
            raise RuntimeError("send outside of `async with`")
        begun = False

        async def trace(event: str, _: object) -> None:
            nonlocal begun
            if event == _BEGINS:
                if not handing_over():
                    raise _WithheldError
                begun = True

        try:
            async with (
                asyncio.timeout(self._patience.whole),
                self._client.stream(
                    "POST",
                    question.url,
                    headers=dict(question.headers),
                    content=question.body,
                    extensions={"trace": trace},
                ) as response,
            ):
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(status=response.status_code, headers=headers, body=await _body(response))
        except _WithheldError:
            return _WITHHELD
        except (httpx2.HTTPError, OSError, _UnreadableError):  # a TimeoutError is an OSError
            return self._lost_after() if begun else self._lost_before()

    def _lost_before(self) -> Receipt:
        text = f"{self._provider.name} could not be reached (name, connection or TLS); the mail was not handed over."
        return Receipt(verdict=Verdict.DEFERRED, text=text, connection_lost=True)

    def _lost_after(self) -> Receipt:
        text = f"The mail was handed over and no complete answer of {self._provider.name} came; it may have arrived."
        return Receipt(verdict=Verdict.UNKNOWN, text=text, connection_lost=True)


def tag_of(message_id: str) -> str:
    """What stands before the @ of ``message_id``, by which the provider's events name the mail.

    It keeps to the characters and the length that every provider takes; empty where it would not.
    """
    token = message_id.strip("<>").partition("@")[0]
    return token if _TAG.fullmatch(token) else ""


async def _body(response: httpx2.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _UnreadableError
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > MOST_BYTES:
            raise _UnreadableError
    return bytes(content)


class _WithheldError(Exception):
    """The caller has said that this mail must not go out any more."""


class _UnreadableError(Exception):
    """An answer that is too large, or compressed though that was not asked for."""

"""Ask rspamd over HTTP (the normal worker's ``/checkv2``)."""

import asyncio
import json
import math
from http import HTTPStatus

import httpx2

from newsletter.probe.score import MOST_ANSWER, EngineAbsentError, EngineFailedError, Rule, SpamScore, spam_score

PORT = 11333
_ENGINE = "rspamd"


def ask_rspamd(content: bytes, host: str, port: int, seconds: float) -> SpamScore:
    """The score of the message ``content``; it may take ``seconds`` altogether.

    ``EngineAbsentError`` if nobody listens there, ``EngineFailedError`` if the answer does not count.
    """
    try:
        return _score(asyncio.run(_post(content, host, port, seconds)))
    except TimeoutError:
        raise EngineFailedError(f"{_ENGINE} took longer than {seconds:g} seconds. Try again later.") from None
    except (httpx2.ConnectError, httpx2.InvalidURL):
        raise EngineAbsentError(f"rspamd does not listen on {host}:{port}.") from None
    except httpx2.HTTPError:
        raise EngineFailedError(f"{_ENGINE} broke off in the middle of its answer. Read its log.") from None


async def _post(content: bytes, host: str, port: int, seconds: float) -> bytes:
    """The body of the answer. The clock runs over everything, so a server that drips gains no time by it."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/checkv2"
    async with (
        asyncio.timeout(seconds),
        httpx2.AsyncClient(timeout=None, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", url, content=content, headers={"Accept-Encoding": "identity"}) as response,
    ):
        if response.status_code != HTTPStatus.OK:
            raise EngineFailedError(f"{_ENGINE} answered {response.status_code}. Check spam.address and its log.")
        answer = bytearray()
        async for piece in response.aiter_raw():
            answer += piece
            if len(answer) > MOST_ANSWER:
                raise EngineFailedError(f"{_ENGINE} answers without end. Check spam.address.")
        return bytes(answer)


def _score(body: bytes) -> SpamScore:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    match answer:
        case {"is_skipped": True, "action": str() as action}:
            raise EngineFailedError(f"{_ENGINE} did not scan the mail (its action: {action[:40]}). See its settings.")
        case {"score": score, "required_score": threshold} if _counts(score) and _counts(threshold):
            return spam_score(_ENGINE, float(score), float(threshold), _rules(answer.get("symbols")))
    raise EngineFailedError("What listens there does not answer like rspamd. Check spam.address.")


def _rules(symbols: object) -> tuple[Rule, ...]:
    rules = []
    for name, symbol in symbols.items() if isinstance(symbols, dict) else ():
        match symbol:
            case {"score": points} if _counts(points):
                rules.append(Rule(str(name), float(points), str(symbol.get("description") or "")))
    return tuple(rules)


def _counts(value: object) -> bool:
    """Whether ``value`` is a number; JSON's readers take NaN and Infinity for some, and Python takes true for one."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

"""No visitor makes us hold more than a form's worth of their bytes."""

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Octets of a request's body: of strangers, and of editors, who may send articles.
PUBLIC, EDITORS = 64 * 1024, 5 * 1024 * 1024
_TOO_LARGE = b"That is more than this form takes.\n"


class BodyLimit:
    """Answers 413 as soon as a body grows too large, whatever its head says of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = EDITORS if str(scope["path"]).startswith("/desk/") else PUBLIC
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > most:
                await send(
                    {"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/plain")]}
                )
                await send({"type": "http.response.body", "body": _TOO_LARGE})
                return
        await self._app(scope, _once(body, receive), send)


def _once(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then whatever the server says."""
    left: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return left.pop() if left else await receive()

    return read

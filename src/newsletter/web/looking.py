"""HEAD is answered as GET is, without the page (RFC 9110, section 9.3.2): checkers of links ask so."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Looking:
    """Turns HEAD into GET on the way in, and drops the body on the way out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def head_only(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, head_only)

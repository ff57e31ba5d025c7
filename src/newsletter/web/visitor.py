"""Where a request comes from."""

from fastapi import Request

from newsletter.errors import RefusedError
from newsletter.model.consent import network_of


def network(request: Request) -> str:
    """The network of whoever asks, as evidence keeps it; behind a proxy, the one that the proxy names."""
    return network_of(request.client.host if request.client else "")


def same_site(request: Request) -> None:
    """Refuse what another site makes a browser send (Fetch Metadata). What is no browser says nothing of the kind."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise RefusedError("This form was sent from another site, so nothing was changed; use the link in your mail.")

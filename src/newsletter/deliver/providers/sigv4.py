"""AWS Signature Version 4 in the Authorization header, for requests without a query.

The steps and their names are those of "Create a signed AWS API request" in the AWS reference; `sign` is proved by the
figures that AWS publishes for them.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_SPACES = re.compile(r" +")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs (``key`` is the access key's name, ``secret`` the secret access key), and for which service where."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    region: str
    service: str

    def sign(self, *, method: str, url: str, headers: Mapping[str, str], body: bytes, at: datetime) -> dict[str, str]:
        """``headers`` with Host, X-Amz-Date and Authorization added; every one of them is signed.

        ``url`` is as it goes over the wire, without query and fragment. ``at`` is the time of signing; AWS takes it for
        some minutes only.
        """
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        signed = {**headers, "Host": urlsplit(url).netloc, "X-Amz-Date": stamp}
        scope = f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"
        names, request = _canonical(method, url, signed, body)
        to_sign = "\n".join((_ALGORITHM, stamp, scope, _digest(request.encode())))
        signature = hmac.new(self._signing_key(stamp[:8]), to_sign.encode(), sha256).hexdigest()
        authorization = f"{_ALGORITHM} Credential={self.key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**signed, "Authorization": authorization}

    def _signing_key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key


def _canonical(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """The names of the signed headers, and the canonical request."""
    lines = sorted((name.lower(), _SPACES.sub(" ", value.strip())) for name, value in headers.items())
    names = ";".join(name for name, _ in lines)
    # Every service but S3 wants the path encoded once more than it is on the wire.
    path = quote(urlsplit(url).path or "/", safe="/-_.~")
    fields = "".join(f"{name}:{value}\n" for name, value in lines)
    return names, "\n".join((method, path, "", fields, names, _digest(body)))


def _digest(octets: bytes) -> str:
    return sha256(octets).hexdigest()

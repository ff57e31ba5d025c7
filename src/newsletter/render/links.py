"""The addresses that a mail carries, signed so that nobody can act for somebody else."""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeSerializer

from newsletter.errors import NotFoundError


class Purpose(StrEnum):
    """What a link may be used for; a token made for one purpose opens nothing else."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    CONFIRM = "confirm"
    STAY = "stay"
    NEW_ADDRESS = "new-address"
    OLD_ADDRESS = "old-address"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Links:
    """Builds links under ``base_url`` with the operator's ``secret``, and reads them by the ``former`` ones too.

    Unsubscribe links never expire: an old issue in somebody's mailbox must keep working (RFC 8058, 3.1). ``mailbox`` is
    where readers can write to instead, empty if nobody reads such mails.
    """

    base_url: str
    secret: str
    former: tuple[str, ...] = ()
    mailbox: str = ""

    def unsubscribe(self, subscriber_id: int, newsletter_id: int) -> str:
        """Where a POST ends the subscription."""
        return self.to(Purpose.UNSUBSCRIBE, subscriber_id, newsletter_id)

    def preferences(self, subscriber_id: int, newsletter_id: int, serial: int = 0) -> str:
        """Where the reader chooses what they get. ``serial`` counts how often they had these links changed."""
        return self.to(Purpose.PREFERENCES, subscriber_id, newsletter_id, serial)

    def to(self, purpose: Purpose, number: int, newsletter_id: int, serial: int = 0) -> str:
        """The page for ``purpose``: of a subscriber, or of the sign-up or change of address of that number."""
        return self.before_token(purpose) + self.token(purpose, number, newsletter_id, serial).decode("ascii")

    def sign_up(self, slug: str) -> str:
        """The page where strangers subscribe."""
        return f"{self.base_url}/{slug}/subscribe"

    def desk(self) -> str:
        """The list of issues with their previews: for whoever can read the operator's secret, drafts included."""
        return f"{self.base_url}/{Purpose.DESK}/{self._signer(Purpose.DESK).dumps('desk')}"

    def opens_desk(self, token: str) -> bool:
        """Whether ``token`` is the one in ``desk``."""
        try:
            return bool(self._signer(Purpose.DESK).loads(token) == "desk")
        except BadSignature:
            return False

    def home(self, slug: str) -> str:
        """The page that lists a newsletter's issues."""
        return f"{self.base_url}/{slug}"

    def archive(self, slug: str, slot: str) -> str:
        """The public copy of an issue."""
        return f"{self.base_url}/{slug}/{slot}"

    def media(self, name: str) -> str:
        """A picture of a local article."""
        return f"{self.base_url}/media/{name}"

    def token(self, purpose: Purpose, number: int, newsletter_id: int, serial: int = 0) -> bytes:
        """What ends such an address: 38 letters, digits, hyphens and underscores, the same for the same four.

        Both numbers and the first 128 bits of a keyed hash over them and the serial. It is made for every reader of every
        issue, so it costs two microseconds; a general signer takes fifteen.
        """
        return _token(self.secret, purpose, _NUMBERS.pack(number, newsletter_id), serial)

    def before_token(self, purpose: Purpose) -> str:
        """What such an address begins with."""
        return f"{self.base_url}/{purpose}/"

    def read(self, token: str, purpose: Purpose, serial_of: Callable[[int], int] = lambda _: 0) -> tuple[int, int]:
        """(number, newsletter id) of a token; ``NotFoundError`` if it is not ours, for another purpose or changed since.

        ``serial_of`` tells the serial of the number, where links of that purpose can be changed.
        """
        try:
            read = self._read_earlier if "." in token else self._read
            number, newsletter_id = read(token, purpose, serial_of)
        except (BadSignature, ValueError, TypeError, struct.error):
            raise NotFoundError(
                "This link is not complete, has been replaced, or was not made here; please use the one in your mail, "
                "the newest if you have several."
            ) from None
        return int(number), int(newsletter_id)

    def _read(self, token: str, purpose: Purpose, serial_of: Callable[[int], int]) -> tuple[int, int]:
        numbers = urlsafe_b64decode(token.encode("ascii") + b"==")[: _NUMBERS.size]
        number, newsletter_id = _NUMBERS.unpack(numbers)
        serial = serial_of(number)
        known = [_token(secret, purpose, numbers, serial) for secret in (self.secret, *self.former)]
        if not any(hmac.compare_digest(one, token.encode("ascii")) for one in known):
            raise BadSignature("not ours")
        return number, newsletter_id

    def _read_earlier(self, token: str, purpose: Purpose, serial_of: Callable[[int], int]) -> tuple[int, int]:
        """Mails of earlier versions carry longer tokens, and their links work for ever too."""
        number, newsletter_id = self._signer(purpose).loads(token)
        if serial_of(number):
            raise BadSignature("changed since")
        return number, newsletter_id

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        # The library signs by the last key of several and reads by all; its default digest is SHA-1.
        return URLSafeSerializer(
            [*reversed(self.former), self.secret],
            salt=purpose,
            signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"},
        )


_NUMBERS = struct.Struct(">QL")
_SERIAL = struct.Struct(">L")
_PROOF = 16


def _token(secret: str, purpose: Purpose, numbers: bytes, serial: int) -> bytes:
    proof = _keyed(secret, purpose).copy()
    proof.update(numbers)
    if serial:
        proof.update(_SERIAL.pack(serial))
    return urlsafe_b64encode(numbers + proof.digest()[:_PROOF]).rstrip(b"=")


@cache
def _keyed(secret: str, purpose: Purpose) -> hmac.HMAC:
    """The hash with a key in it that serves one purpose alone."""
    key = hmac.digest(secret.encode(), b"link:" + purpose.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")

"""Hashes of addresses that say nothing to whoever lacks the operator's secret."""

import hmac
from dataclasses import dataclass
from functools import cache


def key_of(email: str) -> str:
    """What makes two addresses one person: the address case-folded."""
    return email.casefold()


@dataclass(frozen=True, slots=True)
class Seal:
    """Hashes addresses with a key made of the operator's ``secrets``: the present one, then those before it.

    An address can then be recognised without being kept, and nobody who finds the hashes can try addresses on them.
    """

    secrets: tuple[str, ...]

    def of(self, email: str) -> str:
        """The hash under which ``email`` (normalised, in any letter case) is noted from now on, in hexadecimal."""
        return hmac.digest(_key(self.secrets[0]), key_of(email).encode(), "sha256").hex()

    def all(self, email: str) -> tuple[str, ...]:
        """Every hash under which ``email`` may have been noted, the present one first."""
        return tuple(hmac.digest(_key(secret), key_of(email).encode(), "sha256").hex() for secret in self.secrets)


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"address", "sha256")


#: For databases of which nothing leaves this machine: those of tests and benchmarks.
OPEN_SEAL = Seal(("",))

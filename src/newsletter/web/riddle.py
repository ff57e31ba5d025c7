"""A riddle that costs a browser a moment and whoever signs up thousands a lot: hashcash, without a cookie or a table."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

#: Seconds after which the riddle is let go: who has no script waits so long instead.
PATIENCE = 20
_TOO_OLD = 3600


class Solution(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    #: Not solved, and sent too soon.
    WAIT = "wait"
    #: No riddle of ours, or one of long ago.
    STALE = "stale"


class Riddle:
    """Find a number such that the SHA-256 of ``<riddle>:<number>`` begins with so many zero bits. Each counts once."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock
        self._solved: dict[str, float] = {}

    def pose(self, bits: int) -> str:
        """A new riddle: when it was posed, a salt, how hard it is, and our signature on that."""
        text = f"{int(self._clock().timestamp())}-{secrets.token_hex(8)}-{bits}"
        return f"{text}-{self._signed(text)}"

    def judge(self, riddle: str, answer: str, bits: int) -> Solution:
        """Whether ``answer`` solves ``riddle``, or enough time has passed since it was posed."""
        text, _, signature = riddle.rpartition("-")
        if not hmac.compare_digest(signature.encode(), self._signed(text).encode()):
            return Solution.STALE
        now = self._clock().timestamp()
        age = now - int(text.partition("-")[0])
        if age > _TOO_OLD or text in self._solved:
            return Solution.STALE
        digest = int.from_bytes(sha256(f"{riddle}:{answer}".encode()).digest())
        if not (answer and digest >> (256 - bits) == 0) and age < PATIENCE:
            return Solution.WAIT
        self._solved = {known: at for known, at in self._solved.items() if now - at <= _TOO_OLD} | {text: now}
        return Solution.RIGHT

    def _signed(self, text: str) -> str:
        return hmac.digest(self._secret.encode(), b"riddle:" + text.encode(), "sha256").hex()[:32]

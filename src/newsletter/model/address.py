"""Addresses that need no second look."""

import re

#: Letters, digits and the few signs that real addresses have; every rule of RFC 5321 and of host names is kept by them.
_PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII
)
_LONGEST, _LONGEST_LOCAL = 254, 64


def is_plain(address: str) -> bool:
    """Whether ``address`` can go onto the wire as it stands.

    True only for what a full check would return unchanged (a property test holds it to that); most addresses are so,
    and a full check costs twenty times as much. False says nothing: ask the full check.
    """
    return (
        _PLAIN.fullmatch(address) is not None
        and len(address) <= _LONGEST
        and address.find("@") <= _LONGEST_LOCAL
        and "--" not in address.partition("@")[2]
    )

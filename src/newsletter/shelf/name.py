"""The names of pictures: what they hold, and what kind they are."""

import re

from newsletter.errors import StoreError

_NAME = re.compile(r"[0-9a-z]{8,64}\.(?:jpg|png)")


def checked(name: str) -> str:
    """``name`` if it is a digest with the suffix of a picture; anything else would be a path, and is refused."""
    if not _NAME.fullmatch(name):
        raise StoreError(f"{name!r} is no name for a picture; it should be a digest with .jpg or .png.")
    return name

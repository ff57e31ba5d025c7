"""What a picture on the shelf may be called: a content hash and a suffix, so that a name never means two pictures."""

import re

from newsletter.errors import StoreError

_NAME = re.compile(r"[0-9A-Za-z]{1,128}\.[0-9A-Za-z]{1,10}")


def checked_name(name: str) -> str:
    """``name`` as it came; ``StoreError`` unless it is ASCII letters and digits with one dot among them.

    So it is the same in a file system, an object's key and a URL, and leads out of none of them.
    """
    if not _NAME.fullmatch(name):
        raise StoreError(f"A picture cannot be stored as {name[:80]!r}; name it by its content's hash and a suffix.")
    return name

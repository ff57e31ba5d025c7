"""The size of a mail: Gmail cuts what is too long, and the unsubscribe link with it."""

from collections.abc import Iterator

from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.compiled import Compiled
from newsletter.render.quoted_printable import encode

#: Gmail cuts a mail here, in bytes of HTML. Whether it counts before or after decoding is not published.
CLIPPED_AT = 102_400
WARN_AT = 80_000


def weight(compiled: Compiled) -> Iterator[Finding]:
    """An error above Gmail's limit, decoded or as it travels; a warning near it."""
    size, encoded = sizes(compiled)
    told = f"The HTML is {size / 1024:.0f} KB ({encoded / 1024:.0f} KB as it travels)"
    if max(size, encoded) > CLIPPED_AT:
        yield error(
            "size", f"{told}; Gmail cuts at 100 KB and hides the unsubscribe link.", "Shorten texts or leave out items."
        )
    elif size > WARN_AT:
        yield warning("size", f"{told}; Gmail cuts at 100 KB.", "Shorten texts or leave out items.")


def sizes(compiled: Compiled) -> tuple[int, int]:
    """The bytes of the HTML, decoded and in quoted-printable (RFC 2045, 6.7)."""
    return len(compiled.html.encode()), len(encode(compiled.html))

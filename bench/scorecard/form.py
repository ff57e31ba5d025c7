"""Rows B1 to B5: the form of a message, its lines, headers and addresses."""

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from bench.scorecard.hard_letters import hard_letters, letter_of
from bench.scorecard.reading import Reading
from bench.scorecard.receiver import Arrived, receiver
from bench.scorecard.row import Point, Row, check, left_open, remark
from bench.scorecard.tools import spam
from bench.scorecard.trial import trial
from bench.scorecard.world import World
from builders import newsletter
from newsletter.errors import NewsletterError
from newsletter.model.delivery import DeliveryState

#: RFC 5322, 2.1.1: octets of a line without its end.
_LONGEST = 998
_HARD = 300
#: Inside quotation marks nothing is an encoded word (RFC 2047, 5).
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
#: Fields that hold fixed syntax, where an encoded word would be taken for what it looks like.
_PLAIN = ("list-", "message-id", "feedback-id")
#: What may end a line, or hide what comes after it.
_BREAKS = (
    "\r\nBcc: x@example.org",
    "\nBcc: x@example.org",
    "\rBcc: x@example.org",
    "a\0b",
    "a\u2028b",
    "a\x85b",
    "a\x7fb",
    "\ud800",
)


def identified(world: World) -> Iterator[Point]:
    """B1."""
    wrong = {fault for reading in world.readings for fault in _misidentified(reading)}
    names = {reading.one("message-id") for reading in world.readings}
    yield check(not wrong and len(names) == len(world.readings),
                f"{len(world.readings)} mails: one From, To, Date and Message-ID each, as {world.first.one('message-id')}",
                "; ".join(sorted(wrong)) or "mails share a Message-ID")  # fmt: skip
    reader = "reader@example.com"
    with receiver(at_dot={reader: ["451 4.3.0 Try again later", ""]}) as book, trial([reader]) as one:
        one.send(book.port)
        one.clock.forward(minutes=30)
        one.send(book.port)
    tried = [Reading(mail).one("message-id") for mail in (*book.turned_away, *book.arrived)]
    yield check(len(tried) > 1 and len(set(tried)) == 1, "a second try repeats it", f"two tries were named {tried}")
    content = world.first.mail.content
    lines = [line for line in content.split(b"\r\n") if not line.lower().startswith((b"date:", b"message-id:"))]
    whole, bare = spam(world, content), spam(world, b"\r\n".join(lines))
    if whole is None or bare is None:
        yield left_open("spamd is not installed")
    else:
        yield check(whole.score + 1 < bare.score and whole.score <= 1, f"SpamAssassin {whole.score:g}, without both {bare.score:g}",
                    f"SpamAssassin gives the mail {whole.score:g} points, and {bare.score:g} without Date and Message-ID")  # fmt: skip


def _misidentified(reading: Reading) -> Iterator[str]:
    for name in ("From", "To", "Date", "Message-ID", "Subject"):
        if len(reading.all(name)) != 1:
            yield f"there are {len(reading.all(name))} fields {name}"
    found = [address for _, address in getaddresses(reading.all("to"))]
    if len(found) != 1 or found[0] != reading.mail.recipients[0]:
        yield f"To has {len(found)} addresses, and not just that of the envelope"
    if reading.one("date") and (
        parsedate_to_datetime(reading.one("date")).tzinfo is None or "-0000" in reading.one("date")
    ):
        yield "Date has no zone"
    if not reading.one("message-id").endswith(f"@{reading.sender_domain}>"):
        yield "Message-ID is not of the domain of From"


def on_the_wire(world: World) -> Iterator[Point]:
    """B2."""
    contents = [mail.content for mail in world.mails] + [one.reading.mail.content for one in hard_letters(_HARD)]
    longest = max(len(line) for content in contents for line in content.split(b"\r\n"))
    strays = sum(content.count(b"\n") + content.count(b"\r") != 2 * content.count(b"\r\n") for content in contents)
    yield check(longest <= _LONGEST, f"the longest line has {longest} octets", f"a line has {longest} octets")
    yield check(not strays and not any(b"\0" in content for content in contents), "CRLF alone ends lines, no NUL",
                f"{strays} mails hold a CR or LF that is no line end, or a NUL")  # fmt: skip
    eight = sum(not mail.content.isascii() for mail in world.mails if mail.recipients[0].isascii())
    yield check(not eight, f"seven bits; {len(contents)} mails", f"{eight} mails to ASCII addresses hold 8-bit octets")


def fields_read_back(world: World) -> Iterator[Point]:
    """B3."""
    hard = hard_letters(_HARD)
    readings = [*world.readings, *(one.reading for one in hard)]
    encoded = sorted({name for reading in readings for name, value in reading.fields
                      if name.startswith(_PLAIN) and "=?" in _QUOTED.sub("", value)})  # fmt: skip
    yield check(
        not encoded, "no encoded word in List-*, Message-ID, Feedback-ID", f"encoded words in {', '.join(encoded)}"
    )
    altered = [one for one in hard if not _reads_as_meant(one.reading, one.title, one.sender_name, one.reader_name)]
    broken = [one for one in hard if one.reading.unsubscribe != one.unsubscribe]
    yield check(not altered and not broken, f"{len(hard)} hard titles and names read as they were meant",
                f"of {len(hard)} hard mails {len(altered)} read otherwise than meant, {len(broken)} have another link")  # fmt: skip
    whole = sum(bool(reading.unsubscribe) and reading.unsubscribe in reading.html_links for reading in world.readings)
    yield check(whole == len(world.readings), "unfolded, List-Unsubscribe is the link of the text",
                f"in {len(world.readings) - whole} mails List-Unsubscribe is not the link of the text")  # fmt: skip
    yield remark("read by the standard library's parser; Node's mailparser is not asked")


def _reads_as_meant(reading: Reading, title: str, sender_name: str, reader_name: str) -> bool:
    # Not by the newer parser, which puts blanks between the encoded words of a name (CPython 3.11).
    told = (reading.one("subject"), parseaddr(reading.one("from"))[0], parseaddr(reading.one("to"))[0])
    read = tuple(str(make_header(decode_header(value))) for value in told)
    return read == (title, sender_name, reader_name) and not reading.message.defects


def no_injection(_: World) -> Iterator[Point]:
    """B4."""
    usual = sorted(name for name, _ in _as_arrived(letter_of("Title", newsletter(id=1), "Ann")).fields)
    tried, got_in = 0, []
    for broken in _BREAKS:
        for place in ("title of the issue", "name of the sender", "title of the newsletter", "name of the reader"):
            tried += 1
            head = _head_with(place, broken)
            if head is not None and (
                sorted(name for name, _ in head) != usual or any(_control(value) for _, value in head)
            ):
                got_in.append(f"{broken!a} in the {place}")
    yield check(not got_in, f"{tried} line breaks and controls in titles and names: none gets into a header",
                f"they get into headers: {'; '.join(got_in[:4])}")  # fmt: skip


def _control(value: str) -> bool:
    """Whether there is a control character in the value, in the clear or in an encoded word."""
    return any(
        ord(letter) < ord(" ") or letter in "\x7f\x85\u2028\ud800" for letter in str(make_header(decode_header(value)))
    )


def _head_with(place: str, broken: str) -> list[tuple[str, str]] | None:
    """The fields of a mail with that in that place; ``None`` if it is refused."""
    fields = {"name of the sender": {"sender_name": broken}, "title of the newsletter": {"title": broken}}
    letter = newsletter(id=1, **fields.get(place, {}))
    title = broken if place == "title of the issue" else "Title"
    try:
        content = letter_of(title, letter, broken if place == "name of the reader" else "Ann")
    except NewsletterError:
        return None
    except UnicodeError as error:
        return [("broken off", type(error).__name__)]
    return _as_arrived(content).fields


def _as_arrived(content: bytes) -> Reading:
    return Reading(Arrived(sender="", recipients=("reader@example.com",), content=content))


def addresses_beyond_ascii(world: World) -> Iterator[Point]:
    """B5."""
    local, domain = "jürgen@example.com", "ann@bücher.example"
    with receiver(smtputf8=False) as book, trial([local, domain]) as one:
        one.send(book.port)
        row, states = one.row(local), one.states()
    asked = [reader for reader, _ in book.asked]
    yield check(row.state is DeliveryState.BOUNCED and not row.reply_code and "SMTPUTF8" in row.reply_text and local not in asked,
                "without SMTPUTF8 a non-ASCII local part is refused here with the reason",
                f"without SMTPUTF8 a non-ASCII local part is {row.state} ({row.reply_text})")  # fmt: skip
    yield check(states[domain] is DeliveryState.SENT and asked == ["ann@xn--bcher-kva.example"],
                f"a domain goes as {' '.join(asked)}", f"a domain beyond ASCII went as {asked}, {states[domain]}")  # fmt: skip
    said = {mail.recipients[0]: mail.mail_said for mail in world.mails}
    wants = {reader for reader, words in said.items() if "SMTPUTF8" in words.split()}
    yield check(wants == {reader for reader in said if not reader.isascii()} != set(), "SMTPUTF8 is asked for by those alone who need it",
                f"SMTPUTF8 was asked for {len(wants)} of {len(said)} mails")  # fmt: skip
    sender = _as_arrived(letter_of("Title", newsletter(id=1, sender="digest@почта.рф"), "Ann")).one("from")
    yield check(
        "@xn--" in sender and sender.isascii() and "=?" not in sender.rpartition("<")[2],
        f"From: {sender}",
        f"a sender beyond ASCII stands as {sender}",
    )


ROWS = (
    Row(number="B1", requirement="One From, one To, one Date with a zone, one Message-ID of our domain that a retry repeats",
        source="RFC 5322, 3.6; Gmail", tool="email.parser; SpamAssassin without them", judge=identified),
    Row(number="B2", requirement="No line above 998 octets, CRLF alone, no NUL, seven bits",
        source="RFC 5321, 4.5.3; RFC 5322, 2.1", tool="octets that aiosmtpd got", judge=on_the_wire),
    Row(number="B3", requirement="Encoded words in free text and names only, and everything reads back as meant",
        source="RFC 2047, 2231", tool="email.parser on hard titles and names", judge=fields_read_back),
    Row(number="B4", requirement="No title and no name can add a header", source="RFC 5322, 2.2", tool="email.parser on line breaks and controls",
        judge=no_injection),
    Row(number="B5", requirement="SMTPUTF8 only for non-ASCII local parts, domains always as A-labels",
        source="RFC 6531, 5891", tool="aiosmtpd with and without SMTPUTF8", judge=addresses_beyond_ascii),
)  # fmt: skip

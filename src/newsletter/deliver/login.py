"""Logging in (RFC 4954): one attempt with one mechanism, so that a wrong password counts once at the relay."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Generator

from newsletter.deliver.conversation import Conversation
from newsletter.deliver.relay import Login, SmtpRelay
from newsletter.deliver.reply import Kind, Reply
from newsletter.errors import RelayUnreachable, SenderRefused


async def log_in(conversation: Conversation, relay: SmtpRelay) -> None:
    """Log in as ``relay.username``. The relay's text is left out of every sentence: some repeat what they were sent.

    Raises `SenderRefused` for a login that is refused or of no kind that both know, `RelayUnreachable` for 4xx.
    """
    offered = set(conversation.capabilities.get("AUTH", "").upper().split())
    name = next((name for name in _PREFERRED[relay.login] if name in offered), None)
    if name is None:
        raise SenderRefused(
            "The relay offers no login that we know (PLAIN, LOGIN, CRAM-MD5; XOAUTH2 for a token). Check relay.security "
            "and relay.login; if it wants no login, remove relay.username."
        )
    reply = await _converse(conversation, name, relay)
    if reply.kind is Kind.NOT_NOW:
        raise RelayUnreachable(f"The relay cannot check logins just now ({reply.code}). Try again later.")
    if reply.kind is not Kind.DONE:
        raise SenderRefused(f"The relay refused the login ({reply.code}). Check relay.username and relay.password.")


#: In this order: under TLS, or where the operator asked for none, the plainest is the one that every relay gets right.
_PREFERRED = {Login.PASSWORD: ("PLAIN", "LOGIN", "CRAM-MD5"), Login.XOAUTH2: ("XOAUTH2",)}


async def _converse(conversation: Conversation, name: str, relay: SmtpRelay) -> Reply:
    """Name the mechanism, then answer each challenge; one that the mechanism does not have is answered by nothing."""
    answers = _ANSWERS[name](relay)
    initial = f" {next(answers)}" if name in _SPEAKS_FIRST else ""
    reply = await conversation.ask(f"AUTH {name}{initial}", seconds=relay.command_timeout)
    if name not in _SPEAKS_FIRST:
        next(answers)
    for _ in range(_MOST_CHALLENGES):
        if reply.kind is not Kind.GO_ON:
            break
        challenge = _decoded(reply)
        try:
            answer = answers.send(challenge)
        except StopIteration:
            answer = ""  # XOAUTH2 tells an error's details and waits for an empty line before it refuses
        reply = await conversation.ask(answer, seconds=relay.command_timeout)
    return reply


#: More than any mechanism of ours has.
_MOST_CHALLENGES = 4
_SPEAKS_FIRST = frozenset({"PLAIN", "XOAUTH2"})
_Answers = Generator[str, bytes, None]


def _plain(relay: SmtpRelay) -> _Answers:
    """RFC 4616."""
    yield _encoded(f"\0{relay.username}\0{relay.password}")


def _login(relay: SmtpRelay) -> _Answers:
    """Never a standard; the relay asks for the name and then for the password."""
    yield ""
    yield _encoded(relay.username or "")
    yield _encoded(relay.password)


def _cram_md5(relay: SmtpRelay) -> _Answers:
    """RFC 2195."""
    challenge = yield ""
    proof = hmac.new(relay.password.encode(), challenge, "md5").hexdigest()
    yield _encoded(f"{relay.username} {proof}")


def _xoauth2(relay: SmtpRelay) -> _Answers:
    """What Google and Microsoft take an OAuth 2 access token by."""
    yield _encoded(f"user={relay.username}\1auth=Bearer {relay.password}\1\1")


_ANSWERS = {"PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5, "XOAUTH2": _xoauth2}


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _decoded(reply: Reply) -> bytes:
    try:
        return b64decode(reply.lines[0], validate=True)
    except ValueError:
        return b""

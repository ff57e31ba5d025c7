"""Mail transactions over one conversation (RFC 5321, 3.3), the next one announced while one is on its way (RFC 2920)."""

from dataclasses import replace

from newsletter.deliver.conversation import Conversation, ConversationEnded
from newsletter.deliver.envelope import Envelope, dotted, seal
from newsletter.deliver.relay import SmtpRelay
from newsletter.deliver.reply import Kind, Reply
from newsletter.deliver.transport import BROKEN_OFF, NOT_MINE_ANY_MORE, Letter, Letters
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict
from newsletter.model.refusal import Stage

_VERDICTS = {Kind.DONE: Verdict.ACCEPTED, Kind.NOT_NOW: Verdict.DEFERRED, Kind.NEVER: Verdict.REFUSED}

_LOST_BEFORE = Receipt(
    verdict=Verdict.DEFERRED,
    text="The connection to the relay was lost before the mail was handed over.",
    connection_lost=True,
)
_LOST_AFTER = Receipt(
    verdict=Verdict.UNKNOWN,
    text="The mail was handed over and no complete answer came; it may have arrived.",
    connection_lost=True,
)
_NO_SMTPUTF8 = Receipt(
    verdict=Verdict.REFUSED,
    text="The address has letters outside ASCII before the @ and the relay cannot carry them (no SMTPUTF8).",
)


class Lane:
    """Letters over one conversation, until there are no more or it is used up or lost.

    At most two letters are held at a time: one that is on its way, and one whose envelope was said along with it.
    """

    def __init__(self, letters: Letters, relay: SmtpRelay, conversation: Conversation) -> None:
        self._letters = letters
        self._relay = relay
        self._conversation = conversation
        self._pipelining = "PIPELINING" in conversation.capabilities
        self._held: list[Letter] = []
        self._unsaid: list[bytes] = []

    async def run(self, first: Letter) -> None:
        """Carry ``first`` and what comes after it. Raises ``SenderRefused`` for what no recipient is to blame for.

        Every letter is told done; the conversation is closed unless it can be used again.
        """
        self._held.append(first)
        try:
            sealed = self._sealed(first) or self._next_sealed()
            while sealed is not None:
                self._announce(*sealed)
                announced: Letter | None = sealed[0]
                while announced is not None:
                    announced = await self._hand_over(announced)
                sealed = self._next_sealed()
        except ConversationEnded:
            self._abandon(_LOST_BEFORE)
        except BaseException:
            self._conversation.close()
            self._abandon(BROKEN_OFF)
            raise

    @property
    def used_up(self) -> bool:
        """Whether the relay should be given no more mails over this conversation."""
        return self._conversation.mails >= self._relay.max_messages_per_connection

    def _abandon(self, receipt: Receipt) -> None:
        for letter in list(self._held):
            self._done(letter, receipt)

    def _done(self, letter: Letter, receipt: Receipt) -> None:
        self._held.remove(letter)
        self._letters.done(letter, receipt)

    def _next_sealed(self) -> tuple[Letter, Envelope] | None:
        """The next letter that can be sent, if one is ready and the conversation is good for it."""
        while not self.used_up and (letter := self._letters.at_hand()) is not None:
            self._held.append(letter)
            if (sealed := self._sealed(letter)) is not None:
                return sealed
        return None

    def _sealed(self, letter: Letter) -> tuple[Letter, Envelope] | None:
        """The letter with its envelope, or ``None`` if it is refused here and done with."""
        envelope = seal(letter.mail)
        offered = self._conversation.capabilities
        if isinstance(envelope, Receipt):
            self._done(letter, envelope)
            return None
        if envelope.needs_smtputf8 and "SMTPUTF8" not in offered:
            self._done(letter, _NO_SMTPUTF8)
            return None
        if _has_8bit(letter.mail) and "8BITMIME" not in offered:
            raise SenderRefused(
                "The mail holds 8-bit characters and the relay takes none (no 8BITMIME). Use another relay."
            )
        return letter, envelope

    def _announce(self, letter: Letter, envelope: Envelope, content: tuple[bytes, bytes] | None = None) -> None:
        """Say the envelope, all of it at once if the relay allows; behind the ``content`` of the mail before it."""
        self._conversation.mails += 1
        lines = _lines(self._conversation, letter.mail, envelope)
        now, self._unsaid = (lines, []) if self._pipelining else (lines[:1], lines[1:])
        before = content or ()
        self._conversation.say((*before, b"".join(now)), owed=len(now) + bool(before))

    async def _hand_over(self, letter: Letter) -> Letter | None:
        """``letter`` was announced: send it and hear the answer. Return whose envelope went along, if any did."""
        if (stopped := await self._heard_envelope(letter)) is not None:
            await self._take_back(letter, *stopped)
            return None
        if not self._letters.handing_over(letter):
            self._conversation.close()  # the relay waits for a mail now, and nothing else ends that
            self._done(letter, NOT_MINE_ANY_MORE)
            raise ConversationEnded
        content = dotted(letter.mail)
        # What the next letter needs is settled before the first byte of this one leaves: it may raise.
        following = self._next_sealed() if self._pipelining else None
        if following is not None:
            self._announce(*following, content)
        else:
            self._conversation.say(content, owed=1)
        await self._hear_outcome(letter)
        return following[0] if following else None

    async def _hear_outcome(self, letter: Letter) -> None:
        try:
            reply = self._conversation.heard() or await self._conversation.reply(seconds=self._relay.dot_timeout)
        except BaseException:  # an interrupt too: from the last byte on nothing but an answer tells what became of it
            self._done(letter, _LOST_AFTER if self._conversation.flushed else _LOST_BEFORE)
            raise
        self._done(letter, _LOST_AFTER if reply.kind is Kind.GO_ON else _receipt(reply, Stage.DOT))
        if reply.closing or reply.kind is Kind.GO_ON:
            self._conversation.close()
            raise ConversationEnded

    async def _heard_envelope(self, letter: Letter) -> tuple[Reply, Stage] | None:
        """The answer that stopped the transaction and to what it was, or ``None``: the relay waits for the mail.

        Answers to a pipelined envelope are all heard, whatever the first says. Raises ``SenderRefused`` for a sender who
        is refused.
        """
        said: list[Reply] = [await self._answer()]
        while len(said) < len(_STAGES) and not said[-1].closing:
            if not self._pipelining:
                if said[-1].kind is not Kind.DONE:
                    break
                self._conversation.say((self._unsaid.pop(0),), owed=1)
            said.append(self._conversation.heard() or await self._answer())
        if said[-1].closing:
            self._conversation.close()
            self._done(letter, _receipt(said[-1], _STAGES[len(said) - 1]))
            raise ConversationEnded
        answers = list(zip(said, _STAGES, strict=False))
        stopped = next((answer for answer in answers[:2] if answer[0].kind is not Kind.DONE), None)
        if stopped and len(said) == len(_STAGES) and said[2].kind is Kind.GO_ON:
            await self._send_nothing()
        if said[0].kind is Kind.NEVER:
            raise SenderRefused(
                "The relay refused the sender. Check the newsletter's sender and which senders the relay allows. "
                f"It said: {said[0].told}"
            )
        return stopped or (None if said[2].kind is Kind.GO_ON else answers[2])

    async def _answer(self) -> Reply:
        return await self._conversation.reply(seconds=self._relay.command_timeout)

    async def _send_nothing(self) -> None:
        """The relay waits for a mail to nobody (RFC 2920, 3.1): end it, and expect it to be refused."""
        self._conversation.say((b".\r\n",), owed=1)
        await self._conversation.reply(seconds=self._relay.dot_timeout)

    async def _take_back(self, letter: Letter, stopped: Reply, stage: Stage) -> None:
        """Tell what stopped ``letter``, and have the relay forget its envelope."""
        if stopped.kind not in (Kind.NOT_NOW, Kind.NEVER):
            self._conversation.close()  # out of step: from here on no answer could be trusted
            raise ConversationEnded
        receipt = _receipt(stopped, stage)
        try:
            forgotten = (await self._conversation.ask("RSET", seconds=self._relay.command_timeout)).kind is Kind.DONE
        except ConversationEnded:
            forgotten = False
        if not forgotten:
            self._conversation.close()
            self._done(letter, replace(receipt, connection_lost=True))
            raise ConversationEnded
        self._done(letter, receipt)


#: The lines of an envelope.
_STAGES = (Stage.MAIL, Stage.RCPT, Stage.DATA)


def _has_8bit(mail: Mail) -> bool:
    return not mail.proved and not mail.content.isascii()


def _lines(conversation: Conversation, mail: Mail, envelope: Envelope) -> list[bytes]:
    """MAIL, RCPT and DATA. Bounces are asked for with our own identity in them, where the relay can (RFC 3461)."""
    mail_from, rcpt_to = f"MAIL FROM:<{envelope.sender}>", f"RCPT TO:<{envelope.recipient}>"
    offered = conversation.capabilities
    if _has_8bit(mail):
        mail_from += " BODY=8BITMIME"
    if envelope.needs_smtputf8:
        mail_from += " SMTPUTF8"
    if "DSN" in offered:
        mail_from += f" RET=HDRS ENVID={_xtext(mail.message_id.strip('<>'))}"
        kind = "rfc822" if envelope.recipient.isascii() else "utf-8"
        rcpt_to += f" NOTIFY=FAILURE,DELAY ORCPT={kind};{_xtext(envelope.recipient)}"
    return [mail_from.encode() + b"\r\n", rcpt_to.encode() + b"\r\n", b"DATA\r\n"]


def _xtext(text: str) -> str:
    """What DSN parameters are written in (RFC 3461, 4)."""
    if "+" not in text and "=" not in text:
        return text
    return text.replace("+", "+2B").replace("=", "+3D")


def _receipt(reply: Reply, stage: Stage) -> Receipt:
    return Receipt(
        verdict=_VERDICTS[reply.kind], code=reply.code, text=reply.text, connection_lost=reply.closing, stage=stage
    )

"""Letters about subscriptions, sent one by one: at once, and again later where that fails."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.deliver.post import post
from newsletter.deliver.transport import Transport
from newsletter.errors import NewsletterError
from newsletter.model.delivery import Mail, Verdict
from newsletter.pipeline import Press
from newsletter.render.letters import signed
from newsletter.store.letters import Letter

#: Letters of one round: so few that a rush of sign-ups never becomes a rush of mails.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Answers sign-ups and sends the letters that wait."""

    press: Press
    transport: Callable[[], Transport]
    say: Callable[[str], None]

    async def go(self) -> int:
        """Decide about what came in, and send what is due; return how many letters were taken."""
        await asyncio.to_thread(self.press.reception.answer)
        letters = await asyncio.to_thread(self.press.store.letters.take, _AT_ONCE, now=self.press.clock())
        due = await asyncio.to_thread(self._written, letters)
        if due:
            await self._send(due)
        return len(letters)

    def _written(self, letters: Sequence[Letter]) -> list[tuple[Letter, Mail]]:
        due = []
        for letter in letters:
            try:
                mail = self.press.reception.letter(letter)
            except NewsletterError as error:
                self.say(f"A letter to a reader cannot be written: {error}")
                self.press.store.letters.failed(letter, now=self.press.clock())
                continue
            if mail is None:
                self.press.store.letters.drop(letter.id)
            else:
                due.append((letter, self._signed(mail)))
        return due

    def _signed(self, mail: Mail) -> Mail:
        sign = self.press.signer_for(mail.sender.rpartition("@")[2])
        return signed(mail, sign) if sign else mail

    async def _send(self, due: Sequence[tuple[Letter, Mail]]) -> None:
        store, now = self.press.store, self.press.clock()
        try:
            receipts = await post(self.transport(), [mail for _, mail in due])
        except NewsletterError as error:
            self.say(f"Letters to readers wait: {error}")
            for letter, _ in due:
                await asyncio.to_thread(store.letters.failed, letter, now=now)
            return
        for (letter, _), receipt in zip(due, receipts, strict=True):
            if receipt.verdict is Verdict.DEFERRED:
                await asyncio.to_thread(store.letters.failed, letter, now=now)
            elif receipt.verdict is Verdict.REFUSED:
                # The address is no good; it is not said which, for a log is no place for it.
                await asyncio.to_thread(store.letters.drop, letter.id)
            else:
                await asyncio.to_thread(store.letters.sent, letter.id, now=now)

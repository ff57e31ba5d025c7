"""Mails to the editors: a draft waits, a slot is held or skipped, an issue has gone out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from zoneinfo import ZoneInfo

from newsletter.deliver.post import post
from newsletter.deliver.transport import Transport
from newsletter.errors import NewsletterError, NotFoundError
from newsletter.model.cadence import Policy
from newsletter.model.delivery import DeliveryState, Mail, Verdict
from newsletter.model.newsletter import Newsletter
from newsletter.pipeline import Press
from newsletter.render.service import IssueReady, SlotNotice, compile_service, service_message
from newsletter.store.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """Mails notices to the editors of their newsletters."""

    press: Press
    transport: Callable[[], Transport]
    say: Callable[[str], None]

    async def tell(self) -> None:
        """Mail every notice that waits. What cannot be mailed now is tried again in a minute."""
        await asyncio.to_thread(self._report)
        waiting = await asyncio.to_thread(self.press.store.notices.take, now=self.press.clock())
        for notice in waiting:
            mails = await asyncio.to_thread(self._mails, notice)
            if mails and not await self._post(mails):
                continue
            await asyncio.to_thread(self.press.store.notices.sent, notice, now=self.press.clock())

    def _report(self) -> None:
        """Ask for a report of every issue that has gone out since."""
        for newsletter_id, slot, issue_id in self.press.store.slots.unreported():
            status = self.press.dispatch.status(issue_id)
            sent = status.counts.get(DeliveryState.SENT, 0)
            text = f"{sent} of {status.total} readers have it." + (
                f" {status.maybe_sent} may have it twice." if status.maybe_sent else ""
            )
            self.press.store.notices.ask(newsletter_id, slot, "sent", text, now=self.press.clock())

    async def _post(self, mails: Sequence[Mail]) -> bool:
        try:
            receipts = await post(self.transport(), mails)
        except NewsletterError as error:
            self.say(f"The editors could not be told: {error}")
            return False
        for receipt in receipts:
            if receipt.verdict is Verdict.REFUSED:
                self.say(f"A mail to an editor was refused: {receipt.text}")
        return all(receipt.verdict is not Verdict.DEFERRED for receipt in receipts)

    def _mails(self, notice: Notice) -> list[Mail]:
        newsletter = next(n for n in self.press.store.newsletters.all() if n.id == notice.newsletter_id)
        if newsletter.cadence is None:
            return []
        compiled = compile_service(self._mail(notice, newsletter), newsletter, templates=self.press.templates)
        domain = newsletter.sender.rpartition("@")[2]
        mails = []
        for editor in newsletter.cadence.editors:
            name = f"{newsletter.slug} {notice.slot} {notice.kind} {notice.text} {editor}"
            message_id = f"<{sha256(name.encode()).hexdigest()[:32]}@{domain}>"
            mails.append(
                service_message(compiled, newsletter, recipient=editor, message_id=message_id, date=self.press.clock())
            )
        return mails

    def _mail(self, notice: Notice, newsletter: Newsletter) -> IssueReady | SlotNotice:
        store, zone = self.press.store, ZoneInfo(newsletter.timezone)
        slot = store.slots.find(notice.newsletter_id, notice.slot)
        due = slot.due.astimezone(zone) if slot else None
        if notice.kind == "ready":
            try:
                issue = store.issues.of_slot(newsletter.slug, notice.slot)
                shown = self.press.desk.preview(int(issue.id or 0))
            except NotFoundError:
                pass
            else:
                errors, warnings = len(shown.errors), len(shown.warnings)
                by_itself = newsletter.cadence is not None and newsletter.cadence.policy is Policy.AUTO
                return IssueReady(
                    link=self.press.links.desk(),
                    issue=issue,
                    errors=errors,
                    warnings=warnings,
                    due=due,
                    by_itself=by_itself,
                )
        return SlotNotice(link=self.press.links.desk(), kind=notice.kind, slot=notice.slot, text=notice.text, due=due)

"""Everybody's letter: what is costly is done once for each variant, what is personal at the cost of a join."""

from collections.abc import Callable, Mapping
from datetime import datetime

from newsletter.model.delivery import Claimed, Mail, message_id
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled
from newsletter.render.links import Links
from newsletter.render.personal import Skeleton


def letters(
    issue: Issue, newsletter: Newsletter, variants: Mapping[str, Compiled], links: Links, clock: Callable[[], datetime]
) -> Callable[[Claimed], Mail]:
    """How a claimed row of the ledger becomes its mail; ``variants`` holds the compiled issue for each kind of reader."""
    archive = links.archive(newsletter.slug, issue.slot)
    skeletons = {key: Skeleton.build(mail, newsletter, archive_url=archive) for key, mail in variants.items()}
    domain = newsletter.sender.rpartition("@")[2]
    newsletter_id, issue_id = int(newsletter.id or 0), int(issue.id or 0)

    def letter(row: Claimed) -> Mail:
        return skeletons[row.variant].mail(
            recipient_email=row.email,
            recipient_name=row.name,
            unsubscribe_url=links.unsubscribe(row.subscriber_id, newsletter_id),
            preferences_url=links.preferences(row.subscriber_id, newsletter_id),
            message_id=message_id(links.secret, issue_id, row.subscriber_id, domain),
            date=clock(),
        )

    return letter

"""The program's own mails with made-up contents, to look at and to check."""

from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.model.issue import Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.render.service import (
    AddressChange,
    Confirm,
    Goodbye,
    IssueReady,
    PreferencesLink,
    ServiceMail,
    SignIn,
    SlotNotice,
    StillWanted,
    Welcome,
)


def specimens(newsletter: Newsletter, base_url: str) -> tuple[ServiceMail, ...]:
    """One of each kind, as ``newsletter`` would send it from ``base_url``; its links open nothing."""
    home, token = f"{base_url}/{newsletter.slug}", "specimen"
    own = {"preferences_url": f"{base_url}/preferences/{token}", "unsubscribe_url": f"{base_url}/unsubscribe/{token}"}
    issue = _issue(newsletter)
    return (
        Confirm(link=f"{base_url}/confirm/{token}", days=7),
        Welcome(home_url=home, latest_url=f"{home}/{issue.slot}", latest_subject=issue.subject, **own),
        Goodbye(subscribe_url=f"{home}/subscribe"),
        PreferencesLink(home_url=home, **own),
        AddressChange(link=f"{base_url}/new-address/{token}", days=7, is_new=True),
        StillWanted(link=f"{base_url}/stay/{token}", days=30, home_url=home, **own),
        SignIn(link=f"{base_url}/desk/{token}", minutes=15),
        IssueReady(
            link=f"{base_url}/desk/{token}/12",
            issue=issue,
            errors=0,
            warnings=2,
            due=datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo(newsletter.timezone)),
        ),
        SlotNotice(
            link=f"{base_url}/desk/{token}",
            kind="held",
            slot=issue.slot,
            text="Nobody has approved it.",
            due=datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo(newsletter.timezone)),
        ),
    )


def _issue(newsletter: Newsletter) -> Issue:
    text = "The island has a ferry again, on loan from a lake two hundred kilometres inland."
    lead = Item(headline="The lake ferry learns to swim in salt water", paragraphs=(Paragraph(text=text),))
    bullets = tuple(Item(paragraphs=(Paragraph(text=line),)) for line in ("The auction tries a silent hour.",) * 4)
    sections = (
        Section(kind=SectionKind.LEAD, items=(lead,)),
        Section(kind=SectionKind.OTHER_NEWS, items=bullets, heading="Other Harbour News This Week"),
    )
    return Issue(
        newsletter=newsletter.slug,
        slot="2026-W47",
        subject=lead.headline or "",
        preheader=text,
        sections=sections,
        number=12,
    )

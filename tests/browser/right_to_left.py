"""The issue that has everything, for readers of Arabic: its own texts in Arabic, what it takes from others in English."""

from dataclasses import replace

from newsletter.model.issue import Also, Issue, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from render.sample_issue import letter, picture, rich_issue

_HEADINGS = {
    SectionKind.STORIES: "قصص أخرى",
    SectionKind.OTHER_NEWS: "أخبار الميناء هذا الأسبوع",
    SectionKind.SERIES: "سلاسل مستمرة",
    SectionKind.NUMBERS: "الأسبوع في أرقام",
    SectionKind.EVENTS: "مواعيد",
    SectionKind.MAGAZINE: "من المجلة",
}


def arabic_letter(theme: str) -> Newsletter:
    return letter(
        theme=theme,
        language="ar",
        title="أسبوعية الميناء",
        tagline="عبّارات وجدران بحرية وما يتركه المد وراءه",
        organisation="مراجعة الميناء",
        postal_address="١ شارع الرصيف، ٤٠٠٠ الميناء",
    )


def arabic_issue() -> Issue:
    plain = rich_issue()
    sections = tuple(
        _lead(one) if one.kind is SectionKind.LEAD else replace(one, heading=_HEADINGS.get(one.kind, one.heading))
        for one in plain.sections
    )
    return replace(plain, sections=sections, subject="عبّارة البحيرة تتعلم السباحة في الماء المالح")


def _lead(section: Section) -> Section:
    (lead,) = section.items
    told = replace(
        lead,
        headline="عبّارة البحيرة تتعلم السباحة في الماء المالح",
        label="مراقبة الميناء",
        dek="بُنيت لبحيرة هادئة، ولم يُخبر أحدٌ المضيق بذلك.",
        byline="تقرير من الساحل",
        outlet="مراجعة الميناء",
        image=replace(picture("ferry"), alt="رسم للعبّارة البيضاء عند الرصيف", credit="رسم: أ. مثال"),
        paragraphs=(
            Paragraph(text="عادت العبّارة إلى الجزيرة، معارة من بحيرة تبعد مئتي كيلومتر عن الساحل."),
            Paragraph(text="«البحيرة تسامحك. أما هذا الماء فيدوّن كل شيء.»", quotation=True, speaker="إينس فولد"),
            Paragraph(text="يصوّت المجلس في كانون الأول على حل دائم."),
        ),
        also=(
            Also(headline="قارب مستعار", outlet="بريد الساحل", url="https://courier.example/boat", line="إنه يتمايل."),
        ),
    )
    return replace(section, items=(told,))

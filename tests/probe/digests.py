"""Twenty digests, each unlike the others, as they lie in a reader's mailbox."""

import random
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from functools import cache, partial
from pathlib import Path

from builders import NOW, issue, item, newsletter
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, ArticleKind
from newsletter.model.delivery import Claimed
from newsletter.model.issue import Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.service import service_message
from render.sample_issue import letter, picture, rich_issue

SECRET = "a-secret-of-more-than-thirty-two-letters"
LINKS = Links("https://news.harbour-review.example.org", SECRET)
MAGAZINE = Path(__file__).parents[2] / "samples/magazine/articles"
#: Headlines and a sentence below each, for readers of other languages.
ELSEWHERE = {
    "de": (
        ("Die Fähre fährt wieder", "Seit Montag verbindet sie die Insel mit dem Festland, dreimal am Tag."),
        ("Ein Deich wird geflickt", "Zweihundert Steine fehlen; die Gemeinde sucht sie in den Gärten der Anwohner."),
        ("Zwölf Hummer für die Schule", "Die Fischer haben sie gestiftet, und niemand wollte sie kochen."),
    ),
    "fr": (
        ("Le phare cherche un gardien", "La commune offre un logement, une barque et beaucoup de silence."),
        ("La digue tient bon", "Après la tempête de dimanche, le conseil a voté les travaux à l’unanimité."),
        ("Des huîtres en novembre", "La récolte est bonne, disent les ostréiculteurs, et les prix restent stables."),
    ),
    "es": (
        ("El faro vuelve a encenderse", "La lámpara llegó en barco y la instalaron entre cuatro vecinos."),
        ("Menos sardinas, más algas", "El mercado del puerto cambia con el agua, cuenta la bióloga del instituto."),
        ("La biblioteca abre los domingos", "Los voluntarios preparan café y los niños eligen el cuento."),
    ),
    "ru": (
        ("Паром вернулся на линию", "С понедельника он ходит три раза в день, если позволяет волна."),
        ("В порту открыли рынок", "Рыбу теперь продают под крышей, а чайки сидят снаружи и ждут."),
        ("Маяк покрасили заново", "Краску выбирали всем посёлком и остановились на прежней."),
    ),
    "uk": (
        ("Музей маяків відчинив двері", "Його збирали рибалки з усього узбережжя протягом семи років."),
        ("Новий човен для лоцманів", "Його спустили на воду в суботу, і він одразу пішов на роботу."),
        ("Бібліотека на березі", "Книжки видають і тим, хто чекає на пором, просто на причалі."),
    ),
    "he": (
        ("המעבורת חוזרת אל האי", "מיום שני היא יוצאת שלוש פעמים ביום, אם הים מרשה."),
        ("המגדלור נצבע מחדש", "התושבים בחרו את הצבע בהצבעה, ובחרו בצבע הישן."),
        ("השוק נפתח ליד הרציף", "הדייגים מוכרים מתחת לגג והשחפים ממתינים בחוץ."),
    ),
}
TITLES = {
    "de": "Hafenwoche",
    "fr": "La semaine du port",
    "es": "La semana del puerto",
    "ru": "Неделя порта",
    "uk": "Тиждень порту",
    "he": "שבוע בנמל",
}
#: Issues in English by their number of items; with them the full sample and one digest of each other language.
SIZES = (1, 2, 3, 4, 6, 8, 11, 15, 19, 24, 30, 40)


@cache
def articles() -> list[Article]:
    """The stories of the sample magazine."""
    pages = [read_path(file, now=NOW) for file in sorted(MAGAZINE.glob("*.md"))]
    return [page for page in pages if page.kind is ArticleKind.ARTICLE]


def theme(number: int) -> str:
    return ("broadsheet", "harbour")[number % 2]


def english(size: int) -> tuple[Issue, Newsletter]:
    """``size`` items of the sample magazine's articles, in sections that are other ones each time."""
    chance = random.Random(size)  # noqa: S311 - the same issues every time
    items = [told(chance.choice(articles()), number, chance) for number in range(size)]
    lead, rest = items[0], items[1:]
    sections = [Section(kind=SectionKind.LEAD, items=(lead,))]
    kinds = [SectionKind.STORIES, SectionKind.OTHER_NEWS, SectionKind.MAGAZINE, SectionKind.SERIES]
    while rest:
        kind, many = kinds[len(sections) % len(kinds)], chance.randint(1, 12)
        sections.append(Section(kind=kind, heading=f"From the coast, part {len(sections)}", items=tuple(rest[:many])))
        rest = rest[many:]
    preheader = lead.dek or "What the tide left this week."
    made = issue(*sections, subject=lead.headline, preheader=preheader, number=size)
    return made, letter(theme=theme(size))


def told(article: Article, number: int, chance: random.Random) -> Item:
    start = chance.randrange(max(1, len(article.body) - 2))
    told_in = tuple(Paragraph(text=text) for text in article.body[start : start + chance.randint(1, 3)])
    return item(
        article.headline,
        paragraphs=told_in,
        dek=article.dek,
        outlet=article.outlet,
        url=f"https://www.harbour-review.example.org/{number}/{chance.randrange(10**6)}",
        image=picture(f"slip-{number}") if chance.random() < 0.4 else None,
    )


def foreign(code: str, size: int) -> tuple[Issue, Newsletter]:
    """``size`` items of another language, in a newsletter of that language."""
    items = [
        item(headline, text, outlet="Port", url=f"https://www.harbour-review.example.org/{code}/{number}")
        for number, (headline, text) in enumerate(ELSEWHERE[code] * size)
    ][:size]
    sections = (
        Section(kind=SectionKind.LEAD, items=(items[0],)),
        Section(kind=SectionKind.STORIES, heading=TITLES[code], items=tuple(items[1:])),
    )
    own = newsletter(title=TITLES[code], sender_name=TITLES[code], language=code, theme=theme(size), id=size)
    return issue(*sections, subject=items[0].headline, preheader=ELSEWHERE[code][0][1]), own


def arrived(sent: Issue, own: Newsletter) -> bytes:
    """The bytes that the sender makes, below what the relays on the way put on top."""
    archive_url = LINKS.archive(own.slug, sent.slot)
    compiled = compile_issue(sent, own, archive_url=archive_url)
    shared = fixed_headers(compiled, own, archive_url=archive_url, slot=sent.slot)
    reader = Claimed(
        subscriber_id=7, email="marit.osei@mail.example.org", name="Marit Osei", variant="", attempt=1, claimed_at=NOW
    )
    return relayed(letters(sent.id or 1, own.id or 1, {"": (compiled, shared)}, LINKS)(reader).content)


def arrived_alone(mail: Compiled, own: Newsletter) -> bytes:
    """A mail that the program sends by itself, to one person, as it lies in the mailbox."""
    sent = service_message(
        mail, own, recipient="marit.osei@mail.example.org", message_id="<7.a1b2c3d4@news.example.org>", date=NOW
    )
    return relayed(sent.content)


def relayed(content: bytes) -> bytes:
    """``content`` as the reader's server stored it. The relay's address is a public one: that of no real host."""
    at = format_datetime(NOW + timedelta(seconds=4))
    trace = (
        "Return-Path: <bounces@news.example.org>",
        "Received: from mx.news.example.org (mx.news.example.org [198.2.128.5])",
        "\tby in.mail.example.org (Postfix) with ESMTPS id 4FzQ7c1Xk2z9",
        f"\tfor <marit.osei@mail.example.org>; {at}",
    )
    return "".join(f"{line}\r\n" for line in trace).encode() + content


#: How each of the twenty issues and its newsletter are made, by a name.
MAKERS: dict[str, Callable[[], tuple[Issue, Newsletter]]] = {
    **{f"english-{size}": partial(english, size) for size in SIZES},
    **{f"{code}-{size}": partial(foreign, code, size) for size, code in enumerate(ELSEWHERE, 2)},
    "everything": lambda: (rich_issue(), letter()),
    "everything-harbour": lambda: (rich_issue(), letter(theme="harbour", reply_to="desk@harbour-review.example.org")),
}


@cache
def digest(name: str) -> bytes:
    """The bytes of one of the twenty, as it lies in the mailbox."""
    return arrived(*MAKERS[name]())

"""An issue of articles in six languages: each is summed up in its own, and every text passes its own gate."""

from datetime import UTC, datetime

import pytest

from builders import NOW, article, newsletter
from newsletter.compose.digest import compose
from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.language import language_of
from newsletter.model.article import Article
from newsletter.model.slot import Slot

BODIES = {
    "en": (
        "The harbour council of Port Alder voted on Tuesday to raise the ferry fares by 12 percent from April.",
        "“We will not pay for boats that sink. Not in the U.S., not here,” said the chair, Ines Okafor, after the vote.",
        "Two boats were ordered in Gdansk this year, and the first should sail in the autumn.",
    ),
    "fr": (
        "La mairie de Roscanvel a fermé lundi la vieille digue, haute de 3,5 mètres, après la tempête du 16 novembre.",
        "« Nous ne voulons pas attendre. Il faut agir\u00a0», a déclaré M. Le Gall, qui préside le conseil depuis 2019.",
        "Les travaux coûteront 1\u202f200\u202f000 euros et dureront, d’après l’entreprise, jusqu’à l’été.",
    ),
    "de": (
        "Die Bibliothek von Husum öffnet ab dem 23. November auch am Sonntag, z. B. für die Kinder der Fischer.",
        "„Das haben wir uns lange gewünscht. Nun ist es so weit“, sagte Dr. Petra Adler, die das Haus seit 1998 leitet.",
        "Das kostet die Stadt 1.200,50 Euro im Monat, und die Hälfte davon zahlt der Verein am 1. Dezember.",
    ),
    "es": (
        "El faro de Cabo Lirio volverá a encenderse el viernes, según anunció la Sra. Robles en la plaza del pueblo.",
        "«¿Quién lo habría creído? ¡Nadie!», dijo el farero, que vive en la torre desde hace 40 años.",
        "La lámpara llegó de EE. UU. y costó 3.500 euros, un 8 por ciento más de lo previsto.",
    ),
    "ru": (
        "В порту Сосновки во вторник открыли рыбный рынок, который строили с 2021 г. на месте старого склада.",
        "«Мы ждали этого дня. Рыба будет свежей», — сказала директор рынка А. С. Орлова, открывая ворота.",
        "Строительство обошлось в 5,5 млн рублей, т. е. на 10 процентов дешевле, чем думали в совете.",
    ),
    "uk": (
        "У Вільхівці в середу відкрили музей маяків, що його збирали з 2018 р. рибалки з усього узбережжя.",
        "«Це наша пам’ять. Вона світить», — сказала директорка музею О. П. Гай, запаливши першу лампу.",
        "Вхід коштує 50 грн, а для дітей із шкіл ім. Шевчука та Бондаря він безкоштовний до 1 травня.",
    ),
}


def page(code: str, *, named: bool) -> Article:
    return article(
        headline=BODIES[code][0].split(",")[0][:60].rpartition(" ")[0],
        url=f"https://review.example/{code}",
        outlet=code,
        dek=None,
        body=BODIES[code],
        language=code if named else None,
        published=datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("named", [True, False], ids=["named", "told from the words"])
def test_every_text_of_a_mixed_issue_passes_the_gate_of_its_language(*, named: bool) -> None:
    pages = [page(code, named=named) for code in BODIES]
    assert [language_of(one) for one in pages] == list(BODIES)
    issue = compose(newsletter(), Slot("2026-W47", "Europe/Berlin"), pages, number=1, now=NOW)
    items = [item for section in issue.sections for item in section.items]
    assert sorted(item.outlet or "" for item in items) == sorted(BODIES)
    for item in items:
        source = source_text(next(one for one in pages if one.outlet == item.outlet))
        for paragraph in item.paragraphs:
            assert check(paragraph.text, source, item.outlet) == ()
        for sentence in item.evidence:
            assert sentence in BODIES[item.outlet or ""]

"""Bullets in the languages beside English: the shape is the same, the words are the language's."""

import pytest

from builders import article
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.bullets import bullet, cut_off, shortened
from newsletter.model.sentences import word_count

#: The head of a long sentence, how its last clause may begin, and what that clause goes on with.
LONG = {
    "fr": (
        "Le conseil du port a voté mardi soir à une large majorité la hausse des tarifs",
        [" tandis que", ", mais", ", alors que", ", qui", " car", " –", ";"],
        "personne dans la vieille ville ne se souvenait de la dernière fois que tout cela avait été tenté par quelqu’un",
    ),
    "de": (
        "Der Hafenrat hat am Dienstagabend mit großer Mehrheit die höheren Preise für die Fähren beschlossen",
        [", weil", ", obwohl", ", während", ", aber", ", wobei", ";"],
        "sich in der ganzen alten Stadt niemand mehr daran erinnern konnte wann so etwas zuletzt versucht worden war und warum",
    ),
    "es": (
        "El consejo del puerto aprobó el martes por amplia mayoría la subida de las tarifas",
        [" mientras", ", aunque", ", pero", ", que", " porque", ", lo que", ";"],
        "nadie en todo el casco viejo del pueblo recordaba cuándo se había intentado por última vez una cosa semejante",
    ),
    "ru": (
        "Совет порта во вторник вечером большинством голосов одобрил новые и более высокие цены на билеты",
        [", хотя", ", потому что", ", но", ", в которых", ", которые", ", пока", ";"],
        "никто во всём старом городе уже не мог вспомнить когда нечто подобное в последний раз кому-нибудь приходило в голову",
    ),
    "uk": (
        "Рада порту у вівторок увечері більшістю голосів схвалила нові й вищі ціни на квитки",
        [", хоча", ", тому що", ", але", ", в яких", ", які", ", поки", ";"],
        "ніхто в усьому старому місті вже не міг пригадати коли щось подібне востаннє комусь узагалі спадало на думку",
    ),
}
ATTRIBUTIONS = [
    ("fr", ", a déclaré la mairie"),
    ("fr", ", selon le ministère"),
    ("fr", ", d’après la compagnie"),
    ("de", ", sagte die Bürgermeisterin"),
    ("de", ", teilte die Reederei am Abend mit"),
    ("de", ", so das Ministerium"),
    ("de", ", wie die Behörde mitteilte"),
    ("es", ", dijo la alcaldesa"),
    ("es", ", según el ministerio"),
    ("es", ", de acuerdo con la naviera"),
    ("ru", ", сообщили в порту"),
    ("ru", ", по словам мэра"),
    ("ru", ", — сказал мэр города"),
    ("uk", ", повідомили в порту"),
    ("uk", ", за словами мера"),
    ("uk", ", — сказала мерка міста"),
]
CASES = [(code, opening) for code, (_, openings, _) in LONG.items() for opening in openings]


@pytest.mark.parametrize(
    ("code", "sentence", "short"),
    [
        ("fr", "Cependant, le port (le plus ancien de la côte) a rouvert.", "Le port a rouvert."),
        ("fr", "Mais le port a rouvert.", "Le port a rouvert."),
        ("fr", "Mercredi, le port a rouvert.", "Le port a rouvert."),
        ("de", "Außerdem, so hieß es, ist der Hafen offen.", "So hieß es, ist der Hafen offen."),
        ("de", "Aber der Hafen (der älteste der Küste) ist wieder offen.", "Der Hafen ist wieder offen."),
        ("de", "Doch der Hafen ist wieder offen.", "Der Hafen ist wieder offen."),
        ("de", "Doch bleibt der Hafen geschlossen.", "Doch bleibt der Hafen geschlossen."),
        ("de", "Unterdessen fährt die Fähre wieder.", "Unterdessen fährt die Fähre wieder."),
        ("es", "Sin embargo, el puerto reabrió.", "El puerto reabrió."),
        ("es", "El miércoles, el puerto reabrió.", "El puerto reabrió."),
        ("es", "¡Pero el puerto reabrió!", "¡Pero el puerto reabrió!"),
        ("ru", "Между тем порт (старейший на берегу) открылся.", "Порт открылся."),
        ("ru", "Кроме того, порт открылся.", "Порт открылся."),
        ("ru", "И порт открылся, и мол починили.", "И порт открылся, и мол починили."),
        ("uk", "Тим часом порт відкрили.", "Порт відкрили."),
        ("uk", "Водночас, порт відкрили.", "Порт відкрили."),
        ("uk", "Але порт відкрили.", "Порт відкрили."),
    ],
)
def test_asides_and_connectives_go_where_the_word_order_allows(code: str, sentence: str, short: str) -> None:
    assert shortened(sentence, code) == short


@pytest.mark.parametrize(("code", "opening"), CASES)
def test_a_long_sentence_ends_before_its_last_clause(code: str, opening: str) -> None:
    head, _, tail = LONG[code]
    assert word_count(f"{head}{opening} {tail}") > 30
    assert shortened(f"{head}{opening} {tail}.", code) == f"{head}."


@pytest.mark.parametrize(("code", "attribution"), ATTRIBUTIONS)
def test_an_attribution_is_never_dropped(code: str, attribution: str) -> None:
    head, openings, tail = LONG[code]
    assert shortened(f"{head}{openings[1]} {tail}{attribution}.", code) == f"{head}{attribution}."
    assert cut_off(f"{head} {tail}{attribution}.", code).endswith(f"…{attribution}.")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("de", "Der Rat der alten Stadt am Meer hat am Dienstag im Rathaus, weil {0}, die Preise erhöht."),
        ("de", "Der Rat der alten Stadt am Meer will nach eigenen Worten die Boote, die Kräne und {0} nun verkaufen."),
        ("de", "Weil der Rat der alten Stadt am Meer am Dienstag die Preise erhöht hat, {0}."),
        ("ru", "Старый порт на северном берегу тихого залива у самого города, который {0}, закрылся."),
        ("ru", "Мэр города во вторник вечером в старом порту у моря сказал о том, что {0}."),
        ("ru", "Старый порт на северном берегу тихого залива у самого города — {0}."),
        ("uk", "Старий порт на північному березі тихої затоки біля самого міста, який {0}, закрили."),
        ("uk", "Мер міста у вівторок увечері у старому порту біля моря сказав, що {0}."),
        ("fr", "Le vieux port de la rive nord de la baie tout près de la ville, qui {0}, a fermé."),
        ("es", "El viejo puerto de la orilla norte de la bahía muy cerca del pueblo, que {0}, cerró."),
    ],
)
def test_a_main_clause_that_goes_on_later_is_not_cut_in_two(code: str, sentence: str) -> None:
    tail = LONG[code][2]
    assert shortened(sentence.format(f"{tail} {tail}"), code) is None


@pytest.mark.parametrize(
    ("code", "opened", "closed"),
    [
        ("de", "„", "“"),
        ("fr", "«\u00a0", "\u00a0»"),
        ("es", "«", "»"),
        ("ru", "«", "»"),
        ("uk", "„", "“"),
        ("de", "»", "«"),
    ],
)
def test_a_quotation_that_is_cut_is_closed_as_it_was_opened(code: str, opened: str, closed: str) -> None:
    line = cut_off(f"{opened}" + "ля " * 40 + f"конец{closed}.", code)
    assert line.startswith(opened)
    assert line.endswith(f"ля…{closed}")


def test_a_no_break_space_stays_in_its_place() -> None:
    sentence = "Elle a dit «\u00a0oui\u00a0» à 12\u00a0% de hausse\u00a0!"
    assert shortened(sentence, "fr") == sentence


@pytest.mark.parametrize("mark", ["؟", "۔", "!", "؟\u200f", ".״"])
def test_a_sentence_with_its_own_mark_gets_no_full_stop(mark: str) -> None:
    sentence = f"متى يفتح الميناء{mark}"
    assert (shortened(sentence, "ar") or "").startswith(sentence)
    assert shortened("متى يفتح الميناء؟", "ar") == "متى يفتح الميناء؟"


def test_the_bullet_of_an_article_is_shortened_in_its_language() -> None:
    head, openings, tail = LONG["de"]
    found = bullet(article(dek=None, body=(f"Aber {head}{openings[0]} {tail}.",)), skip=Printed().holds)
    assert found
    assert found.text == f"{head}."

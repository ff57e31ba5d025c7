import pytest

from newsletter.model.languages import ALL, language
from newsletter.model.languages.guess import guess

TEXTS = {
    "en": "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday.",
    "fr": "La compagnie de ferries augmentera ses tarifs de 12 % en avril, a décidé mardi le conseil du port.",
    "de": "Die Fährgesellschaft erhöht im April ihre Preise um zwölf Prozent, das hat der Hafenrat am Dienstag beschlossen.",
    "es": "La compañía de transbordadores subirá sus tarifas un 12 % en abril, según decidió el martes el consejo del puerto.",
    "ru": "Паромная компания повысит цены на билеты на 12 процентов в апреле, решил во вторник совет порта.",
    "uk": "Поромна компанія підвищить ціни на квитки на 12 відсотків у квітні, вирішила у вівторок рада порту.",
}
OTHERS = {
    "Italian": "La compagnia di traghetti aumenterà le tariffe del 12 per cento ad aprile, ha deciso il consiglio del porto.",
    "Portuguese": "A companhia de ferries vai aumentar as tarifas em abril, decidiu na terça-feira o conselho do porto.",
    "Dutch": "De veerdienst verhoogt in april de tarieven met twaalf procent, zo heeft de havenraad dinsdag besloten.",
    "Polish": "Spółka promowa podniesie w kwietniu ceny o 12 procent, zdecydowała we wtorek rada portu.",
    "Catalan": "La companyia apujarà les tarifes un 12 per cent a l'abril, va decidir dimarts el consell del port.",
    "Bulgarian": "Фериботната компания ще повиши цените с 12 процента през април, реши във вторник съветът на пристанището.",
    "Belarusian": "Паромная кампанія павысіць цэны на 12 адсоткаў у красавіку, вырашыў у аўторак савет порта.",
    "Serbian": "Трајектна компанија ће повећати цене за 12 одсто у априлу, одлучио је у уторак савет луке.",
    "Turkish": "Feribot şirketi nisan ayında ücretleri yüzde 12 artıracak, liman konseyi salı günü karar verdi.",
    "Hebrew": "חברת המעבורות תעלה את המחירים ב-12 אחוזים באפריל, החליטה ביום שלישי מועצת הנמל.",
    "Arabic": "رفعت شركة العبارات أسعارها بنسبة 12 في المئة في أبريل، بحسب ما قرره مجلس الميناء يوم الثلاثاء.",
    "Chinese": "渡轮公司将在四月将票价提高百分之十二，港口委员会周二决定。",
}


@pytest.mark.parametrize(
    ("tag", "code"), [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("uk-Cyrl-UA", "uk"), ("en-GB", "en")]
)
def test_a_language_is_found_by_any_of_its_tags(tag: str, code: str) -> None:
    assert language(tag).code == code


def test_without_a_tag_the_language_is_english_and_with_an_unknown_one_it_is_nobodys() -> None:
    assert language(None).code == "en"
    assert language("fi").stop_words == frozenset()
    assert language("nonsense from a feed").code == ""


def test_mexico_writes_numbers_with_a_decimal_point_and_spain_with_a_comma() -> None:
    assert (language("es-MX").decimal_comma, language("es-ES").decimal_comma) == (False, True)


@pytest.mark.parametrize("code", TEXTS)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert guess(TEXTS[code]) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Порт закрыт на три месяца после шторма", "ru"),
        ("Порт закрито на три місяці після шторму", "uk"),
        ("Der Hafen wird für drei Monate geschlossen", "de"),
    ],
)
def test_a_headline_may_be_enough_to_tell(text: str, code: str) -> None:
    assert guess(text) == code


@pytest.mark.parametrize("name", OTHERS)
def test_another_language_is_not_taken_for_one_of_ours(name: str) -> None:
    assert guess(OTHERS[name]) is None


@pytest.mark.parametrize("text", ["", "Порт", "Ferry", "12 345", "OK", "!?"])
def test_too_little_text_tells_nothing(text: str) -> None:
    assert guess(text) is None


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_a_language_knows_twelve_months_seven_weekdays_and_twenty_numbers(each: object) -> None:
    known = next(one for one in ALL if one is each)
    assert (len(known.months), len(known.weekdays)) == (12, 7)
    assert set(known.numbers.values()) == {*(str(value) for value in range(1, 21)), "100"}


def test_russian_words_hold_no_ukrainian_letters_and_the_reverse() -> None:
    russian, ukrainian = language("ru"), language("uk")
    assert not set("іїєґ") & set("".join((*russian.stop_words, *russian.numbers, *russian.says)))
    assert not set("ыэъё") & set("".join((*ukrainian.stop_words, *ukrainian.numbers, *ukrainian.says)))


def test_an_initial_stands_for_no_word_of_another_alphabet() -> None:
    cyrillic = {word for code in ("ru", "uk") for word in (*language(code).starters, *language(code).may_end)}
    assert not {word for word in cyrillic if word.isascii()}

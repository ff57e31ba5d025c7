import pytest

from builders import article
from compose.harbour import BOATS, FARES
from newsletter.compose.quotes import Printed, balanced, strongest, whole_sentences
from newsletter.model.article import Quote
from newsletter.model.quotation import fold, same_words


def test_two_quotations_are_one_when_equal_or_contained_from_six_words_on() -> None:
    assert same_words(fold("We will not pay for it"), fold("We will NOT pay, for it!"))
    assert same_words(fold("we will not pay for it"), fold("I say: we will not pay for it, ever"))
    assert not same_words(fold("not pay for it"), fold("we will not pay for it"))


def test_words_in_scare_quotes_are_no_quotation() -> None:
    assert not same_words(fold("very tough"), fold("very tough"))


def test_a_quotation_may_close_with_a_mark_of_another_shape() -> None:
    assert balanced('"It floats,” she said.')
    assert balanced("„Es schwimmt“, sagte sie.")
    assert not balanced("“It floats, she said.")


def test_the_sentences_of_one_quotation_stay_together() -> None:
    text = "It rained. “We swam. We laughed,” she said. Nobody sank."
    assert whole_sentences(text) == ("It rained.", "“We swam. We laughed,” she said.", "Nobody sank.")


def test_a_quotation_that_never_closes_is_left_out() -> None:
    assert whole_sentences("It rained. “We swam. We laughed.") == ("It rained.",)


def test_a_paragraph_loses_the_sentence_whose_quotation_is_printed() -> None:
    printed = Printed()
    printed.add(f"“{BOATS},” she said.")
    assert printed.unrepeated(f"The hall was full. She said: “{BOATS}.” Then they voted.") == (
        "The hall was full. Then they voted."
    )
    assert printed.unrepeated("Then they voted.") == "Then they voted."


def test_the_strongest_quotation_is_the_longest_with_a_speaker_that_is_not_printed() -> None:
    long = "This boat has carried my grandmother, my mother and me, and it has been late for all of us"
    page = article(
        body=(f"“{BOATS},” said Ines Okafor.", f"“{long},” said Tom Adair."),
        quotes=(
            Quote(
                text="It was said by nobody in particular, at great length and to no purpose whatsoever, so they say"
            ),
            Quote(text=BOATS + ",", speaker="Ines Okafor"),
            Quote(text=long + ",", speaker="Tom Adair"),
        ),
    )
    printed = Printed()
    first = strongest(page, printed)
    printed.add(f"“{first.text}”" if first else "")
    second = strongest(page, printed)
    assert [quote.speaker if quote else None for quote in (first, second)] == ["Ines Okafor", "Tom Adair"]


def test_an_article_without_a_quotation_has_no_strongest_one() -> None:
    assert strongest(article(), Printed()) is None
    assert strongest(FARES, Printed()) is not None


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("fr", ["Le port ferme.", "« Nous partons. Adieu\u00a0! » a-t-elle dit.", "Elle rit."]),
        ("fr", ["« Il a dit « oui ». Bien. »", "Elle rit."]),
        ("de", ["Es regnet.", "„Wir gehen. Leb wohl“, sagte sie.", "»Ja. Nein.«", "Er blieb."]),
        ("ru", ["Порт закрыт.", "«Уходим. Пора», — сказал он.", "Фирма «Дом «Юг» молчит.", "Мэр уехал."]),
        ("uk", ["Порт закрито.", "«Це „Чайка“. Вона наша», — сказала вона.", "Дощ."]),
        ("es", ["Llueve.", "«Nos vamos. Adiós», dijo.", "“Sí. No.”", "Calló."]),
        ("he", ['דובר צה"ל הודיע.', 'הוא אמר: "לא. לא היום."', "הנמל נסגר."]),
    ],
)
def test_a_quotation_stays_whole_in_any_language(code: str, parts: list[str]) -> None:
    assert list(whole_sentences(" ".join(parts), code)) == parts


def test_a_paragraph_loses_the_printed_sentence_as_its_language_counts_them() -> None:
    printed = Printed()
    printed.add("„Wir zahlen das alles nicht.“")
    text = "Am 3. Mai fuhr sie z. B. nach Kiel. „Wir zahlen das alles nicht“, sagte Dr. Adler am 4. Mai. Dann ging sie."
    assert printed.unrepeated(text, "de") == "Am 3. Mai fuhr sie z. B. nach Kiel. Dann ging sie."

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ingest.quotes import find_quotes
from newsletter.model.quotation import spans


def speakers(*paragraphs: str) -> list[str | None]:
    return [quote.speaker for quote in find_quotes(list(enumerate(paragraphs)))]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("“The boats are late,” said Ada Marsh.", "Ada Marsh"),
        ("“The boats are late,” Ada Marsh said on Friday.", "Ada Marsh"),
        ("“The boats are late,” said Norwegian Harbour Minister Ada Marsh Tuesday, as it rained.", "Ada Marsh"),
        ("“The boats are late,” harbour pilot Jonas Reed told the Review.", "Jonas Reed"),
        ("“The boats are late,” said Harbour House spokesman Jonas Reed.", "Jonas Reed"),
        ("“Are they late?” Ada Marsh asked. Then she left.", "Ada Marsh"),
        ("Ada Marsh asked: “Are they late?” The minister did not answer.", "Ada Marsh"),
        ("Ada Marsh, a fellow at the Quay Institute, said the plan was “half a plan” at best.", "Ada Marsh"),
        ("Rep. Jonas Reed (D-Calif.) called it “odd.”", "Jonas Reed"),
        ("Ada Marsh has repeatedly warned that boats, and that ferries, are “unsafe” there.", "Ada Marsh"),
        ("Ada Marsh alluded to the storm as proof that “winter is coming.”", "Ada Marsh"),
        ("“We won,” said Ursula von der Tann.", "Ursula von der Tann"),
        ("The plan is “half a plan”, according to Jonas Reed.", "Jonas Reed"),
    ],
)
def test_the_speaker_is_who_stands_beside_the_verb_of_saying(paragraph: str, speaker: str) -> None:
    assert speakers(paragraph) == [speaker]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("Specifically, U.S. officials said that the crews would be “fair game” at sea.", "U.S. officials"),
        ("A senior harbour official emphasized that they are in a “very tough” spot.", "a senior harbour official"),
        ("The quay will give “unprecedented levels of support” to crews, point out experts.", "experts"),
        ("Experts said the “calm” would not last.", "experts"),
        ("The plan is “half a plan”, according to two senior officials who saw it.", "two senior officials"),
        ("“The boats are late,” the White House said on Friday.", "the White House"),
        ("The Ministry of Fisheries said it was “untrue.”", "the Ministry of Fisheries"),
    ],
)
def test_speakers_without_a_name_are_called_what_the_page_calls_them(paragraph: str, speaker: str) -> None:
    assert speakers(paragraph) == [speaker]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Ada Marsh pushed for a “fair answer” from the town.",
        "Officials said little, and Ada Marsh voted against the “half plan” at once.",
        "The “victory boat” was painted.",
        "Ada Marsh’s “victory boat” was painted.",
        "“So,” they said.",
    ],
)
def test_nobody_is_named_where_the_page_does_not_say_who_spoke(paragraph: str) -> None:
    assert speakers(paragraph) == [None]


def test_a_surname_becomes_the_full_name_that_the_page_gave() -> None:
    assert speakers("Harbour Minister Ada Marsh opened the quay.", "Marsh said it was “late.”") == ["Ada Marsh"]


def test_a_full_name_behind_a_genitive_counts_too() -> None:
    assert speakers("He read Jonas Reed’s letter.", "“No,” Reed said.") == ["Jonas Reed"]


def test_of_two_people_in_one_sentence_the_nearer_one_speaks() -> None:
    text = "Jonas Reed said the move is bold, with Ada Marsh also calling for an end to “gaps at sea” there."
    assert speakers(text) == ["Ada Marsh"]


def test_a_pronoun_is_the_person_that_the_story_was_about() -> None:
    first = "Harbour Minister Ada Marsh stepped onto the quay. She described the boats."
    assert speakers(first, "She said it is unknown who pays, but that it “will be the town.”") == ["Ada Marsh"]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("“We keep to the permit,” said its spokesman, Jonas Reed.", "Jonas Reed"),
        ("“We keep to the permit,” its spokesman, Jonas Reed, said.", "Jonas Reed"),
        ("“It is small,” said the mill’s manager, Ada Marsh, on Monday.", "Ada Marsh"),
        ("“It is small,” said Lowmoor’s dock keeper, Ada Marsh.", "Ada Marsh"),
        ("“It is small,” said a spokeswoman for the port, Ada Marsh.", "Ada Marsh"),
        ("The dock keeper, Ada Marsh, said: “It is small.”", "Ada Marsh"),
        ("The head of the school, Ada Marsh, told the Review: “It is small.”", "Ada Marsh"),
        ("Ada Marsh, 58, said: “It is small.”", "Ada Marsh"),
        ("According to Ada Marsh, who runs the mill, “it is small.”", "Ada Marsh"),
        ("The mill is “small”, according to its owner, Ada Marsh.", "Ada Marsh"),
    ],
)
def test_a_role_beside_a_name_is_not_the_speaker(paragraph: str, speaker: str) -> None:
    assert speakers(paragraph) == [speaker]


def test_a_name_behind_a_role_is_not_always_its_holders() -> None:
    assert speakers("“It is small,” said its spokesman, Harbour News reported.") == ["its spokesman"]
    assert speakers("“It is small,” said two residents, Ada Marsh and Jonas Reed.") == ["two residents"]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("Ada Marsh, who walks the dyke every day, shook her head. “It moves,” she said.", "Ada Marsh"),
        ("Ada Marsh, who walks the dyke with Ole Brandt, shook her head. “It moves,” she said.", "Ada Marsh"),
        ("At the Quay Institute, Ada Marsh keeps the cards. “It moves,” she said.", "Ada Marsh"),
        ("The town wrote to Ada Marsh at once. “It moves,” she said.", "Ada Marsh"),
        ("Ada Marsh lives in Port Lowmoor and sails the Fair Wind. “It moves,” she said.", "Ada Marsh"),
        ("Ole Brandt painted the boat. Ada Marsh launched it. “It moves,” she said.", "Ada Marsh"),
        ("Ms Ada Marsh met Ole Brandt. “It moves,” he said.", "Ole Brandt"),
        ("Ada Marsh shook her head. Marsh then met Ole Brandt. “It moves,” she said.", "Ada Marsh"),
        ("The dyke, she said, was Ada Marsh’s. Ada Marsh came when it rained, she said, and “it moves.”", "Ada Marsh"),
    ],
)
def test_a_pronoun_is_the_person_named_last_in_its_paragraph(paragraph: str, speaker: str) -> None:
    assert speakers("Jonas Reed said it was late.", paragraph) == [speaker]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["“It moves,” he said."],
        ["Ada Marsh met Ole Brandt. “It moves,” he said."],
        ["Jonas Reed, Ada Marsh and Ole Brandt left. “It moves,” he said."],
        ["Ada Marsh told Jonas Reed to wait. “It moves,” he said."],
        ["Ada Marsh opened the quay. The boats of Jonas Reed were late. “It moves,” she said."],
        ["Ada Marsh opened the quay. The pilot shook his head. “It moves,” he said."],
        ["Jonas Reed said no.", "Ada Marsh’s brother shook his head. “It moves,” he said."],
        ["Jonas Reed said no.", "The pilot shook his head. “It moves,” he said."],
        ["Jonas Reed said no.", "It rained.", "“It moves,” he said."],
        ["Jonas Reed said no. Ada Marsh left.", "“It moves,” he said."],
        ["Jonas Reed shook his head and said no.", "“It moves,” she said."],
        ["Jonas Reed said no.", "She walked down with Ada Marsh. “It moves,” she said."],
        ["Jonas Reed said no.", "Grey Sound was rough. “It moves,” he said."],
        ["Port Lowmoor has a nurse. “It moves,” she said."],
    ],
)
def test_a_pronoun_that_may_be_somebody_else_is_nobody(paragraphs: list[str]) -> None:
    assert speakers(*paragraphs) == [None]


def test_a_paragraph_that_begins_with_a_pronoun_goes_on_with_whoever_spoke_last() -> None:
    assert speakers("Ada Marsh said it was late.", "“Very,” she added.", "“Too late,” she said.") == ["Ada Marsh"] * 2
    assert speakers("Ada Marsh said it was late.", "She has a boat. It floats. “So far,” she said.") == ["Ada Marsh"]


def test_a_speaker_without_a_name_does_not_become_the_person_named_before() -> None:
    assert speakers("Jonas Reed said no.", "“It moves,” said the pilot. “It floats,” he said.") == [None, None]


def test_a_pronoun_is_not_the_person_whom_the_page_calls_by_the_other_one() -> None:
    text = "“One,” said Jonas Reed. Ada Marsh shook her head. “Two,” he said. “Three,” she said."
    assert speakers(text) == ["Jonas Reed", "Jonas Reed", "Ada Marsh"]


def test_a_quotation_goes_on_in_its_paragraph_with_the_same_speaker() -> None:
    assert speakers("“One,” Ada Marsh said. “Two.”") == ["Ada Marsh", "Ada Marsh"]
    assert speakers("“One,” Ada Marsh said, “is never enough.”") == ["Ada Marsh", "Ada Marsh"]
    assert speakers("“One,” said Ada Marsh, leaving. “Two,” said Jonas Reed.") == ["Ada Marsh", "Jonas Reed"]


def test_words_in_marks_in_the_next_sentence_are_nobodys() -> None:
    assert speakers("Ada Marsh called it “mad.” The bridge has “teeth” too.") == ["Ada Marsh", None]


def test_a_block_quotation_belongs_to_whom_the_paragraph_above_announces() -> None:
    above = "Minister Ada Marsh addressed her critics on Monday:"
    assert speakers(above, "“Boats are not free.”") == ["Ada Marsh"]
    assert speakers("Ada Marsh took the floor. She put it so:", "“Boats are not free.”") == ["Ada Marsh"]
    assert speakers("The council wrote to Ada Marsh:", "“Boats are not free.”") == [None]
    assert speakers("Minister Ada Marsh addressed her critics.", "“Boats are not free.”") == [None]


def test_a_quotation_over_two_paragraphs_keeps_its_speaker() -> None:
    assert speakers("Ada Marsh said: “Boats are not free.", "“Nor are quays.”") == ["Ada Marsh", "Ada Marsh"]


def test_the_text_stays_as_printed_and_the_paragraph_is_its_position_on_the_page() -> None:
    (found,) = find_quotes([(7, "“We sail,” said Ada Marsh.")])
    assert (found.text, found.paragraph) == ("We sail,", 7)


WORD = st.sampled_from(
    [
        *("Ada Marsh", "Reed", "said", "saying", "“boats,”", "“boats”", '"', "“", "”", ",", ".", ":", "(", ")", "who"),
        *("he", "according", "to", "officials", "the", "The", "U.S.", "of", "von", "Minister", "point", "out", "’s"),
        *("—", "and"),
    ]
)


@given(st.lists(st.lists(WORD, max_size=14).map(" ".join), max_size=4))
def test_every_quotation_of_any_text_is_found_once_and_in_order(paragraphs: list[str]) -> None:
    found = find_quotes(list(enumerate(paragraphs)))
    assert [(q.paragraph, q.text) for q in found] == [(i, s) for i, text in enumerate(paragraphs) for s in spans(text)]
    assert all(quote.speaker is None or quote.speaker.strip() for quote in found)

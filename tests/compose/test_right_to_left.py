"""Hebrew and Arabic go through the composer as they are: letters, points, marks of direction and of quotation."""

import re

from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, article, newsletter
from newsletter.compose.digest import compose
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.bullets import bullet, cut_off
from newsletter.compose.tell.envelope import cut
from newsletter.compose.tell.summary import LEAD, summarise
from newsletter.model.article import Article
from newsletter.model.slot import Slot

HEBREW = article(
    headline="הנמל הישן ייסגר לשלושה חודשים אחרי הסערה הגדולה שפגעה בחומת הים, כך החליטה מועצת הנמל פה אחד ביום שלישי",
    url="https://review.example/he",
    language="he",
    dek=None,
    body=(
        'דובר צה"ל הודיע כי הנמל \u200ePort Alder\u200f ייסגר לשלושה חודשים. "לא נשלם על סירות שטובעות. לא היום", אמרה יו"ר המועצה.',
        "המעבורת \u2067„שַׁחַף“\u2069 תפליג שוב ב־3 במאי! מתי תגיע הסירה השנייה? איש אינו יודע זאת עדיין.",
        "ד״ר כהן מסר כי שתי סירות חדשות 👩‍👩‍👧 הוזמנו השנה מגדנסק, והראשונה צפויה להגיע בסתיו.",
    ),
)
ARABIC = article(
    headline="المعبارة الجديدة تبحر في الربيع",
    url="https://review.example/ar",
    language="ar",
    dek=None,
    body=(
        "قالت رئيسة مجلس الميناء: «لن ندفع ثمن قوارب تغرق. ليس اليوم»، ثم غادرت القاعة القديمة. متى يفتح الميناء؟ غدا.\u200f",
        "سترتفع أسعار العبّارات بنسبة ١٢٫٥ في المئة في أبريل، بحسب قرار المجلس يوم الثلاثاء.",
        "طُلِبَ قاربان جديدان من \u2066Gdansk\u2069 هذا العام، وسيصل الأول في الخريف.",
    ),
)
RIGHT_TO_LEFT = [HEBREW, ARABIC]
#: What a composed text may add to the words of its article.
ADDED = re.compile(r"…|\.$|[\u2069\u202c]+$")

#: One character as a reader sees it, each several code points; none of them is a space.
CLUSTERS = ["שָׁ", "ל", "וֹ", "ם", "مُ", "حَ", "د", "👩‍👩‍👧", "🇺🇦", "א\u200f", "״"]


def said(page: Article) -> str:
    return " ".join((page.headline, *page.body))


def test_every_text_of_an_issue_is_made_of_sentences_that_stand_in_their_article() -> None:
    issue = compose(newsletter(), Slot("2026-W47", "Europe/Berlin"), RIGHT_TO_LEFT, number=1, now=NOW)
    source = " ".join(map(said, RIGHT_TO_LEFT))
    items = [item for section in issue.sections for item in section.items]
    assert items
    for item in items:
        assert all(text in source for text in item.evidence)
        assert " ".join(paragraph.text for paragraph in item.paragraphs) == " ".join(item.evidence)
    assert issue.subject.rstrip("…") in source


def test_a_quotation_with_a_full_stop_inside_stays_whole() -> None:
    assert any('"לא נשלם על סירות שטובעות. לא היום", אמרה יו"ר המועצה.' in s for s in summaries(HEBREW))
    assert any("«لن ندفع ثمن قوارب تغرق. ليس اليوم»" in s for s in summaries(ARABIC))


def summaries(page: Article) -> tuple[str, ...]:
    whole = summarise(page, LEAD, skip=Printed().holds)
    assert all(sentence in said(page) for sentence in whole)
    return whole


def test_a_bullet_is_a_sentence_of_the_page_marks_and_all() -> None:
    for page in RIGHT_TO_LEFT:
        found = bullet(page, skip=Printed().holds)
        assert found
        assert found.text in said(page)


def test_an_isolate_that_a_cut_opens_is_closed() -> None:
    line = cut(f"\u2067{HEBREW.headline}\u2069", 40)
    assert line.endswith("…\u2069")
    assert len(line) <= 40


@given(
    st.lists(st.lists(st.sampled_from(CLUSTERS), min_size=1, max_size=40), min_size=1, max_size=50),
    st.integers(12, 120),
)
def test_no_cut_parts_what_a_reader_sees_as_one_character(words: list[list[str]], most: int) -> None:
    text = " ".join("".join(clusters) for clusters in words)
    clusters = [cluster for word in words for cluster in (*word, " ")]
    starts = {"".join(clusters[:count]).rstrip() for count in range(len(clusters) + 1)}
    for line in (cut(text, most), cut_off(text, "he"), cut_off(text, "ar")):
        assert ADDED.sub("", line) in starts

"""Which language a text is in, told by its commonest words and by the letters that only one alphabet has."""

import re
from collections import Counter
from functools import lru_cache

#: So much of a text is looked at.
_SAMPLE = 3000
#: Fewer hits tell nothing; neither does a language that wins by less, or whose commonest words are rarer than this.
_FEWEST = 3
_LEAD = 1.2
_SHARE = 0.14
#: Of the letters so many must be of the Latin or Cyrillic script.
_SCRIPT = 0.7
#: Belarusian does not have the letter и but in foreign names.
_FOREIGN = 0.01

#: The words that make up most of any text. The languages below the line are here to win over those above it.
_COMMON = {
    "en": "the of and to in a is that for it was on are as with be by this have from at not or an but which they were their"
    " has had its will would been who more said he she his her we you after about",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie"
    " nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man"
    " sein wurde sagte in",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou son aux d l"
    " qu s n c cette mais comme on sa ses été elle ont nous être leur sous après deux",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este"
    " ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está según así donde"
    " nuevo nueva nuevos puede cada",
    "ru": "и в не на что с по как к из он у за от это но для же о а так все было его бы до после при или она они если уже"
    " также который которые были мы то во со об без будет под чтобы",
    "uk": "і в на що не у з та до як за від це для про й він по із але а так його було є під після при або вона вони якщо вже"
    " також який які були ми то зі щоб без буде через чи під час року",
    # ---
    "it": "di e il la che in a per un è del una non le si con da i della sono al nel dei più gli alla ha come lo anche delle ma"
    " su dal degli questo ed se nella o essere stato suo sua",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser"
    " quando muito há nos já está eu também só pelo pela até isso ela são entre",
    "ca": "de la i que el a en els les un per amb una del es no al dels com més ha va és per pel seva seu són aquest aquesta"
    " però també s d l ens han hi entre fins",
    "gl": "de a o que e do da en un para con non unha os no se na por máis as dos como pero foi ao das ten á seu súa ou ser"
    " cando moi tamén xa está pola polo ata isto son entre",
    "ro": "de și a în la cu pe nu că o se este un din care mai pentru fi sunt ce au al sa lui ca prin după o ale fost ai sau"
    " acest dar când",
    "nl": "de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog worden door naar heeft"
    " hij ze wordt tot je dit die over werd hebben zich ik deze was",
    "sv": "och att det i en på är som för av med till den har de inte om ett var men sig så från nu kan vi man ska eller när efter"
    " under hade också mot skulle år",
    "no": "og i det på er til som en å for av at har med de ikke den han om et fra men vi var seg så ble kan være eller etter hun"
    " nå skal også år over ved",
    "da": "og i at det er en til på som af for med de har den ikke der et fra men vi var sig så blev kan være eller efter hun nu"
    " skal også år over ved han",
    "pl": "w i na z nie się do to że jest o jak za po co ale od przez przy dla jego który są tym tak już by był być oraz tylko",
    "cs": "a v se na je že s z do o i to jako za by ale pro jsou po od které který až jeho při byl tak však bylo už nebo také",
    "af": "die en van in is het nie dat te om met vir op wat word ʼn hy as was aan ook deur hulle sy maar of by so uit kan",
    "be": "і ў на што не у з да як за гэта для пра ён але а так яго было ад яны каб таксама які якія быў пасля праз калі",
    "bg": "на и да се в за от не с че по са като е до ще това при си му но който които след беше му тази този само към има",
    "sr": "и у је да се на за су од са који не то као која би из до што али код ће након које његов више само",
    "mk": "и на во да се од за со не што ќе ги го е како по до но која кој тоа беше овие при му сите",
}
_KNOWN = ("en", "fr", "de", "es", "ru", "uk")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTED = re.compile("[a-zà-ɏ\u0400-\u052f]")
#: Letters that tell neighbours apart, and whose they are.
_LETTERS = {
    "і": ("uk", "be"),
    "ї": ("uk",),
    "є": ("uk",),
    "ґ": ("uk",),
    "ў": ("be", "be"),
    "ы": ("ru", "be"),
    "э": ("ru", "be"),
    "ё": ("ru", "be"),
    "ъ": ("bg",),
    **dict.fromkeys("јљњћђџ", ("sr", "mk")),
    **dict.fromkeys("ѓќѕ", ("mk", "mk")),
    # Kazakh, Tatar and others: nobody's vote, but nobody else's either.
    **dict.fromkeys("әғқңөұүһҗ", ("", "", "")),
    "ß": ("de",),
    "ñ": ("es", "gl"),
    **dict.fromkeys("ãõ", ("pt",)),
    **dict.fromkeys("ąęłśżźć", ("pl",)),
    **dict.fromkeys("řěů", ("cs",)),
    **dict.fromkeys("șță", ("ro",)),
    **dict.fromkeys("ğışİ", ("", "")),
    **dict.fromkeys("őű", ("", "")),
}
_VOTERS: dict[str, list[str]] = {}
for _code, _words in _COMMON.items():
    for _word in dict.fromkeys(_words.split()):
        _VOTERS.setdefault(_word, []).append(_code)


def guess(text: str) -> str | None:
    """The code of the language of ``text``, if it is one of ours and there is enough text to tell."""
    return _guess(text[:_SAMPLE])


@lru_cache(maxsize=8192)  # composing asks several times for each article of the week
def _guess(sample: str) -> str | None:
    found = _WORD.findall(sample.lower())
    letters = "".join(found)
    if not letters or len(_SCRIPTED.findall(letters)) < _SCRIPT * len(letters):
        return None
    votes = Counter(code for word in found for code in _VOTERS.get(word, ()))
    hits = Counter(votes)
    votes.update(code for word in found for letter in set(word) for code in _LETTERS.get(letter, ()))
    if letters.count("и") > _FOREIGN * len(letters):
        del votes["be"]
    if not votes:
        return None
    (best, most), *others = votes.most_common()
    second = max((count for _, count in others), default=0)
    clear = most >= _FEWEST and most >= _LEAD * second and max(hits[best], most / 2) >= _SHARE * len(found)
    return best if best in _KNOWN and clear else None

"""The words by which news English tells who speaks: verbs of saying, titles, roles, and what is part of no name."""


def _words(text: str, *endings: str) -> frozenset[str]:
    """The words in ``text``, each with every one of ``endings``."""
    return frozenset(word + ending for word in text.split() for ending in endings or ("",))


#: After these the speaker may follow: ",” said Ada Marsh", ", point out experts".
INVERTED = (
    _words("say says said write writes wrote reply replies replied")
    | _words("add ask explain insist point recall warn", "", "s", "ed")
    | _words("acknowledg argu continu jok not observ", "e", "es", "ed")
)
#: Verbs of saying. Where the plain form is more often a noun ("claim", "report"), it is left out.
SAYING = (
    INVERTED
    | _words("saying tell tells told telling writing admit admits admitted admitting testify testifies testified")
    | _words("alluded alludes alluding dubbed labeled labelled quipped refer refers referred referring")
    | _words("add ask boast explain insist maintain point recall stress suggest vow warn", "", "s", "es", "ed", "ing")
    | _words("acknowledg alleg announc argu conced declar emphasiz not observ urg", "e", "es", "ed", "ing")
    | _words("answer assert attack blast call caution claim comment complain condemn confirm contend", "s", "ed", "ing")
    | _words("highlight lament laud post predict remark repeat report respond reveal tweet wonder", "s", "ed", "ing")
    | _words("accus characteriz conclud continu criticis criticiz denounc describ emphasis promis", "es", "ed", "ing")
    | _words("jok pledg prais reiterat stat", "es", "ed", "ing") - {"states"}
)
BEING = _words("is are was were been now")

#: Words that stand before a person's name, or make a name one of a body. Behind the last of them the name begins.
TITLES = _words(
    "admiral adviser advisor ambassador analyst archbishop bishop candidate captain chair chairman chairwoman chancellor"
    " chief col colonel commander commissioner congressman congresswoman councillor defence defense democrat deputy"
    " director dr editor envoy executive expert fellow foreign gen general gov governor head judge justice king leader"
    " lieutenant lord lt major mayor minister mp mr mrs ms officer official pope premier president prime prince princess"
    " prof professor queen rep representative republican rev secretary sen senator sir speaker spokesman spokesperson"
    " spokeswoman undersecretary vice academy administration affairs agency alliance army assembly association authority"
    " bank board bureau cabinet center centre college commission committee company congress corporation council court"
    " department federation force forces foundation government group house institute intelligence ministry nations navy"
    " office organization organisation parliament party police press republic security senate service society state team"
    " times treasury tribunal union university"
)
#: Capitalised where a sentence begins, and part of no name.
OPENERS = _words(
    "a according after all also although an and another as at asked based because before both but by despite during earlier"
    " even every few finally first for from he her here his how however i if in instead it its last later like many"
    " meanwhile more most my next no not now of on once one only or other others our prior she since so some specifically"
    " still such that the their then there these they this those though to today tomorrow two under unlike until we what"
    " when where while who why with yesterday yet you monday tuesday wednesday thursday friday saturday sunday january"
    " february march april june july august september october november december"
)
LINKS = _words("al bin da de del della den der di du el ibn of van von")
#: Names of two words that begin so, or end so, are places and bodies.
PLACES = _words(
    "cape east eastern fort great lake lower mount new north northern port saudi south southern supreme united upper"
    " west western white"
)
PLACE_ENDS = _words(
    "airlines airport avenue bay beach canal channel city coast county energy gazette grid harbor harbour inc island"
    " islands lane ltd narrows news ocean parade pier plc quay railway railways river road sea shipping sound square"
    " station strait straits street valley water"
)
#: What stands behind these is a place, if it is capitalised.
WHERE = _words("across around at in inside into near off outside")
#: Speakers without a name.
PEOPLE = _words(
    "adviser aide analyst activist ambassador campaigner commander critic diplomat doctor economist expert historian"
    " insider investigator judge lawmaker lawyer leader mayor minister negotiator observer officer official organizer"
    " president prosecutor researcher resident scholar scientist secretary senator soldier source spokesperson supporter"
    " worker",
    "",
    "s",
) | _words(
    "authorities court government ministry police report spokesman spokeswoman statement union witness witnesses"
)
#: Who else may do something without a name.
PERSONS = _words(
    "baker boss boy brother captain child colleague daughter director driver editor engineer father fisherman friend"
    " girl husband keeper librarian man manager master mother neighbor neighbour nurse owner passenger pilot sister"
    " skipper son student teacher visitor wife woman"
)
ARTICLES = _words("a an the one another")
DETERMINERS = ARTICLES | _words("two three several some many most other his her its their")
MODIFIERS = _words("senior top former independent local foreign military outside unnamed anonymous")
BREAKS = _words(
    "and or but that as of in on at by from with for to who which while when because although though if than is was were"
    " are be been has have had after before how why where"
)
#: A subject may follow these.
CLAUSES = _words("although and as because but if since though when where while")

#: The forms of each pronoun, and the titles of those who are called so.
PRONOUNS = {"he": _words("he his him himself"), "she": _words("she her hers herself")}
TITLES_OF = {
    "he": _words("mr sir lord king prince pope chairman congressman spokesman"),
    "she": _words("mrs ms queen princess chairwoman congresswoman spokeswoman"),
}

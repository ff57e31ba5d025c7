"""English."""

from newsletter.model.language import Language, forms, numerals, phrases, several

ENGLISH = Language(
    code="en",
    leads_on=several(
        "Adm Atty Brig Capt Cmdr Col Cpl Dr Fr Gen Gov Hon Lt Maj Mr Mrs Ms Mt Pres Prof Rep Reps Rev Sen Sens Sgt Ss St"
        " vs approx ca cf eg ie e.g i.e"
    ),
    before_number=several("no nos p pp fig figs vol art No Nos Fig Figs Vol Art"),
    may_end=several(
        "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun"
        " Assn Ave Blvd Bros Co Corp Dept Dist Inc Intl Jr Ltd Mfg Sr Univ est etc ft a.m p.m"
    ),
    starters=several(
        "a after all although an and another as at because before both but by during each even every few following for from"
        " he her here his how however i if in it its last many meanwhile more most no nobody not now of on once one only or"
        " other our she since so some still such that the their then there these they this those though to today under"
        " until we what when where while who with yet you"
    ),
    months=forms(
        "January Jan | February Feb | March Mar | April Apr | May | June Jun | July Jul | August Aug"
        " | September Sept Sep | October Oct | November Nov | December Dec"
    ),
    weekdays=forms("Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday"),
    date=r"\b{month},?\s*{day}(?:st|nd|rd|th)?(?![\d%])(?:,?\s*{year}\b)?"
    r"|\b{day}(?:st|nd|rd|th)?\s+(?:of\s+)?{month}(?:,?\s*{year}\b)?",
    tied="the",
    relative=(
        r"(?:last|next) (?:week|month|year)(?:['’]s)?",
        r"(?:as of )?(?:today|yesterday|tomorrow)(?:['’]s)?|(?:on|last|next) {weekday}",
        r"last night(?:['’]s)?|tonight(?:['’]s)?|(?:this|yesterday|tomorrow) (?:morning|afternoon|evening)(?:['’]s)?",
    ),
    stop_words=several(
        "a about above after again against all almost along already also although always am among an and another any are"
        " aren't around as at away back be became because become been before being below between both but by came can can't"
        " cannot come could couldn't did didn't do does doesn't doing don't down during each either else enough even ever"
        " every few first for from further get gets go going got had hadn't has hasn't have haven't having he he's her here"
        " hers herself him himself his how however i i'm if in instead into is isn't it it's its itself just last later least"
        " less let like made make makes many may me meanwhile might more most mr mrs ms much must my myself near never new"
        " next no nor not now of off often on once one only onto or other others our ours ourselves out over own per perhaps"
        " put quite rather s same second she she's should shouldn't since so some soon still such t than that that's the"
        " their theirs them themselves then there there's these they they're this those though three through thus to today"
        " together too took two under until up upon us use used very via was wasn't way we we're well went were weren't what"
        " when where whether which while who whom whose why will with within without won't would wouldn't year years yes yet"
        " you you're your yours yourself week weeks month months day days time"
        " monday tuesday wednesday thursday friday saturday sunday"
        " add added adding adds admitted announce announced argue argued argues asked called claim claimed claims comment"
        " confirmed declared describe described explained insisted noted report reported reports said say saying says speak"
        " spoke stated tell telling tells told warned warns wrote"
    ),
    numbers=numerals(
        "one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen | fourteen"
        " | fifteen | sixteen | seventeen | eighteen | nineteen | twenty",
        hundred="hundred",
        ordinals="first | second | third",
    ),
    not_names=several(
        "i mr mrs ms dr prof president minister secretary senator representative governor general chancellor chairman"
        " director professor king queen"
    ),
    openers=phrases("Meanwhile | However | Also | In addition | Moreover | Earlier | On {weekday}"),
    conjunctions=phrases(r"But(?! for\b) | And"),
    cut_before=phrases("while | after | amid | as | which | who | although | despite | because | but | where | with"),
    also=phrases("and"),
    subordinate=several(
        "While After Amid As Although Though Despite Because When Where With If Since Before Once Until Unless"
    ),
    dangling=several(
        "a an the of to in on at by for from and or nor but such as well than that which who while with its their his her"
        " is are was were be been has have had will would more most not so"
    ),
    says=several("said says told reported reports announced argued warned wrote added stated noted claimed insisted"),
    verb_first=False,
    according=phrases("according to"),
)

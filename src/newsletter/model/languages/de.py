"""German."""

from newsletter.model.language import Language, forms, numerals, phrases, several

GERMAN = Language(
    code="de",
    leads_on=several(
        "Dr Prof Dipl Dipl-Ing Dipl.-Ing Ing Mag Hr Hrn Fr St Hl Gen Abg Nr Nrn Bd Bde Abs Kap Abb Tab Art Anm Rn Vgl vgl"
        " bzw ca evtl ggf gem geb inkl exkl lt max min med rd sog ungef zzgl z.B z.T d.h i.d.R o.g s.o s.u u.U v.a h.c"
        " bspw insb insbes Tel zw vs"
    ),
    before_number=several("S Z Art Ziff Nr §"),
    may_end=several(
        "Jan Feb Mär Apr Jun Jul Aug Sep Sept Okt Nov Dez Mo Di Mi Do Sa So"
        " Mio Mrd Tsd Std Min Sek Str Co Jr Jh Jhd v.Chr n.Chr u.a u.ä o.ä etc usf"
    ),
    closes=several("usw u.s.w"),
    starters=several(
        "aber alle allein als am an andere auch auf aus außerdem bei beide bereits bis bisher da dabei dafür dagegen damit"
        " danach dann daran darauf darin darüber das dass davon dazu dem den denn dennoch der deshalb dessen die dies diese"
        " diesem diesen dieser dieses doch dort durch ebenso ein eine einem einen einer einige er erst es etwa für gegen"
        " gestern heute hier ich ihr ihre im in insgesamt ist jede jeder jedoch jetzt kein keine man manche mehr mit morgen"
        " nach nachdem neben nicht niemand noch nun nur ob obwohl oder ohne schon sehr seine seit sie so sobald sogar solche"
        " sondern sowohl später trotz über um und unter viele vom von vor während wann warum was weil weiter welche wenn wer"
        " wie wieder wir wird wo zu zuerst zuletzt zum zur zudem zugleich zunächst zwar zwei zwischen"
    ),
    ordinal_after=several(
        "der die das dem den des am im zum zur vom beim ins ans jeder jede jedes jedem jeden dieser dieses diesem diesen"
        " seinem seinen seiner ihrem ihren ihrer unserem unseren unserer"
    ),
    months=forms(
        "Januar Jänner Jan | Februar Feber Feb | März Mär | April Apr | Mai | Juni Jun | Juli Jul | August Aug"
        " | September Sept Sep | Oktober Okt | November Nov | Dezember Dez"
    ),
    weekdays=forms("Montag | Dienstag | Mittwoch | Donnerstag | Freitag | Samstag Sonnabend | Sonntag"),
    date=r"\b{day}\.\s*{month}(?:\s+{year}\b)?|\b{day}\.\s?\d{{1,2}}\.\s?{year}\b",
    tied="de[mnr]",
    relative=(
        r"(?:vergangenen?|letzten?|vorigen?|nächsten?|kommenden?) (?:Woche|Monat|Jahr)s?",
        r"heute|gestern|vorgestern|morgen|(?:am|vergangenen|letzten|kommenden|nächsten) {weekday}",
        r"(?:heute|gestern|morgen) (?:früh|Morgen|Vormittag|Mittag|Nachmittag|Abend|Nacht)",
    ),
    stop_words=several(
        "ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus außer"
        " außerdem bei beim bereits bis bisher da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus"
        " darin darüber darum das dass davon dazu dein dem den denen denn dennoch der deren des deshalb dessen desto die dies"
        " diese diesem diesen dieser dieses doch dort du durch dürfen darf ein eine einem einen einer eines einige einigen"
        " einiger einmal er erst erste ersten erster es etwa etwas euch für gegen gewesen gibt ging hab habe haben hat hatte"
        " hatten hätte hätten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins inzwischen ist"
        " ja je jede jedem jeden jeder jedes jedoch jene jetzt kam kann kein keine keinem keinen keiner kommen kommt können"
        " könnte könnten konnte konnten lassen lässt macht man manche mehr mein meine meisten mich mir mit muss müssen musste"
        " nach nachdem nämlich neben nein neu neue neuen neuer nicht nichts noch nun nur ob oder oft ohne schon sehr sei seien"
        " sein seine seinem seinen seiner seit seitdem selbst sich sie sind so sogar solche solchen soll sollen sollte sollten"
        " sondern sonst soweit sowie statt trotz über um und uns unser unsere unter viel viele vielen vom von vor war waren"
        " warum was weg wegen weil weiter weitere weiteren welche welchem welchen welcher wenig weniger wenn wer werde werden"
        " wie wieder will wir wird wo wobei wohl wollen wollte worden wurde wurden würde würden während zu zudem zum zur zwar"
        " zwei drei zwischen zweite zweiten dritte dritten tag tage tagen woche wochen monat monate jahr jahre jahren jahres"
        " heute gestern morgen zeit mal prozent uhr herr frau"
        " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"
        " sagen sagt sagte sagten gesagt erklärt erklärte erklärten mitgeteilt mitteilte teilte teilten berichtet berichtete"
        " berichten betont betonte fügte hinzu warnt warnte kündigte angekündigt schrieb schreibt behauptet behauptete hieß"
        " heißt angaben laut zufolge meldete meldet nannte bestätigte"
    ),
    numbers=numerals(
        "eins | zwei zwo | drei | vier | fünf | sechs | sieben | acht | neun | zehn | elf | zwölf | dreizehn | vierzehn"
        " | fünfzehn | sechzehn | siebzehn | achtzehn | neunzehn | zwanzig",
        hundred="hundert einhundert",
        ordinals="erste ersten erster erstes erstem | zweite zweiten zweiter zweites zweitem"
        " | dritte dritten dritter drittes drittem",
    ),
    decimal_comma=True,
    not_names=several(
        "sie ihr ihre ihnen ihren ihrem ihrer er es wir ich du der die das dem den des ein eine in im an am auf für und aber"
        " doch wenn weil dass was wer wie wo ja nein nicht kein keine man so da dann jetzt hier heute gestern morgen"
        " herr herrn frau dr prof präsident präsidentin minister ministerin kanzler kanzlerin bundeskanzler bundeskanzlerin"
        " senator senatorin bürgermeister bürgermeisterin vorsitzende vorsitzender direktor direktorin professor professorin"
        " general könig königin chef chefin sprecher sprecherin prozent uhr euro dollar mio mrd million millionen milliarde"
        " milliarden jahr jahre jahren tag tage woche wochen monat monate ende anfang mitte"
    ),
    nouns_capitalised=True,
    openers=phrases("Außerdem | Zudem | Allerdings | Unterdessen | Jedoch | Ferner | Indes"),
    # Without these the word order stays; "Unterdessen fährt die Fähre" would become a question.
    conjunctions=phrases(
        r"Aber | Und | Denn | Doch(?=\s(?:der|die|das|den|dem|ein|eine|einen|kein|keine|es|sie|er|wir)\s)"
    ),
    clauses=phrases(
        "weil | während | obwohl | obgleich | nachdem | bevor | sodass | so dass | wobei | woraufhin | indem | solange | sobald"
        " | aber | doch | jedoch | denn | da | wenn | falls | damit | deren | dessen | welche[rsnm]?"
    ),
    also=phrases("und | oder | dass | ob"),
    subordinate=several(
        "Weil Während Obwohl Nachdem Bevor Wenn Falls Da Als Solange Sobald Seit Bis Damit Dass Ob Wie Wer Was Wo"
    ),
    dangling=several(
        "der die das den dem des eine einen einem einer eines und oder aber als wie von für gegen ohne seit bis zum zur im"
        " am beim vom ins dass ob weil sehr sowie sein seine ihr ihre"
    ),
    says=several(
        "sagte sagten sagt sagen gesagt erklärte erklärten erklärt teilte teilten mitteilte mitteilten mitgeteilt berichtete"
        " berichteten berichtet betonte betont warnte warnten warnt schrieb schreibt behauptete behauptet hieß heißt meldete"
        " meldet kündigte ankündigte bestätigte fügte zufolge"
    ),
    according=phrases(
        r"laut | nach Angaben | nach Auskunft | zufolge | so(?=\s(?:der|die|das|ein|eine|[A-ZÄÖÜ]\w+)\b)"
    ),
)

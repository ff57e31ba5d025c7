"""French."""

from newsletter.model.language import Language, forms, numerals, phrases, several

FRENCH = Language(
    code="fr",
    leads_on=several(
        "M MM Mme Mmes Mlle Mlles Me Mes Mgr Dr Drs Pr Prof St Ste Sts Gén Col Cdt Cap Lt av apr bd boul cf c.-à-d env ex"
        " p.ex N.B NB vs éd"
    ),
    before_number=several("art chap fig p pp t vol no nos n° al col éd tél"),
    may_end=several(
        "janv févr avr juill sept oct nov déc lun mar mer jeu ven sam dim Cie Sté Jr J.-C av.J.-C hab min env tél"
    ),
    closes=several("etc"),
    starters=several(
        "à ainsi alors après au aucun aujourd aussi autour aux avant avec beaucoup bien c car ce cela celle celui cependant ces"
        " cet cette chaque comme d dans de depuis dernier des deux dès dont du elle elles en enfin entre est et hier ici il"
        " ils j je jusqu l la là le les leur leurs lors lorsque mais malgré moins n ne non notre nous on or ou où par parmi"
        " pendant personne peu plus plusieurs pour pourquoi pourtant près puis quand que quelques qui rien sa sans se selon"
        " ses seul si son sous sur tandis tous tout toute toutefois toutes trois très trop un une voici voilà vous"
    ),
    months=forms(
        "janvier janv | février févr | mars | avril avr | mai | juin | juillet juill | août | septembre sept | octobre oct"
        " | novembre nov | décembre déc"
    ),
    weekdays=forms("lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche"),
    date=r"\b(?:1er|{day})\s+{month}(?:\s+{year}\b)?|\b{day}/\d{{1,2}}/{year}\b",
    relative=(
        r"(?:la semaine|le mois|l['’]année|l['’]an) (?:dernière?|prochaine?|passée?)",
        r"aujourd['’]hui|hier|avant-hier|demain|{weekday} (?:dernier|prochain)",
        r"(?:hier|demain) (?:matin|après-midi|soir)|ce (?:matin|soir)|cet après-midi|cette nuit",
    ),
    stop_words=several(
        "a afin ai ainsi alors après as assez au aucun aucune aujourd'hui auprès auquel aura aurait auront aussi autre autres"
        " aux avaient avait avant avec avez avoir avons ayant beaucoup bien ça car ce ceci cela celle celles celui cent cependant"
        " ces cet cette ceux chacun chaque chez ci comme comment contre d dans davantage de dehors déjà depuis dernier dernière"
        " derniers dernières des dès désormais deux devant devra doit doivent donc dont du durant elle elles en encore enfin"
        " ensuite entre environ es est et étaient était étant été être eu eux fait faire fait font fois fut grâce hier hors ici"
        " il ils j je jamais jour jours jusqu'à jusque l la là laquelle le lequel les lesquels leur leurs lors lorsque lui m ma"
        " maintenant mais malgré me même mêmes mes mieux moi moins mois mon n ne ni non nos notre nous nouveau nouveaux nouvel"
        " nouvelle nouvelles on ont or ou où outre par parce parmi pas pendant peu peut peuvent plus plusieurs plutôt pour"
        " pourquoi pourrait pourraient pourtant pouvoir près premier première premiers puis puisque qu quand quant que quel"
        " quelle quelles quelque quelques quels qui quoi rien s sa sans se selon sera serait seront ses seul seule seulement si"
        " soit son sont sous souvent sur surtout t tandis tant te tel telle tels tous tout toute toutefois toutes très trois"
        " trop tu un une va vers veut vient voilà voir vos votre vous vu y an ans année années semaine semaines demain"
        " lundi mardi mercredi jeudi vendredi samedi dimanche mme mlle mm"
        " affirme affirmé affirment ajoute ajouté annonce annoncé annoncent déclare déclaré déclarent dire dit disent estime"
        " estimé explique expliqué indique indiqué indiquent précise précisé rapporte rapporté rappelle rappelé souligne"
        " souligné assure assuré confirmé confirme"
    ),
    elisions=several("l d j m n s t c qu jusqu lorsqu puisqu quoiqu presqu quelqu"),
    numbers=numerals(
        " | deux | trois | quatre | cinq | six | sept | huit | neuf | dix | onze | douze | treize | quatorze | quinze | seize"
        " | dix-sept | dix-huit | dix-neuf | vingt",
        hundred="cent",
        ordinals="premier première premiers premières | deuxième deuxièmes second seconde | troisième troisièmes",
    ),
    not_numbers=phrases("pour cent"),
    decimal_comma=True,
    not_names=several("m mm mme mmes mlle me mgr dr pr président présidente ministre"),
    openers=phrases(
        "Cependant | Toutefois | Pourtant | En outre | De plus | Par ailleurs | Entre-temps | Néanmoins | Or | {weekday}"
        " | Ce {weekday}"
    ),
    conjunctions=phrases(r"Mais | Et"),
    cut_before=phrases(
        r"tandis que | tandis qu['’]\w+ | alors que | alors qu['’]\w+ | parce que | parce qu['’]\w+ | car | bien que"
        r" | puisque | mais(?!\s(?:aussi|également|encore))"
    ),
    clauses=phrases(
        r"mais(?!\s(?:aussi|également|encore)) | qui | dont | où | tandis que | tandis qu['’]\w+ | alors que | alors qu['’]\w+"
        r" | car | bien que | parce que | parce qu['’]\w+ | puisque | lorsque | ce qui | ce que | malgré | après que | après"
        r" | avant que | avant"
    ),
    also=phrases("et | ou | que"),
    subordinate=several(
        "Alors Tandis Après Avant Bien Parce Puisque Lorsque Quand Si Comme Malgré Depuis Pendant Dès Où"
    ),
    dangling=several(
        "le la les l' un une des de du d' à au aux en dans par pour sur sous avec sans et ou ni mais que qui dont où ce cet"
        " cette ces son sa ses leur leurs plus très ne est sont a ont été être sera seront comme entre vers chez"
    ),
    says=several(
        "dit disent déclaré déclare déclarent affirmé affirme affirment annoncé annonce annoncent indiqué indique indiquent"
        " expliqué explique précisé précise ajouté ajoute rapporté rapporte rapportent souligné souligne estimé estime"
        " assuré assure rappelé écrit averti prévenu"
    ),
    according=phrases(r"selon | d['’]après"),
)

"""Spanish."""

from dataclasses import replace

from newsletter.model.language import Language, forms, numerals, phrases, several

SPANISH = Language(
    code="es",
    leads_on=several(
        "Sr Sra Sres Sras Srta Srtas Dr Dra Dres D Dña Da Ud Uds Vd Vds Gral Cnel Cap Tte Lic Ing Arq Prof Profa Mons Fr Sto"
        " Sta Excmo Excma Ilmo Ilma Av Avda EE FF JJ CC RR aprox cf ej p.ej vs tel"
    ),
    before_number=several("art arts cap fig núm nro no n p pp pág págs t vol Art Cap Fig Núm Pág"),
    may_end=several(
        "ene feb mar abr may jun jul ago sept set oct nov dic Cía Jr UU EE.UU AA OO a.C d.C a.m p.m S.A min"
    ),
    closes=several("etc"),
    starters=several(
        "a además ahora al algo alguien algún algunas algunos allí ante antes aquel aquella aquí así aún aunque ayer bajo cada"
        " casi como con contra cuando cuál cualquier cuánto cuatro de del desde después donde dos durante e el él ella ellas"
        " ellos en entonces entre era es esa esas ese eso esos esta está estas este esto estos están fue ha había hace hasta"
        " hay hoy incluso la las le les lo los luego más mientras mi mucho muchos muy nada nadie ni ningún no nos nosotros"
        " nuestro nunca o otra otras otro otros para pero poco por porque pues que qué quien quién se según ser si sí sin sino"
        " sobre solo sólo son su sus también tampoco tan tanto tiene todas todavía todo todos tras tres tú un una unas uno"
        " unos usted varios ya y yo"
    ),
    months=forms(
        "enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago"
        " | septiembre setiembre sept set | octubre oct | noviembre nov | diciembre dic"
    ),
    weekdays=forms("lunes | martes | miércoles | jueves | viernes | sábado | domingo"),
    date=r"\b(?:1\.?º|{day})\s+(?:de\s+)?{month}(?:\s+(?:del?\s+)?{year}\b)?|\b{day}/\d{{1,2}}/{year}\b",
    relative=(
        r"(?:la semana|el mes|el año) (?:pasad[oa]|próxim[oa]|que viene)|(?:la próxima|la pasada) semana",
        r"hoy|ayer|anteayer|mañana|(?:el|este) (?:pasado |próximo )?{weekday}(?: pasado| próximo)?",
        r"anoche|esta (?:mañana|tarde|noche)|(?:ayer|mañana) por la (?:mañana|tarde|noche)",
    ),
    stop_words=several(
        "a acá ahí ahora al algo algún alguna algunas alguno algunos allá allí ambos ante anterior antes aquel aquella aquellas"
        " aquello aquellos aquí así aún aunque ayer bajo bastante bien cada casi cierto como cómo con contra cosa cual cuál"
        " cuales cualquier cuando cuándo cuanto de debe deben debido decir del demás dentro desde después detrás dice dicho"
        " donde dónde dos durante e el él ella ellas ello ellos en encima entonces entre era eran eres es esa esas ese eso esos"
        " está esta estaba estaban estado estar estará estas este esto estos están estoy etc fue fueron fuera ha haber había"
        " habían habrá hace hacen hacer hacia han hasta hay haya he hecho hemos hizo hoy incluso ir la las le les lo los luego"
        " más mayor me mediante mejor menos mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muy nada nadie"
        " ni ningún ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros nueva nuevas nuevo nuevos nunca o os otra"
        " otras otro otros para parte pero poca poco pocos podrá podría podrían poder por porque primer primera primero primeros"
        " pudo puede pueden pues que qué quien quién quienes quiere se sea sean segunda segundo según ser será serán sería si sí"
        " sido siempre siendo sin sino sobre sola solo sólo somos son su sus suya suyo tal también tampoco tan tanta tanto te"
        " tenía tener tenemos tendrá ti tiene tienen toda todas todavía todo todos tras tres tu tú tus u un una unas uno unos"
        " usted ustedes va van varias varios vez veces y ya yo año años día días mes meses semana semanas mañana tiempo sr sra"
        " lunes martes miércoles jueves viernes sábado domingo"
        " afirma afirmó agregó anunció añadió añade aseguró asegura dijo dijeron declaró declara destacó explicó explica indicó"
        " informó informaron manifestó precisó recordó reiteró señaló señala sostuvo subrayó advirtió confirmó"
    ),
    numbers=numerals(
        " | dos | tres | cuatro | cinco | seis | siete | ocho | nueve | diez | once | doce | trece | catorce | quince"
        " | dieciséis | diecisiete | dieciocho | diecinueve | veinte",
        hundred="cien ciento",
        ordinals="primer primero primera primeros primeras | segundo segunda segundos segundas"
        " | tercer tercero tercera terceros terceras",
    ),
    not_numbers=phrases("por ciento | por cien"),
    decimal_comma=True,
    not_names=several("sr sra sres srta dr dra d dña don doña ud uds presidente presidenta ministro ministra"),
    openers=phrases(
        "Sin embargo | No obstante | Además | Mientras tanto | Por otra parte | Por otro lado | Asimismo | Entretanto"
        " | El {weekday} | Este {weekday}"
    ),
    conjunctions=phrases(r"Pero | Y"),
    cut_before=phrases("mientras | porque | aunque | pero | ya que"),
    clauses=phrases(
        "pero | aunque | mientras | que | quien | quienes | donde | cuando | porque | ya que | puesto que | lo que | lo cual"
        " | tras | después de | pese a | a pesar de | cuyos? | cuyas? | el cual | la cual | los cuales | las cuales"
    ),
    also=phrases("y | e | o"),
    subordinate=several("Aunque Mientras Cuando Tras Después Antes Si Como Porque Pese Desde Donde"),
    dangling=several(
        "el la los las lo un una unos unas de del a al en con por para sin sobre entre hasta desde y e o u ni pero que quien"
        " cuyo su sus este esta estos estas más muy no es son fue ha han como según tan"
    ),
    says=several(
        "dijo dijeron dice dicen dicho afirmó afirma afirmaron aseguró asegura anunció anunciaron informó informaron informa"
        " señaló señala explicó explica indicó indica declaró declara añadió añade agregó advirtió destacó precisó recordó"
        " sostuvo subrayó escribió confirmó"
    ),
    according=phrases("según | de acuerdo con"),
)

#: Mexico, the United States and their neighbours write 1,200.5 where Spain writes 1.200,5.
SPANISH_WITH_DECIMAL_POINT = replace(SPANISH, decimal_comma=False)

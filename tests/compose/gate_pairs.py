"""What an article says, a faithful line about it, and how that line is falsified, in six languages.

``number``, ``quotation`` and ``name`` are pairs: what stands in the line, and what a careless writer made of it.
"""

from typing import NamedTuple


class Pair(NamedTuple):
    code: str
    source: str
    line: str
    number: tuple[str, str]
    name: tuple[str, str]
    quotation: tuple[str, str] | None = None


PAIRS = [
    # English
    Pair("en", "The ferries carried 1,200 people a day, harbour master Ines Okafor said.", "Ferries carried 1200 people, said the harbour master, Okafor.", ("1200", "1300"), ("Okafor", "Adair")),
    Pair("en", "Two boats from Gdansk will come in May, the council of Port Alder said.", "Port Alder gets two boats from Gdansk.", ("two", "three"), ("Gdansk", "Malaga")),
    Pair("en", "“We will not pay for boats that sink,” said Tom Marsh. He is 61.", "At 61, Marsh says “we will not pay for boats that sink”.", ("61", "16"), ("Marsh", "Okafor"), ("sink", "float")),
    Pair("en", "The sea wall in Ukrainian Odesa is 3.5 metres high.", "The wall in Odesa, Ukraine, is 3.5 metres high.", ("3.5", "5.3"), ("Ukraine", "Romania")),
    Pair("en", "Fares rise by 12 percent on the Petrel, the second boat.", "Fares on the Petrel, the 2nd boat, rise by twelve percent.", ("twelve", "eleven"), ("Petrel", "Gull")),
    Pair("en", "“The pier is safe,” the mayor of Crane Bay said of the 100 planks.", "The mayor of Crane Bay calls the hundred planks “safe”: “the pier is safe”.", ("hundred", "ninety-nine"), ("Crane", "Heron"), ("the pier is safe", "the pier is unsafe")),
    # German
    Pair("de", "Die Fähren beförderten 1.200,5 Tonnen Fracht, sagte Hafenmeisterin Petra Adler.", "Laut Hafenmeisterin Adler waren es 1200,5 Tonnen Fracht.", ("1200,5", "1200,7"), ("Adler", "Krüger")),
    Pair("de", "Der Rat von Kiel bestellt zwei Boote in Danzig.", "Kiels Rat bestellt die 2 Boote in Danzig.", ("2", "3"), ("Danzig", "Rostock")),
    Pair("de", "„Wir zahlen nicht für Boote, die sinken“, sagte Jens Petersen am Mittwoch. Er ist 61.", "Der 61 Jahre alte Petersen sagt: „Wir zahlen nicht für Boote, die sinken.“", ("61", "16"), ("Petersen", "Hansen"), ("sinken", "schwimmen")),
    Pair("de", "Die Preise der Fähren steigen um 12 Prozent, teilte die Reederei Nordlicht mit.", "Um 12 % steigen die Fährpreise der Nordlicht.", ("12 %", "21 %"), ("Nordlicht", "Südwind")),
    Pair("de", "Am 23. Oktober tagte der Hafenausschuss in Husum mit zwanzig Mitgliedern.", "In Husum tagte der Ausschuss am 23. Oktober mit 20 Mitgliedern.", ("20", "22"), ("der Ausschuss", "Tönning")),
    Pair("de", "»Der Deich hält«, sagte die Bürgermeisterin von Emden über den ersten Abschnitt.", "Die Bürgermeisterin von Emden sagt über den 1. Abschnitt: »Der Deich hält«.", ("1.", "4."), ("Emden", "Borkum"), ("hält", "bricht")),
    # French
    Pair("fr", "Les ferries ont transporté 1\u202f200 personnes, a dit la capitaine Inès Le Gall.", "Selon la capitaine Le Gall, les ferries ont transporté 1200 personnes.", ("1200", "1300"), ("Gall", "Bihan")),
    Pair("fr", "Le conseil de Saint-Brévin commande deux bateaux à Gdansk.", "Deux bateaux viendront de Gdansk, selon le conseil de Saint-Brévin.", ("Deux", "Trois"), ("Gdansk", "Malaga")),
    Pair("fr", "«\u00a0Nous ne paierons pas pour des bateaux qui coulent\u00a0», a déclaré M. Dupont, 61 ans.", "À 61 ans, M. Dupont le répète : « Nous ne paierons pas pour des bateaux qui coulent ».", ("61", "16"), ("Dupont", "Morel"), ("coulent", "flottent")),
    Pair("fr", "Les prix montent de 12 % sur la ligne de l’Étoile.", "Sur la ligne de l’Étoile, les prix montent de 12 pour cent.", ("12", "21"), ("l’Étoile", "l’Aurore")),
    Pair("fr", "La digue mesure 3,5 mètres au nord de Roscanvel.", "Au nord de Roscanvel, la digue mesure 3,5 mètres.", ("3,5", "5,3"), ("Roscanvel", "Plouharnel")),
    Pair("fr", "« La jetée est sûre », a dit le maire de Port-Alder de la première section.", "Le maire de Port-Alder dit de la 1re section : « la jetée est sûre ».", ("1re", "4e"), ("Port-Alder", "Belle-Anse"), ("sûre", "fermée")),
    # Spanish
    Pair("es", "Los transbordadores llevaron a 1.200 personas, dijo la capitana Inés Robles.", "Según la capitana Robles, llevaron a 1 200 personas.", ("1 200", "1 300"), ("Robles", "Vidal")),
    Pair("es", "El consejo de Puerto Aliso encarga dos barcos en Gdansk.", "Puerto Aliso encarga 2 barcos en Gdansk.", ("2", "3"), ("Gdansk", "Málaga")),
    Pair("es", "«No pagaremos por barcos que se hunden», dijo el Sr. Ruiz, de 61 años.", "A sus 61 años, el Sr. Ruiz avisa: «No pagaremos por barcos que se hunden».", ("61", "16"), ("Ruiz", "Peña"), ("se hunden", "flotan")),
    Pair("es", "Los billetes suben un 12 % en la línea de Cabo Lirio.", "En la línea de Cabo Lirio suben un 12 por ciento.", ("12", "21"), ("Lirio", "Nardo")),
    Pair("es", "El dique mide 3,5 metros, el primero de la bahía de Arenal.", "En la bahía de Arenal mide 3,5 metros el 1.º dique.", ("3,5", "5,3"), ("Arenal", "Salinas")),
    Pair("es", "“¡El muelle es seguro!”, dijo el alcalde de San Telmo. Costó cien pesos.", "Costó 100 pesos. El alcalde de San Telmo: “¡El muelle es seguro!”", ("100", "200"), ("Telmo", "Roque"), ("seguro", "peligroso")),
    # Russian
    Pair("ru", "Паромы перевезли 1 200 человек, сообщила капитан порта Инна Орлова.", "По словам капитана порта Инны Орловой, паромы перевезли 1200 человек.", ("1200", "1300"), ("Орловой", "Петренко")),
    Pair("ru", "Совет Киева заказал две лодки в Гданьске, сказал мэр.", "Мэр сказал, что Киев заказал 2 лодки из Гданьска.", ("2", "3"), ("Киев", "Минск")),
    Pair("ru", "«Мы не будем платить за лодки, которые тонут», — сказал Пётр Маршев. Ему 61 год.", "В 61 год Петр Маршев говорит: «Мы не будем платить за лодки, которые тонут».", ("61", "16"), ("Маршев", "Гордеев"), ("тонут", "плывут")),
    Pair("ru", "Цены на линии «Чайка» вырастут на 12 процентов, решили в Риме.", "На линии «Чайка» цены вырастут на 12 %, решил Рим.", ("12", "21"), ("Рим", "Рига")),
    Pair("ru", "Высота дамбы в Бердянске — 3,5 метра, это первая дамба Украины.", "Первая украинская дамба в городе Бердянск имеет высоту 3,5 метра.", ("3,5", "5,3"), ("Бердянск", "Мариуполь")),
    Pair("ru", "„Причал безопасен“, — заявил мэр Сосновки о двадцати досках.", "Мэр Сосновки о 20 досках: „Причал безопасен“.", ("20", "30"), ("Сосновки", "Ольховки"), ("безопасен", "опасен")),
    # Ukrainian
    Pair("uk", "Пороми перевезли 1 200 людей, повідомила капітанка порту Інна Гай.", "За словами Інни Гай, пороми перевезли 1200 людей.", ("1200", "1300"), ("Гай", "Бондар")),
    Pair("uk", "Рада Києва замовила два човни у Гданську, сказав мер.", "Мер каже, що Київ замовив 2 човни з Гданська.", ("2", "3"), ("Київ", "Луцьк")),
    Pair("uk", "«Ми не платитимемо за човни, які тонуть», — сказав Петро Шевчук. Йому 61 рік.", "Йому 61, і Шевчук каже: «Ми не платитимемо за човни, які тонуть».", ("61", "16"), ("Шевчук", "Мельник"), ("тонуть", "пливуть")),
    Pair("uk", "Ціни на лінії «Чайка» зростуть на 12 відсотків, вирішили у Харкові.", "На лінії «Чайка» ціни зростуть на 12 %, вирішив Харків.", ("12", "21"), ("Харків", "Херсон")),
    Pair("uk", "П'ять дамб біля Львова мають 3,5 метра заввишки.", "Біля міста Львів є 5 дамб, кожна 3,5 метра.", ("3,5", "5,3"), ("Львів", "Тернопіль")),
    Pair("uk", "„Причал безпечний“, — заявила мерка Соснівки про двадцять дощок.", "Мерка Соснівки про 20 дощок: „Причал безпечний“.", ("20", "30"), ("Соснівки", "Вільхівки"), ("безпечний", "небезпечний")),
]  # fmt: skip

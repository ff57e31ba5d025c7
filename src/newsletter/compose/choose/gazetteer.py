"""The regions of the world by the names in their news: countries, capitals, peoples and main actors.

A term that ends in ``*`` stands for every ending ("Iran*" is Iran, Iranian and Iranians); the others may have a plural or
possessive s. Capitals count: "turkey" is a bird. The larger names stand in French, German, Spanish, Russian and
Ukrainian too.
"""

from collections.abc import Mapping

EUROPE = "Europe"
ASIA_PACIFIC = "Asia-Pacific"
MIDDLE_EAST = "Middle East"
AFRICA = "Africa"
AMERICAS = "Americas"

#: Regions in the order in which they are offered when nothing else tells them apart.
REGIONS: Mapping[str, tuple[str, ...]] = {
    EUROPE: (
        *("Europe*", "European Union", "EU", "Eurozone", "Brussels", "NATO", "OSCE", "Schengen", "Balkan*", "Baltic*"),
        *(
            "Ukrain*",
            "Kyiv",
            "Kiev",
            "Zelensk*",
            "Donetsk",
            "Crimea*",
            "Russia*",
            "Moscow",
            "Kremlin",
            "Putin*",
            "Lavrov",
        ),
        *(
            "Belarus*",
            "Minsk",
            "Moldova*",
            "German*",
            "Berlin",
            "Scholz",
            "Merz",
            "France",
            "French",
            "Paris",
            "Macron",
        ),
        *("Britain", "British", "United Kingdom", "UK", "U.K.", "London", "Scotland", "Scottish", "Wales", "Welsh"),
        *("England", "Ireland", "Irish", "Dublin", "Starmer", "Ital*", "Rome", "Meloni", "Spain", "Spanish"),
        *("Madrid", "Portug*", "Lisbon", "Poland", "Polish", "Warsaw", "Romania*", "Bucharest", "Bulgaria*", "Sofia"),
        *("Hungar*", "Budapest", "Orban", "Orbán", "Czech*", "Prague", "Slovak*", "Sloven*", "Austria", "Austrian"),
        *("Vienna", "Switzerland", "Swiss", "Geneva", "Netherlands", "Dutch", "Hague", "Belgi*", "Denmark", "Danish"),
        *(
            "Copenhagen",
            "Sweden",
            "Swedish",
            "Stockholm",
            "Norway",
            "Norwegian",
            "Oslo",
            "Finland",
            "Finnish",
            "Helsinki",
        ),
        *(
            "Iceland*",
            "Estonia*",
            "Latvia*",
            "Lithuania*",
            "Greece",
            "Greek",
            "Athens",
            "Serbia*",
            "Belgrade",
            "Kosov*",
        ),
        *("Croatia*", "Bosnia*", "Albania*", "Armenia*", "Azerbaijan*", "Tbilisi", "Yerevan", "Baku"),
        *("Allemagne", "allemand*", "Deutschland", "Alemania", "Rusia", "Russie", "Russland", "Frankreich", "Francia"),
        *("Großbritannien", "Royaume-Uni", "Reino Unido", "Росси*", "росси*", "Росія", "Росії", "Украин*", "украин*"),
        *("Україн*", "україн*", "Германи*", "Німеччин*", "Франци*", "Франці*", "Европ*", "Європ*", "Москв*", "Киев*"),
    ),
    ASIA_PACIFIC: (
        *("Asia", "Asian", "Asia-Pacific", "Indo-Pacific", "Pacific", "ASEAN", "China", "Chinese", "Beijing", "Xi"),
        *("Shanghai", "Hong Kong", "Taiwan*", "Taipei", "Japan*", "Tokyo", "Korea*", "Seoul", "Pyongyang", "DPRK"),
        *("Kim Jong Un", "Kim Jong-un", "India", "Indian", "New Delhi", "Delhi", "Modi", "Pakistan*", "Islamabad"),
        *("Bangladesh*", "Dhaka", "Sri Lanka*", "Nepal*", "Bhutan*", "Afghan*", "Kabul", "Taliban", "Myanmar", "Burm*"),
        *("Thai", "Thailand", "Bangkok", "Vietnam*", "Hanoi", "Cambodia*", "Laos", "Philippin*", "Filipino", "Manila"),
        *("Indonesia*", "Jakarta", "Malaysia*", "Kuala Lumpur", "Singapore*", "Mongolia*", "Kazakh*", "Uzbek*"),
        *("Kyrgyz*", "Tajik*", "Turkmen*", "Australia*", "Canberra", "Sydney", "New Zealand*", "Wellington", "Fiji*"),
        *(
            "Chine",
            "chinois*",
            "Chinesen",
            "chinesisch*",
            "Japon",
            "Inde",
            "Indien",
            "Кита*",
            "кита*",
            "Япони*",
            "Япон*",
        ),
        *("Инди*", "Індія", "Індії", "Коре*"),
    ),
    MIDDLE_EAST: (
        *("Middle East*", "Mideast", "Arab", "Gulf", "Persian Gulf", "CENTCOM", "Central Command", "Israel*"),
        *(
            "Jerusalem",
            "Tel Aviv",
            "Netanyahu",
            "IDF",
            "Palestin*",
            "Gaza*",
            "West Bank",
            "Hamas",
            "Hezbollah",
            "Leban*",
        ),
        *("Beirut", "Syria*", "Damascus", "Assad", "Iran*", "Tehran", "Khamenei", "Iraq*", "Baghdad", "Kurd*"),
        *("Saudi*", "Riyadh", "Yemen*", "Houthi*", "Sanaa", "Oman*", "Muscat", "Emirat*", "UAE", "Dubai", "Abu Dhabi"),
        *("Qatar*", "Doha", "Kuwait*", "Bahrain*", "Jordan", "Jordanian", "Amman", "Turkey", "Turkish", "Türkiye"),
        *("Ankara", "Istanbul", "Erdogan", "Erdoğan", "Proche-Orient", "Moyen-Orient", "Nahost", "Naher Osten"),
        *("Oriente Medio", "Oriente Próximo", "Израил*", "Ізраїл*", "Иран*", "Іран*", "Сири*", "Турци*"),
    ),
    AFRICA: (
        *("Africa*", "Sahel*", "Maghreb", "African Union", "ECOWAS", "Egypt*", "Cairo", "Sisi", "Libya*", "Tripoli"),
        *("Tunis", "Tunisia*", "Algeria*", "Algiers", "Morocc*", "Rabat", "Sudan*", "Khartoum", "Darfur", "Ethiopia*"),
        *("Addis Ababa", "Eritrea*", "Somali*", "Mogadishu", "Kenya*", "Nairobi", "Uganda*", "Kampala", "Rwanda*"),
        *("Kigali", "Burundi*", "Congo*", "Kinshasa", "Tanzania*", "Mozambi*", "Zambia*", "Zimbabwe*", "Harare"),
        *("Angola*", "Namibia*", "Botswana*", "Pretoria", "Johannesburg", "Cape Town", "Ramaphosa", "Niger*", "Abuja"),
        *("Lagos", "Ghana*", "Accra", "Senegal*", "Dakar", "Mali", "Malian", "Bamako", "Burkina*", "Ivory Coast"),
        *("Ivorian", "Cameroon*", "Gabon*", "Chad", "Chadian", "Liberia*", "Sierra Leone*", "Guinea*", "Madagascar"),
        *("Afrique", "africain*", "Afrika*", "África", "Африк*", "африк*", "Ägypten", "Égypte", "Египет*", "Єгип*"),
    ),
    AMERICAS: (
        *("Americas", "Latin America*", "South America*", "Central America*", "Caribbean", "OAS", "Mercosur", "Canad*"),
        *(
            "Ottawa",
            "Trudeau",
            "Carney",
            "Mexic*",
            "Sheinbaum",
            "Cuba*",
            "Havana",
            "Haiti*",
            "Port-au-Prince",
            "Jamaica*",
        ),
        *("Dominican*", "Puerto Ric*", "Guatemala*", "Hondura*", "Salvador*", "Bukele", "Nicaragua*", "Costa Rica*"),
        *(
            "Panama*",
            "Colombia*",
            "Bogotá",
            "Bogota",
            "Petro",
            "Venezuela*",
            "Caracas",
            "Maduro",
            "Guyana*",
            "Ecuador*",
        ),
        *("Quito", "Peru", "Peruvian", "Lima", "Bolivia*", "Brazil*", "Brasilia", "Brasília", "Lula", "Chile*"),
        *("Santiago", "Argentin*", "Buenos Aires", "Milei", "Uruguay*", "Paraguay*", "México", "Brasil", "Мексик*"),
        *("Бразили*", "Венесуэл*", "Канад*"),
    ),
}

#: The politics of the United States stand in the news of every other region, so they count half there and here.
HOME_REGION = AMERICAS
HOME_TERMS: tuple[str, ...] = (
    *(
        "United States",
        "U.S.",
        "US",
        "USA",
        "American",
        "America",
        "Washington",
        "White House",
        "Oval Office",
        "Capitol",
    ),
    *("Congress*", "Senat*", "House of Representatives", "Pentagon", "DOD", "Defense Department", "State Department"),
    *("Government Accountability Office", "CIA", "FBI", "Biden*", "Trump*", "Harris", "Vance", "Rubio", "Hegseth"),
    *("Republican", "Democrat", "Democrats", "GOP", "New York", "California*", "Texas", "Texan", "Florida*"),
    *("États-Unis", "Etats-Unis", "Estados Unidos", "Vereinigte Staaten", "США", "Вашингтон*", "Трамп*", "Байден*"),
)

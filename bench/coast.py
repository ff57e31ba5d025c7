"""The words of a made-up coast: what its papers write about, from which ``bench.magazine`` builds sentences."""

from dataclasses import dataclass


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split(";"))


@dataclass(frozen=True, slots=True)
class Beat:
    """What one desk of a paper writes about. ``acts`` are pairs "will do/did" parted by a slash."""

    name: str
    things: tuple[str, ...]
    bodies: tuple[str, ...]
    acts: tuple[str, ...]
    causes: tuple[str, ...]
    effects: tuple[str, ...]


BEATS = (
    Beat(
        "Transport",
        _phrases(
            "the night ferry; the car deck of the old boat; a monthly commuter ticket; the bus to the pier; the level"
            " crossing; a second slipway; the harbour tram; the winter timetable; the toll on the swing bridge; a cycle"
            " lane along the quay"
        ),
        _phrases(
            "the ferry company; the harbour board; the transport committee; the pilots' guild; the bus cooperative"
        ),
        _phrases(
            "replace/replaced; cancel/cancelled; extend/extended; reroute/rerouted; reopen/reopened; subsidise/subsidised"
        ),
        _phrases(
            "a cracked propeller shaft; falling passenger numbers; the price of diesel; a shortage of deckhands; fog on"
            " eleven mornings; a signal fault nobody could find"
        ),
        _phrases(
            "commuters wait an hour longer; schoolchildren cross with the mail boat; lorries take the coast road; fares rise"
            " before the summer; the last sailing leaves at nine"
        ),
    ),
    Beat(
        "Coast",
        _phrases(
            "the sea wall below the chapel; the sluice gates; a dune planted with marram; the breakwater; the salt marsh; the"
            " tide gauge; the cliff path; a row of beach huts; the pumping station; the old dyke"
        ),
        _phrases("the water board; the coastal survey; the drainage district; the dune wardens; the storm commission"),
        _phrases("raise/raised; repair/repaired; abandon/abandoned; survey/surveyed; flood/flooded; fence/fenced"),
        _phrases(
            "three storms within a fortnight; burrowing rabbits; a spring tide; sand that drifted north; concrete poured in"
            " frost; erosion at twice the forecast pace"
        ),
        _phrases(
            "two farms lose their lower pasture; the promenade stays shut; insurers ask for new maps; residents fill"
            " sandbags; the road is under water at high tide"
        ),
    ),
    Beat(
        "Fishing",
        _phrases(
            "the herring quota; the auction hall; a trawler's licence; the lobster season; an ice plant; the mussel beds; the"
            " crab pots; a cold store; the oyster fishery; the smokehouse"
        ),
        _phrases(
            "the skippers' association; the fisheries office; the auction company; the net makers; the inspectors"
        ),
        _phrases(
            "halve/halved; inspect/inspected; auction/auctioned; suspend/suspended; license/licensed; restock/restocked"
        ),
        _phrases(
            "an algal bloom; catches below the ten-year mean; a quarrel over mesh sizes; seals in the nets; a broken"
            " compressor; warm water in the sound"
        ),
        _phrases(
            "boats stay tied up for nine days; prices double at the quay; crews look for work on land; restaurants change"
            " their menus; the fleet sails a month early"
        ),
    ),
    Beat(
        "Schools",
        _phrases(
            "the island school; free school meals; the gymnasium roof; a class of eight pupils; the sailing lessons; the"
            " teachers' rota; a nursery place; the boarding house; the music room; an apprenticeship scheme"
        ),
        _phrases(
            "the school board; the parents' council; the teachers' union; the education office; the head teachers"
        ),
        _phrases("merge/merged; fund/funded; inspect/inspected; rebuild/rebuilt; postpone/postponed; staff/staffed"),
        _phrases(
            "damp in the classrooms; a teacher's retirement; too few enrolments; a legacy from a boat builder; a petition by"
            " grandparents; an audit that found gaps"
        ),
        _phrases(
            "lessons move to the parish hall; pupils ride forty minutes each way; evening classes end; the choir rehearses in"
            " a boathouse; families think of moving"
        ),
    ),
    Beat(
        "Health",
        _phrases(
            "the cottage hospital; the maternity ward; a rescue helicopter; the dentist's practice; the flu clinic; an X-ray"
            " machine; the night pharmacy; a care home; the ambulance boat; the waiting list"
        ),
        _phrases("the hospital trust; the district nurses; the health office; the lifeboat crew; the doctors' chamber"),
        _phrases(
            "close/closed; equip/equipped; vaccinate/vaccinated; recruit/recruited; modernise/modernised; relocate/relocated"
        ),
        _phrases(
            "a vacancy open for two years; a burst boiler; an outbreak of whooping cough; rising rents for nurses; a failed"
            " tender; a patient who fell in the corridor"
        ),
        _phrases(
            "patients are flown to the mainland; midwives share one car; operations are put off; volunteers cook the meals;"
            " the emergency room keeps shorter hours"
        ),
    ),
    Beat(
        "Housing",
        _phrases(
            "the empty cannery; forty council flats; holiday rentals on the hill; the harbour master's villa; a plot behind"
            " the mill; a rent ceiling; the caravan site; the town archive; a students' hostel; the lighthouse cottages"
        ),
        _phrases(
            "the housing society; the planning office; the tenants' league; the land registry; the builders' guild"
        ),
        _phrases(
            "convert/converted; demolish/demolished; auction/auctioned; insulate/insulated; tax/taxed; rezone/rezoned"
        ),
        _phrases(
            "asbestos in the rafters; a quarrel between heirs; interest at six percent; a bankrupt developer; bats under the"
            " tiles; a map drawn in the wrong scale"
        ),
        _phrases(
            "tenants get notice until March; rents climb faster than wages; builders wait for timber; the square stays"
            " fenced off; seasonal workers sleep in tents"
        ),
    ),
    Beat(
        "Energy",
        _phrases(
            "the tidal turbine; a cable to the outer islands; the gas depot; nine wind masts; the district heating; a battery"
            " in the old mine; the power tariff; the substation; solar roofs on the sheds; the peat ban"
        ),
        _phrases(
            "the grid operator; the energy cooperative; the mines inspectorate; the tariff commission; the harbour works"
        ),
        _phrases(
            "connect/connected; dismantle/dismantled; insure/insured; double/doubled; test/tested; mothball/mothballed"
        ),
        _phrases(
            "a blade that snapped in a gale; copper thieves; a transformer fire; a lawsuit by birdwatchers; cheap imports;"
            " corrosion under the waterline"
        ),
        _phrases(
            "the islands run on diesel; households pay less from May; street lamps go out at midnight; engineers dive every"
            " second day; the smelter cuts a shift"
        ),
    ),
    Beat(
        "Courts",
        _phrases(
            "the smuggling trial; a libel suit; the inquest; a salvage claim; the harbour police; a forged bill of lading;"
            " the fraud charges; a stolen anchor; the bail hearing; an arson inquiry"
        ),
        _phrases(
            "the county court; the prosecutor's office; the customs service; the bar association; the appeal judges"
        ),
        _phrases("adjourn/adjourned; acquit/acquitted; indict/indicted; seize/seized; overturn/overturned; fine/fined"),
        _phrases(
            "a witness who withdrew; fingerprints on a crate; a clerk's missing signature; testimony by a diver; a tapped"
            " telephone; cash found in a piano"
        ),
        _phrases(
            "the verdict is due before Easter; two officers are on leave; the ship stays in custody; the jury starts again;"
            " the owners must pay the tugs"
        ),
    ),
    Beat(
        "Culture",
        _phrases(
            "the shanty festival; the whaling museum; a mural on the grain silo; the open-air cinema; the organ of the"
            " seamen's church; the carnival boats; a lost manuscript; the town band; the wreck exhibition; the poetry prize"
        ),
        _phrases("the museum society; the festival committee; the library; the theatre company; the heritage fund"),
        _phrases(
            "restore/restored; exhibit/exhibited; premiere/premiered; translate/translated; acquire/acquired; tour/toured"
        ),
        _phrases(
            "a gift by an emigrant; woodworm; a quarrel about a statue; ticket sales above all forecasts; a letter found in"
            " an attic; a conductor's farewell"
        ),
        _phrases(
            "visitors queue round the block; admission is free on Sundays; hotels are booked out; the curtain falls for a"
            " year; schools plan excursions"
        ),
    ),
    Beat(
        "Trade",
        _phrases(
            "the container crane; the shipyard; the fish cannery's order book; a free port; the chandler's shop; the weekly"
            " market; a brewery; the ropeworks; the export licence; the timber terminal"
        ),
        _phrases(
            "the chamber of commerce; the shipyard's owners; the dockers' union; the customs union; the savings bank"
        ),
        _phrases(
            "lease/leased; automate/automated; export/exported; liquidate/liquidated; expand/expanded; audit/audited"
        ),
        _phrases(
            "an order from overseas; a strike at the locks; duties on steel; a loan called in early; a cyber attack; the"
            " silting of the channel"
        ),
        _phrases(
            "sixty jobs are at risk; overtime is the rule; freight goes by rail; the shares lose a fifth; apprentices are"
            " taken on again"
        ),
    ),
)

FIRST = _phrases(
    "Ines; Marek; Aoife; Tobias; Leila; Jonas; Henrike; Paulo; Sunniva; Idris; Greta; Emre; Astrid; Callum; Noor; Ruben"
)
ONSETS = _phrases(
    "Bra; Cor; Del; Eska; Fen; Gal; Har; Ilm; Jor; Kel; Lun; Mor; Nor; Oster; Pel; Quil; Ros; Sten; Tor; Ulv; Ves; Wym"
)
MIDDLES = _phrases("a; be; ci; da; en; fo; ga; hil; in; ka; lo; mi; na; ol; pe; ra; si; ta; u; ve; wen; zo")
PERSON_ENDS = _phrases("sen; mann; quist; well; rup; dottir; berg; ley; vik; stad; kin; moor")
PLACE_ENDS = _phrases("haven; ness; sund; wick; mouth; holm; fleet; strand; ey; combe; garth; skerry")
#: What tells one quay from the next.
WHICH = _phrases(
    "on the north shore; by the tannery; at the customs house; near the oil depot; behind the brewery; under the viaduct;"
    " beside the cemetery; at the lock; along the canal; opposite the bakery; in the old garrison; below the vineyard; at the"
    " fish ladder; by the quarry; next to the airfield; near the radio mast; at the ford; on the parade ground; by the"
    " orchard; at the weir; beyond the allotments; near the almshouses; at the toll gate; by the kiln; on the common; at the"
    " rope walk; near the abattoir; by the windmill; at the reservoir; under the fortress; near the stud farm; by the priory"
)
#: Things that turn up in one story and not in the next.
DETAILS = _phrases(
    "ledger; lantern; donkey; violin; umbrella; barometer; chessboard; tractor; greenhouse; parrot; harpoon; mirror; bonfire;"
    " telegram; blanket; compass; pumpkin; scaffold; bicycle; thermos; wardrobe; kite; marble; trumpet; saddle; typewriter;"
    " beehive; chandelier; cabbage; raincoat; sledge; tapestry; anvil; whistle; carousel; jukebox; scarecrow; hammock; pulley;"
    " stopwatch; sundial; teapot; wheelbarrow; accordion; crowbar; birdcage; envelope; gravestone; hourglass; ladder; magnet;"
    " necklace; orchid; padlock; quilt; rowing machine; spectacles; tombola; vending machine; weathercock; xylophone; zither;"
    " abacus; bagpipe; candle; drawbridge; easel; fountain; gramophone; haystack; icicle; jigsaw; kettle; lighthouse model;"
    " microscope; nutcracker; oven; periscope; quiver; rucksack; samovar; telescope; urn; vineyard map; waffle iron; yardstick"
)
DAYS = _phrases("Monday; Tuesday; Wednesday; Thursday; Friday")
OUTLETS = _phrases(
    "Review; Post; Courier; Lantern; Beacon; Mercury; Signal; Tribune; Observer; Dispatch; Gazette; Pilot"
)

#: Three facts about one story and the ways in which outlets put each. Braces are filled by ``bench.magazine``.
FACTS: tuple[tuple[str, ...], ...] = (
    (
        "{Body} will {act} {thing} in {place} after a vote on {day} evening.",
        "{thing_} in {place} is to be {acted}: that is what {body} decided on {day}.",
        "By {n} votes to {m}, {body} agreed on {day} to {act} {thing} at {place}.",
    ),
    (
        "The reason, according to {person}, is {cause}.",
        "{person_} blamed {cause} and spoke of {n2} incidents since the spring.",
        "Behind the plan stands {cause}, which has cost {place} {n2} thousand crowns so far.",
    ),
    (
        "As long as nothing changes, {effect}.",
        "Until then {effect}, and people in {place} are losing patience.",
        "For {n3} households in {place} it means that {effect}.",
    ),
    (
        "{other} of {firm} called the figures of {person} wishful.",
        "Criticism came from {firm}, whose director {other} wants to see the accounts first.",
        "{firm} will object; its director, {other}, has asked for a hearing.",
    ),
    (
        "The work costs {n3} thousand crowns and is to be finished within {m} months.",
        "{n3} thousand crowns are set aside for it, to be spent within {m} months.",
        "Nobody expects the work to take less than {m} months or to cost less than {n3} thousand crowns.",
    ),
    (
        "“{quote},” said {person}.",
        "{person} put it this way: “{quote}.”",
        "“{quote},” {person} told the meeting in {place}.",
    ),
    (
        "In {second}, {thing2} had been {acted2} only two years before.",
        "{second} has been through the same: there {body} {acted2} {thing2} two years ago.",
        "The example is {second}, where {thing2} was {acted2} two years ago.",
    ),
    (
        "{witness}, who has lived beside {thing} all her life, heard of it from her neighbours.",
        "Nobody had told {witness}, who sees {thing} from her kitchen window.",
        "{witness} was not surprised; she had kept a diary about {thing} for {m} years.",
    ),
)
#: What any story of the beat might say; another outlet says it of another story.
BACKGROUND = (
    "Disputes about {thing} are as old as the town itself.",
    "The last time that {body} {acted} anything, {effect}.",
    "Two years ago {cause} led to a similar debate along the whole coast.",
    "A report on {thing} is expected from {body} before the end of the quarter.",
    "Experts differ on whether {cause} matters as much as is often believed.",
    "Elsewhere on the coast {body} has {acted} {thing} without any protest.",
    "Older people remember when {effect} every winter.",
    "The county pays a third of such bills, the rest comes from fees and donations.",
    "A spokeswoman for {body} would not be drawn on a date.",
    "Minutes of the meeting are to be published on the notice board.",
    "It was raining when the gathering broke up, and most went straight home.",
    "For tourists little will change in the coming season.",
    "The opposition asked for more time and did not get it.",
    "Whoever wants to object has until the middle of next month to do so in writing.",
    "{person} of {place}, who followed the debate from the gallery, called it a good day for {body}.",
    "In {second} they look at it calmly: there {thing} has been {acted} three times since the war.",
    "{firm} lent money for a similar undertaking near {second} and got back less than half of it.",
    "According to a survey by students in {place}, {n} in a hundred people care about {thing} at all.",
    "That {effect} is something which {other} has warned of in letters to the editor.",
    "The archive of {second} holds plans for {thing} that are older than the county.",
    "A photograph of {thing} hangs in the office of {witness}, who keeps the accounts.",
    "Whether {cause} plays a part was not on the agenda.",
    "At the inn beside the harbour the talk is of little else.",
    "On the radio {person} had sounded more cautious in September.",
    "The minister was informed by letter and has not replied.",
    "There is a precedent from {place}, where {body} backed down in the end.",
    "Of the {n2} people who had signed up to speak, {m} got their turn.",
    "The next meeting is in the parish hall, since the chamber is being painted.",
    "With {n3} inhabitants {second} would feel the consequences soonest.",
    "On the table lay a {d1} and a {d2}, and both became famous for an evening.",
    "The {d1} that {witness} brought along made people laugh.",
    "Somebody had painted a {d2} on the wall of the chamber overnight.",
    "It all began with a {d3}, if one believes {other}.",
    "The bill lists a {d1}, a {d3} and a {d4} that nobody can account for.",
    "Visitors from {second} compared it to a {d4}.",
    "A {d2} went for charity, bought by {firm}.",
    "Insurance covers such a case only when {cause} can be shown.",
)
SAYINGS = (
    "We have waited {m} winters for {thing} and we will not wait for another one",
    "If {effect} once more, half of {place} will pack its boxes",
    "Nobody in {place} asked for this, and nobody in {place} was asked",
    "I would sooner swim to {second} than pay for {thing} twice",
    "You can argue with a committee, but nobody in {second} can argue with {cause}",
)
HEADLINES = (
    "{Body} to {act} {thing} in {place}",
    "{place}: {thing} to be {acted}",
    "{firm} objects as {place} looks to {act} {thing}",
    "Why {place} will {act} {thing}",
    "{thing_} divides {place}",
)
DEKS = (
    "{person} speaks of {cause}; {firm} wants to see the accounts.",
    "{n3} thousand crowns and {m} months are what {body} reckons with.",
    "For people in {place} it means that {effect}.",
)

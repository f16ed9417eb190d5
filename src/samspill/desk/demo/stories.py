"""The demo's stories, in the authority's voice. Facts are public knowledge about the field; people are invented.

A body is a list of (block, value): text (HTML), heading, facts (title, HTML, source), quote (text, who).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Body = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Picture:
    """``file`` in pictures/; alt text and caption by language."""

    file: str
    title: str
    alt: dict[str, str]
    caption: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoStory:
    """``state``: live, planned, submitted or draft. ``brand`` None: both. ``days_ago``: how old a live story is."""

    key: str
    kind: str
    language: str
    brand: str | None
    title: str
    lead: str
    body: Body
    picture: str
    author: str
    state: str = "live"
    subjects: tuple[str, ...] = ()
    days_ago: int = 0


PICTURES = (
    Picture(
        "bane.webp",
        "Fotballbane ved fjorden",
        {
            "nb": "Fotballbane ved en fjord i morgenlys. Bak målet står et rødt klubbhus med flagg.",
            "nn": "Fotballbane ved ein fjord i morgonlys. Bak målet står eit raudt klubbhus med flagg.",
            "en": "Football pitch by a fjord in morning light. Behind the goal is a red clubhouse with a flag.",
        },
        {"nb": "Banen må merkes og klubbhuset varmes. En del av momsen på slikt kan laget få tilbake."},
    ),
    Picture(
        "bingo.webp",
        "Bingobrett og kuler",
        {
            "nb": "Et bingobrett med fem treff på skrå, og fem kuler i ulike farger.",
            "nn": "Eit bingobrett med fem treff på skrå, og fem kuler i ulike fargar.",
        },
    ),
    Picture(
        "bru.webp",
        "Bru over en elv",
        {
            "nb": "En steinbru med to store buer speiler seg i stille vann.",
            "nn": "Ei steinbru med to store bogar speglar seg i stille vatn.",
        },
    ),
    Picture(
        "fyr.webp",
        "Fyr på en holme",
        {
            "nb": "Et rødt og hvitt fyr på en holme lyser over mørk sjø.",
            "en": "A red and white lighthouse on an islet shines over a dark sea.",
        },
    ),
    Picture(
        "grendehus.webp",
        "Grendehus en vinterkveld",
        {
            "nb": "Et rødt grendehus med lys i vinduene under nordlys.",
            "nn": "Eit raudt grendehus med lys i vindauga under nordlys.",
        },
    ),
    Picture(
        "havn.webp",
        "Kystlag i havn",
        {
            "nb": "Tre småbåter i en havn foran en rekke fargede hus.",
            "nn": "Tre småbåtar i ei hamn framfor ei rekkje farga hus.",
        },
    ),
    Picture(
        "kontor.webp",
        "Arbeidsplass",
        {"nb": "Et skrivebord med lampe, skjerm og plante. Vinduet vender mot fjell og fjord."},
    ),
    Picture(
        "korps.webp",
        "Horn og tromme",
        {
            "nb": "Et blankt messinghorn og en rød skarptromme.",
            "nn": "Eit blankt messinghorn og ei raud skarptromme.",
        },
    ),
    Picture("lodd.webp", "Lodd i vifte", {"nb": "Fem lodd i ulike farger, lagt i vifte."}),
    Picture(
        "tre.webp",
        "Et tre med røtter",
        {"nb": "Et tre med fargerike blader og synlige røtter.", "nn": "Eit tre med fargerike blad og synlege røter."},
    ),
)

STORIES = (
    DemoStory(
        "moms-desember", "press_release", "nb", "lotteritilsynet",
        "Momskompensasjonen kommer i desember",
        "Lag som søkte innen 1. september, får pengene på konto i midten av desember. "
        "Sjekk kontonummeret nå, så kommer de fram til dere.",
        [
            ("text", "<p>Frivillige lag betaler moms når de kjøper varer og tjenester. Momskompensasjon er en ordning som gir dem "
                     "noe av den momsen tilbake.</p><p>Lag som er med i et sentralledd, for eksempel et særforbund, har søkt gjennom "
                     "det. Da går pengene først til sentralleddet og så videre til laget.</p>"),
            ("heading", "Dette gjør dere nå"),
            ("text", "<ol><li>Logg inn og se at kontonummeret er lagets eget, ikke kassererens.</li>"
                     "<li>Se at laget står riktig i Frivillighetsregisteret.</li>"
                     "<li>Si fra til sentralleddet hvis noe er endret.</li></ol>"),
            ("facts", ("Fakta om momskompensasjon",
                       "<ul><li>Søknadsfristen er 1. september hvert år.</li><li>Lag i et sentralledd søker gjennom "
                       "sentralleddet, som har en tidligere frist.</li><li>Pengene betales ut i midten av desember.</li></ul>",
                       "Lotteritilsynet")),
            ("heading", "Mange vet ikke at de kan søke"),
            ("text", "<p>Korps, velforeninger, idrettslag og speidergrupper kan ha rett på kompensasjon. Har laget aldri søkt, kan "
                     "dere begynne å forberede neste søknad i dag: regnskapet for i år er grunnlaget.</p>"),
        ],
        "bane.webp", "ingrid", subjects=("Momskompensasjon", "Frivillighet"),
    ),
    DemoStory(
        "smaa-lotterier", "press_release", "nb", "lotteritilsynet",
        "Små lotterier trenger ikke søke om lov",
        "Skal laget selge lodd for under 200 000 kroner i året, trenger dere verken tillatelse eller melding. "
        "Her er det dere må passe på.",
        [
            ("text", "<p>Grensen gjelder alt laget selger av lodd i løpet av et år, til sammen. Lotteriet må være lokalt eller "
                     "regionalt, overskuddet skal gå til et ideelt formål, og laget må stå for salget selv.</p>"),
            ("heading", "Over grensen"),
            ("text", "<p>Skal dere selge for mer, må dere ha lov av oss først. Søk i god tid før loddene trykkes.</p>"),
            ("facts", ("Kort om små lotterier",
                       "<ul><li>Under 200 000 kroner i samlet omsetning i året.</li><li>Lokalt eller regionalt.</li>"
                       "<li>Ingen innleid til å drive det.</li></ul>", "Lotteritilsynet")),
        ],
        "lodd.webp", "marte", subjects=("Lotteri", "Frivillighet"), days_ago=2,
    ),
    DemoStory(
        "ulovlig-lotteri", "press_release", "nb", "lotteritilsynet",
        "Slik kjenner du igjen et ulovlig lotteri",
        "Premien er stor, loddene er dyre, og ingen vet hvem som trekker. Tre tegn forteller deg at du bør la være.",
        [
            ("text", "<p>Et lovlig lotteri sier hvem som står bak, hva pengene går til, og når det trekkes. Mangler noe av dette, "
                     "er det grunn til å spørre.</p>"),
            ("text", "<ul><li>Ingen lag eller forening står som arrangør.</li><li>Du må betale til en privatperson.</li>"
                     "<li>Det står ikke når vinneren trekkes.</li></ul>"),
            ("heading", "Tips oss"),
            ("text", "<p>Ser du noe som ikke stemmer, kan du tipse oss. Du trenger ikke si hvem du er.</p>"),
        ],
        "fyr.webp", "jonas", subjects=("Lotteri",), days_ago=1,
    ),
    DemoStory(
        "bingo-inntekt", "blog_post", "nb", "lotteritilsynet",
        "Bingo kan gi laget ditt en fast inntekt",
        "Kulene ruller i hallene hver uke, og overskuddet går til lag som har søkt om en plass. Vi forklarer hvordan dere kommer med.",
        [
            ("text", "<p>En bingohall kan ikke beholde overskuddet. Det skal gå til lag og foreninger med et samfunnsnyttig eller "
                     "humanitært formål. Likevel er det mange som ikke vet at de kan være med.</p>"),
            ("heading", "Slik begynner dere"),
            ("text", "<ol><li>Finn hallen nærmest dere og spør om det er ledig plass.</li><li>Søk oss om å bli godkjent.</li>"
                     "<li>Skriv avtale med hallen når dere er godkjent.</li></ol>"),
            ("quote", ("Vi fikk råd til å bytte ut trommene. Det hadde vi ikke klart med kakelotteri.", "Leder i et skolekorps")),
        ],
        "bingo.webp", "marte", subjects=("Bingo", "Frivillighet"), days_ago=6,
    ),
    DemoStory(
        "hva-er-tilsyn", "blog_post", "nb", None,
        "Hva gjør vi når vi fører tilsyn?",
        "Tilsyn er å se etter at regler blir fulgt, og å si fra før det går galt. Her forteller vi hvordan en vanlig uke ser ut.",
        [
            ("text", "<p>Mandag leser vi årsregnskap. Tirsdag svarer vi et korps som lurer på om de trenger lov til basaren. Onsdag "
                     "er to av oss på vei til en bingohall.</p><p>Det meste av arbeidet vårt er å veilede. De aller fleste vil "
                     "følge reglene når de vet om dem.</p>"),
            ("heading", "Når noe er galt"),
            ("text", "<p>Da skriver vi hva vi har sett, og hva som må rettes. Den det gjelder, får svare før vi bestemmer noe.</p>"),
        ],
        "kontor.webp", "ingrid", subjects=("Tilsyn",), days_ago=9,
    ),
    DemoStory(
        "stiftingane-i-tal", "press_release", "nn", "stiftelsestilsynet",
        "Ny rapport: Stiftingane i tal 2026",
        "Rundt 6500 stiftingar forvaltar store verdiar til gode føremål. No kan du lese kvar dei er, og kva dei gjer.",
        [
            ("text", "<p>Rapporten viser korleis stiftingane fordeler seg på føremål, fylke og storleik. Dei minste har nokre "
                     "hundre tusen kroner på konto. Dei største eig bedrifter, bygningar og kunst.</p>"),
            ("heading", "Kvifor vi lagar rapporten"),
            ("text", "<p>Opne tal gjer det lettare å sjå kva stiftingane betyr, og lettare for styra å samanlikne seg med andre.</p>"),
        ],
        "tre.webp", "jonas", state="planned", subjects=("Stiftingar", "Tal"),
    ),
    DemoStory(
        "styret-fem-ting", "press_release", "nn", "stiftelsestilsynet",
        "Styret i ei stifting: fem ting før nyttår",
        "Sit du i eit stiftingsstyre? Her er det som bør vere på plass før 31. desember.",
        [
            ("text", "<ol><li>Hald det siste styremøtet i året, og skriv protokoll.</li><li>Sjå om stiftinga framleis følgjer "
                     "føremålet sitt.</li><li>Gå gjennom korleis pengane er plasserte.</li><li>Avtal tid med revisor.</li>"
                     "<li>Meld frå om nye styremedlemer.</li></ol>"),
            ("text", "<p>Er de usikre på noko av dette, så spør oss. Vi rettleier gjerne.</p>"),
        ],
        "grendehus.webp", "jonas", state="submitted", subjects=("Stiftingar",),
    ),
    DemoStory(
        "grasrotandelen", "press_release", "nb", "lotteritilsynet",
        "Grasrotandelen: 7 prosent til laget du velger",
        "Spiller du hos Norsk Tipping, kan du gi en andel av innsatsen til et lag. Det koster deg ingenting.",
        [
            ("text", "<p>Du velger selv hvilket lag som skal få pengene. Laget må stå i Frivillighetsregisteret og være med i "
                     "ordningen.</p><p>Andelen er 7 prosent av det du spiller for. Den tas ikke av premien.</p>"),
        ],
        "korps.webp", "ingrid", state="submitted", subjects=("Grasrotandelen", "Frivillighet"),
    ),
    DemoStory(
        "endre-foremaal", "blog_post", "nn", "stiftelsestilsynet",
        "Skal stiftinga endre føremålet? Slik går de fram",
        "Eit føremål frå 1920 passar ikkje alltid i dag. Styret kan be oss om å få endre det, men ikkje kva som helst kan endrast.",
        [
            ("text", "<p>Den som gav pengane, bestemte kva dei skulle brukast til. Derfor skal det mykje til før føremålet blir "
                     "endra. Men er det umogleg å oppfylle, eller strir det mot det som var meint, kan styret søkje.</p>"),
        ],
        "bru.webp", "hanne", state="draft", subjects=("Stiftingar",),
    ),
    DemoStory(
        "radgiver-forde", "press_release", "nb", None,
        "Vi søker rådgiver i Førde",
        "Liker du å forklare vanskelige regler på en enkel måte? Vi trenger en kollega til veiledning og tilsyn.",
        [
            ("text", "<p>Du blir en av dem som svarer lag, foreninger og stiftelser. Du leser regnskap, reiser på tilsyn og skriver "
                     "så folk forstår.</p>"),
            ("facts", ("Om stillingen", "<ul><li>Fast, full stilling.</li><li>Søk innen 12. desember.</li></ul>", "")),
        ],
        "havn.webp", "marte", subjects=("Ledig stilling",), days_ago=1,
    ),
    DemoStory(
        "in-english", "press_release", "en", None,
        "What the Gaming and Foundation Authority does",
        "We supervise gambling, lotteries, bingo and foundations in Norway, and pay VAT compensation to voluntary clubs.",
        [
            ("text", "<p>We give guidance first. Most people want to follow the rules once they know them. If something is wrong, we "
                     "say what we have seen and what must be put right.</p>"),
            ("heading", "Two authorities, one house"),
            ("text", "<p>Lotteritilsynet looks after gambling and the voluntary sector’s own lotteries. Stiftelsestilsynet "
                     "supervises some 6,500 foundations.</p>"),
        ],
        "fyr.webp", "ingrid", subjects=("Tilsyn",), days_ago=20,
    ),
)  # fmt: skip

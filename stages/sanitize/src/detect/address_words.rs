//! Words of postal addresses: kinds of street (UPU S42 calls them thoroughfare types), endings, parts of buildings, of many languages.

use std::sync::LazyLock;

use super::word_list::WordList;

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $($word:literal)*;)*) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<WordList> = LazyLock::new(|| WordList::new(&[$($word),*]));)*
    };
}

lists! {
    /// Last words of a street whose number stands first.
    SUFFIXES: "Street" "St" "Road" "Rd" "Avenue" "Ave" "Lane" "Ln" "Drive" "Dr" "Boulevard" "Blvd" "Close" "Court" "Ct" "Place" "Square" "Sq" "Terrace" "Ter" "Crescent" "Cres"
        "Highway" "Hwy" "Parkway" "Pkwy" "Gardens" "Gdns" "Grove" "Hill" "Mews" "Row" "Lodge" "Cottage" "Cottages" "Villas" "Mansions" "Quay" "Embankment" "Turnpike" "Expressway"
        "Esplanade" "Promenade" "Causeway" "Wharf" "Alley" "Croft" "Paddock" "Crossing" "Wynd" "Broadway" "Strasse" "Freeway" "Cove";
    /// Those that are also other things.
    SUFFIXES_WEAK: "Way" "View" "Park" "Green" "Gate" "Plaza" "Trail" "Loop" "Walk" "Bridge" "Chase" "Rise" "Yard" "Circle" "Cir" "House" "Pass" "Path" "Point" "Run" "Vale" "Meadow" "Meadows"
        "Orchard" "Parade" "Heights" "Fold" "Dene" "Buildings" "Building" "Tower" "Towers" "Pl" "Bend" "Ridge" "Fields" "Pike" "Mall" "Common" "End" "Close" "Cl" "Cross" "Coppice" "Copse" "Drove" "Garth" "Brow" "Nagar" "Marg";
    /// Kinds of street before the name.
    KINDS: "viale" "piazza" "piazzale" "piazzetta" "vicolo" "lungomare" "lungotevere" "contrada" "rue" "boulevard" "bd" "allée" "chemin" "impasse" "ruelle" "faubourg" "quai" "sentier" "venelle"
        "calle" "c/" "avenida" "avda" "avda." "avd." "paseo" "travesía" "glorieta" "jirón" "pasaje" "callejón" "callejon" "carretera" "ctra." "rua" "travessa" "praça" "estrada" "alameda" "calçada" "rodovia"
        "ul." "ulica" "ulice" "aleja" "aleje" "osiedle" "os." "třída" "náměstí" "námestie" "nábřeží" "bulevar" "bulevardul" "b-dul" "șoseaua" "aleea" "улица" "ул." "проспект" "пр-т" "пр." "переулок" "пер." "наб." "шоссе"
        "бульвар" "площадь" "вулиця" "вул." "av." "trg" "jalan" "jln" "jln." "lorong" "persiaran" "lebuh" "lebuhraya" "paseig" "passeig" "carrer" "rúa" "rambla";
    /// Those that are also words of prose or of trades: a town must follow, or an address is spoken of.
    KINDS_WEAK: "via" "corso" "largo" "strada" "salita" "avenue" "place" "route" "cours" "square" "passage" "plaza" "ronda" "carrera" "camino" "al." "pl." "plac" "rondo" "skwer" "str." "cesta" "put" "obala" "calea" "intrarea"
        "piața" "пл." "мкр" "av" "ave" "résidence" "hameau" "lotissement" "r." "cra." "cours" "esplanade" "ul" "os" "bul." "bulvar" "allee" "straße" "weg";
    /// Words before a German name of a place that is a street by its postcode alone.
    PREPOSITIONS: "Am" "An" "Im" "In" "Auf" "Zum" "Zur" "Beim" "Unter" "Hinter" "Vor" "Unterm" "Alter" "Alte" "Neuer" "Neue" "Großer" "Große" "Kleine" "Kleiner" "Hoher" "Hohe" "Obere" "Oberer" "Untere" "Unterer" "Lange" "Langer" "Bei" "Na" "Nad" "Pod" "Za" "Při" "Ke";
    /// Kinds of street behind the name.
    KINDS_LAST: "Caddesi" "Cad." "Sokak" "Sokağı" "Sok." "Bulvarı" "Mahallesi" "Mah." "utca" "körút" "útja" "tér" "köz" "sétány" "Street" "Road" "Avenue" "Lane" "Straße" "Strasse" "Str." "Platz" "Weg" "Gasse"
        "Allee" "Chaussee" "straat" "gata" "vei" "väg" "katu" "ulice" "ulica" "улица" "проспект" "переулок" "бульвар" "вулиця" "bulvár" "iela" "gatvė" "tänav";
    /// Those that are also other things.
    KINDS_LAST_WEAK: "Ring" "Markt" "Damm" "Ufer" "gate" "tie" "u." "út" "g." "tee" "Sk." "Cd.";
    /// Small words inside a street's name.
    PARTICLES: "de" "la" "le" "les" "el" "los" "las" "des" "du" "del" "della" "delle" "dei" "degli" "dello" "di" "da" "do" "dos" "das" "van" "von" "der" "den" "dem" "het" "ter" "ten" "of" "the" "et" "y" "e" "en" "aux" "au" "sur" "im" "zu"
        "zum" "zur" "am" "an" "bei" "und" "af" "av" "na" "nad" "pod" "św." "ks." "gen." "dr" "dr." "in" "a" "à" "san" "sant'" "st" "st.";
    /// Words between a street and its number.
    NUMBER_WORDS: "n." "n" "nº" "n°" "n;" "no" "no." "no:" "nr" "nr." "num." "núm." "numero" "número" "д." "дом" "д" "č." "br." "nr:" "č.p." "nº." "house";
    /// Words of a part of a building.
    PARTS: "Unit" "Apt" "Apt." "Flat" "Suite" "Ste" "Floor" "Apartment" "No." "Room" "Level" "Block" "Bldg" "Appt" "Appartement" "Bâtiment" "Bât" "Wohnung" "Whg" "Top" "Stiege" "Piso" "Int." "Interno" "Scala" "Bus" "Lgh" "Apto" "Depto" "кв." "кв" "корп." "корп";
    /// Those that say it before the number only.
    PARTS_BEFORE: "Plot" "Tower" "Blk" "Lot" "Villa" "Door" "Flt" "House" "Shop" "H.No." "D.No.";
    /// Small words of floors and doors.
    FLOORS: "izq" "izqda" "dcha" "dcho" "izquierda" "derecha" "piso" "planta" "puerta" "pta" "esc" "escalera" "bajo" "bajos" "ático" "étage" "etage" "bât" "appt" "apt" "apto" "depto" "int" "interno" "scala" "piano" "bus" "bte" "boîte" "og" "eg" "dg"
        "whg" "hinterhaus" "vorderhaus" "m" "lok" "kl" "lgh" "tr" "tv" "th" "krs" "as" "кв" "корп" "стр" "эт" "flat" "unit" "floor" "suite" "bloco" "andar" "esq" "dto" "kat" "daire" "em" "ajtó" "lakás" "byt" "stan";
}

/// Endings of one-word streets.
const ENDINGS: &[&str] = &[
    "straße",
    "strasse",
    "str.",
    "str",
    "gasse",
    "gässchen",
    "weg",
    "platz",
    "allee",
    "damm",
    "ufer",
    "chaussee",
    "steig",
    "stieg",
    "promenade",
    "laan",
    "straat",
    "gracht",
    "plein",
    "singel",
    "dijk",
    "dreef",
    "gatan",
    "vägen",
    "gata",
    "gränd",
    "allén",
    "väg",
    "vej",
    "veien",
    "vegen",
    "vei",
    "stræde",
    "katu",
    "tie",
    "kuja",
    "polku",
    "kaari",
    "utca",
    "caddesi",
    "sokak",
    "straße.",
];
/// Endings that other words have too: a town must follow, or an address is spoken of.
const ENDINGS_WEAK: &[&str] = &[
    "ring", "grund", "hof", "berg", "feld", "graben", "markt", "park", "garten", "wall", "tor", "brücke", "kamp", "twiete", "redder", "zeile",
    "bahnhof", "leite", "halde", "rain", "anger", "winkel", "höhe", "aue", "wiese", "wiesen", "tal", "bogen", "pfad", "moor", "deich", "kai", "kade",
    "steeg", "gate", "gaten", "gade", "torv", "torg", "torget", "plads", "plass", "stigen", "backen", "bakken", "lia", "ranta", "rinne", "aukio",
    "tori", "penger", "have", "hang", "stein", "bach", "born", "horst", "kirche", "schleuse", "hafen", "siedlung", "stätte", "breite", "acker",
    "wald", "eck", "rade", "hagen", "büttel", "veld", "burg", "pad", "baan", "wal", "haven", "hoek", "oever",
];

/// Whether a word ends like a street, and whether other words do so too.
pub(super) fn ending(word: &str) -> Option<bool> {
    let lower = word.to_lowercase();
    let last = lower.as_bytes().last();
    let ends =
        |endings: &[&str]| endings.iter().any(|ending| ending.as_bytes().last() == last && lower.len() > ending.len() + 2 && lower.ends_with(ending));
    if ends(ENDINGS) { Some(false) } else { ends(ENDINGS_WEAK).then_some(true) }
}

/// Names that an address stands right behind.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "address", "addr", "home address", "postal address", "mailing address", "street", "street address", "line1", "address line", "adrline", "lives at", "living at", "resides at", "residing at", "resident at", "moved to", "moving to", "relocated to", "deliver to", "delivered to", "last known", "last known address", "verzonden naar", "verstuurd naar", "bezorgd op", "verhuisd naar", "déménagé au", "zugestellt an", "verzogen nach",
    "send to", "sent to", "ship to", "property at", "premises at", "home at", "house at",
    "adresse", "anschrift", "wohnanschrift", "straße", "stras", "wohnhaft", "wohnhaft in", "wohnt", "wohnt in", "wohnend", "umgezogen nach", "zieht nach", "neue adresse", "postanschrift", "meldeadresse",
    "domicilié", "domiciliée", "domicile", "demeurant", "habitant", "habite", "réside", "domicilio", "dirección", "direccion", "vive en", "residente en", "reside en", "indirizzo", "residente in", "residente", "abita in", "abito in", "vivo en", "wohne in", "wohne in der", "habite au", "habite", "moro na", "moro em", "mieszkam na", "mieszkam przy", "i live at", "residenza", "morada", "endereço", "reside na", "residente na",
    "adres", "woonadres", "woonachtig", "wonende", "woont", "zamieszkały", "zamieszkała", "zam", "adres zamieszkania", "adress", "bostadsadress", "bor på", "bosatt", "gateadresse", "bopæl", "osoite", "kotiosoite", "ikametgah", "lakcím", "cím", "adresa", "bydliště", "адрес", "проживает", "проживающий", "住所",
];

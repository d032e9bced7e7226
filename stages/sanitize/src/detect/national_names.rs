//! Names of what one country's administration hands out, in its own language and in English; read together with `national_id::NAMES`.

/// They stand right before the value, fillers between.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    // Germany, Austria, Switzerland.
    "lanr", "arztnummer", "arzt nr", "bsnr", "betriebsstättennummer", "betriebsstätten nr", "betriebsnummer", "handelsregister", "handelsregisternummer", "handelsregister nr", "registernummer", "register nr", "vereinsregister",
    "st nr", "stnr", "steuer ident nr", "umsatzsteuer", "umsatzsteuer id", "umsatzsteueridentifikationsnummer", "umsatzsteuer identifikationsnummer", "umsatzsteuernummer", "ust id", "ust idnr", "ust id nr", "ust ident nr", "ustid", "ustidnr", "mwst nr", "mwst nummer",
    "uid nr", "firmenbuchnummer", "sv nummer", "sv nr", "rv nummer", "rv nr", "rvnr", "kv nummer", "kv nr", "versicherten nr", "sozialversicherungsnr", "rentenversicherungsnr", "rentenversicherung",
    // Sweden, Norway, Denmark, Finland.
    "organisationsnummer", "organisationsnr", "organisations nr", "orgnr", "org nr", "org nummer", "organisasjonsnummer", "orgnummer", "samordningsnummer", "personnr", "cvr", "cvr nr", "y tunnus",
    // United Kingdom.
    "company number", "company registration", "company reg", "companies house", "charity number", "paye reference", "paye ref",
    // Australia, India, Singapore.
    "medicare card", "australian company number", "australian business number", "business number", "epic number", "epic no", "epic id", "epic card", "voter id card", "voter card", "electors photo identity card", "gst no", "gst number",
    "uen", "entity number", "entity no", "unique entity number",
    // United States.
    "federal tax id", "fed tax id", "employer id", "employer identification number",
    // Poland, Italy, France, the Netherlands.
    "numer nip", "nr nip", "nip nr", "numer pesel", "numer regon", "krs", "numer krs", "piva", "p iva", "partita iva", "siren", "siret", "numéro siren", "numéro siret", "numéro tva", "kvk", "kvk nummer", "kvk nr", "btw nummer", "btw nr", "btw id",
];

//! Streets and cities of many countries, with the shape of their postcodes and how an address is written there.

/// Addresses of a country.
pub(in crate::fidelity) struct Country {
    /// ISO 3166-1 code.
    pub(in crate::fidelity) code: &'static str,
    /// Streets as they are written, suffix and all.
    pub(in crate::fidelity) streets: &'static [&'static str],
    /// Cities.
    pub(in crate::fidelity) cities: &'static [&'static str],
    /// Postcode: `9` a digit, `A` a letter, all else itself.
    pub(in crate::fidelity) postcode: &'static str,
    /// How it is written: `{n}` house number, `{s}` street, `{p}` postcode, `{c}` city.
    pub(in crate::fidelity) layouts: &'static [&'static str],
}

/// All of them.
pub(in crate::fidelity) const COUNTRIES: &[Country] = &[
    Country {
        code: "GB",
        streets: &[
            "Wisteria Lane", "Gallowgate Road", "Pennywell Crescent", "St Swithin's Close", "Larkhill Gardens", "Tolpuddle Street", "Barleycorn Mews",
            "Quayside Terrace", "Honeysuckle Grove", "Old Priory Walk", "Coldharbour Drive", "Marchmont Place",
        ],
        cities: &["Huddersfield", "Tewkesbury", "Kirkcaldy", "Aberystwyth", "Lowestoft", "Stoke-on-Trent", "Scunthorpe", "Berwick-upon-Tweed"],
        postcode: "BA9 9XY",
        layouts: &["{n} {s}, {c} {p}", "Flat 2, {n} {s}, {c}, {p}", "{n} {s}, {c}, {p}"],
    },
    Country {
        code: "US",
        streets: &[
            "Sycamore Hollow Rd", "Prairie Dog Trail", "W Wapakoneta Ave", "Old Mill Creek Blvd", "Kittredge St", "N Pecan Grove Dr", "Cottonwood Ct",
            "Tamarack Lane", "Shoshone Pkwy", "Elderberry Way", "Juniper Bluff Road", "Quail Ridge Cir",
        ],
        cities: &["Chattanooga, TN", "Poughkeepsie, NY", "Albuquerque, NM", "Kalamazoo, MI", "Bozeman, MT", "Tuscaloosa, AL", "Spokane, WA", "Duluth, MN"],
        postcode: "99999",
        layouts: &["{n} {s}, {c} {p}", "{n} {s} Apt 4B, {c} {p}", "{n} {s}, Suite 210, {c} {p}"],
    },
    Country {
        code: "DE",
        streets: &[
            "Rosenkavalierstraße", "Am Alten Gutshof", "Brunnenbergweg", "Lindenallee", "Schützenhofstr.", "Kastanienplatz", "Hinter der Mühle", "Feuerbachgasse",
            "Niedersachsendamm", "Wilhelm-Raabe-Straße", "Kirschblütenweg", "Steintorwall",
        ],
        cities: &["Wuppertal", "Quedlinburg", "Schwäbisch Gmünd", "Recklinghausen", "Görlitz", "Bietigheim-Bissingen", "Pirmasens", "Hoyerswerda"],
        postcode: "99999",
        layouts: &["{s} {n}, {p} {c}", "{s} {n}, D-{p} {c}", "{s} {n} {p} {c}"],
    },
    Country {
        code: "FR",
        streets: &[
            "rue des Tisserands", "avenue du Maréchal-Leclerc", "boulevard de la Libération", "impasse des Glycines", "chemin du Moulin-Vieux",
            "place de l'Abreuvoir", "allée des Châtaigniers", "quai de la Tournelle", "rue Étienne-Dolet", "route de Saint-Jean",
        ],
        cities: &["Villeurbanne", "Carcassonne", "Saint-Étienne", "Besançon", "Châteauroux", "Quimper", "Aix-en-Provence", "Perpignan"],
        postcode: "99999",
        layouts: &["{n} {s}, {p} {c}", "{n} bis {s}, {p} {c}", "{n}, {s} {p} {c}"],
    },
    Country {
        code: "ES",
        streets: &[
            "Calle de los Alfareros", "Avenida de la Constitución", "Paseo del Olivar", "Plaza de las Salesas", "C/ Ramón y Cajal", "Ronda de Atocha",
            "Camino de los Pinares", "Travesía del Molino",
        ],
        cities: &["Valladolid", "Ponferrada", "Jerez de la Frontera", "Vitoria-Gasteiz", "Albacete", "Torrelavega"],
        postcode: "99999",
        layouts: &["{s} {n}, {p} {c}", "{s}, {n}, 3º B, {p} {c}", "{s} nº {n}, {p} {c}"],
    },
    Country {
        code: "IT",
        streets: &[
            "Via dei Calzolai", "Viale Regina Elena", "Corso Garibaldi", "Piazza delle Erbe", "Vicolo del Forno", "Strada Statale Adriatica", "Largo dei Tigli",
            "Via Monsignor Bello",
        ],
        cities: &["Catanzaro", "Reggio Emilia", "Caltanissetta", "Bassano del Grappa", "Civitavecchia", "Pordenone"],
        postcode: "99999",
        layouts: &["{s} {n}, {p} {c}", "{s}, {n} - {p} {c}"],
    },
    Country {
        code: "NL",
        streets: &["Zonnebloemstraat", "Prinsengracht", "Oude Kerkweg", "Molenlaan", "Burgemeester Vinckplein", "Tulpendijk", "Achter de Hoven", "Havensingel"],
        cities: &["Leeuwarden", "'s-Hertogenbosch", "Enschede", "Vlissingen", "Apeldoorn", "Roosendaal"],
        postcode: "9999 KL",
        layouts: &["{s} {n}, {p} {c}", "{s} {n}-II, {p} {c}"],
    },
    Country {
        code: "PL",
        streets: &["ul. Dąbrowskiego", "al. Niepodległości", "ul. Krótka Polna", "pl. Zgody", "os. Tysiąclecia", "ul. Świętokrzyska"],
        cities: &["Bydgoszcz", "Częstochowa", "Rzeszów", "Zielona Góra", "Białystok"],
        postcode: "99-999",
        layouts: &["{s} {n}, {p} {c}", "{s} {n} m. 7, {p} {c}"],
    },
    Country {
        code: "SE",
        streets: &["Björkhagsvägen", "Storgatan", "Kungsholmstorg", "Lillsjöstigen", "Västra Hamngatan", "Sjöängsvägen"],
        cities: &["Örnsköldsvik", "Kristianstad", "Norrköping", "Östersund", "Skellefteå"],
        postcode: "999 99",
        layouts: &["{s} {n}, {p} {c}", "{s} {n} lgh 1203, {p} {c}"],
    },
    Country {
        code: "BR",
        streets: &["Rua das Jabuticabeiras", "Avenida Getúlio Vargas", "Travessa do Comércio", "Alameda dos Ipês", "Rua Quinze de Novembro"],
        cities: &["Florianópolis - SC", "Juiz de Fora - MG", "Campina Grande - PB", "Maringá - PR"],
        postcode: "99999-999",
        layouts: &["{s}, {n}, {c}, {p}", "{s}, {n} - Centro, {c}, {p}"],
    },
    Country {
        code: "IN",
        streets: &["Sardar Patel Road", "Nehru Nagar Main Rd", "Thyagaraya Street", "Lalbagh Fort Road", "Gandhi Chowk Marg", "Third Cross Street"],
        cities: &["Coimbatore", "Visakhapatnam", "Bhubaneswar", "Tiruchirappalli", "Ludhiana"],
        postcode: "999999",
        layouts: &["{n}, {s}, {c} {p}", "Flat 12, {n} {s}, {c} - {p}"],
    },
    Country {
        code: "AU",
        streets: &["Jacaranda Parade", "Wattlebird Court", "Coolabah Street", "Bottlebrush Avenue", "Yarralumla Esplanade", "Kookaburra Cct"],
        cities: &["Toowoomba QLD", "Wagga Wagga NSW", "Ballarat VIC", "Launceston TAS"],
        postcode: "9999",
        layouts: &["{n} {s}, {c} {p}", "Unit 3/{n} {s}, {c} {p}"],
    },
];

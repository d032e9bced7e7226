//! Name and street pools by locale: common given and family names, none of them an English word that ordinary log text uses. They are our
//! own selection, and the family names of two locales do not overlap, so that a pair belongs to one customer.

/// What a locale has of its own.
pub(crate) struct Locale {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) streets: &'static str,
    pub(crate) cities: &'static str,
    pub(crate) calling_code: &'static str,
    pub(crate) mobile_prefix: &'static str,
    pub(crate) country: &'static str,
    /// House number before the street name.
    pub(crate) number_first: bool,
}

/// Given names of each locale.
pub(crate) const GIVEN: u64 = 24;
/// Family names of each locale.
pub(crate) const FAMILY: u64 = 28;

/// All locales.
pub(crate) const LOCALES: [Locale; 12] = [
    Locale {
        given: "Abigail Brandon Caitlyn Derrick Eleanor Franklin Gwendolyn Harrison Imogene Jeremiah Kathleen Leonard Marjorie Nathaniel Ophelia Preston Rosalind Sheldon Tabitha Vaughn Winifred Xavier Yolanda Zachary",
        family: "Abernathy Blackwood Carmichael Dunleavy Eastwick Fairbanks Goodspeed Hathaway Ingersoll Jamison Kirkland Lockridge Merriweather Northcutt Oglesby Pemberton Quackenbush Rutherford Stoddard Thornbury Underhill Vandermeer Whitcomb Yarborough Zimmerly Holloway Pritchett Langford",
        streets: "Elm|Maple|Juniper|Hawthorne|Sycamore|Magnolia",
        cities: "62704 Springfield|97201 Portland|43004 Columbus|78701 Austin|80202 Denver",
        calling_code: "1",
        mobile_prefix: "415",
        country: "US",
        number_first: true,
    },
    Locale {
        given: "Alistair Bronwyn Cressida Duncan Elspeth Fergus Ginevra Hamish Isolde Jocelyn Kenneth Lorcan Maeve Nigel Orla Percival Rhiannon Siobhan Tamsin Ursula Verity Wallace Yvette Lachlan",
        family: "Ashdown Braithwaite Cholmondeley Dalgleish Etherington Featherstone Galbraith Hetherington Inglethorpe Jessop Kilbride Lanchester MacAllister Netherby O'Sullivan Pettigrew Queensbury Ravenscroft Satterthwaite Trelawney Urquhart Venables Wolstenholme Yardley Ackroyd Birtwhistle Culpepper Drummond",
        streets: "Church|Victoria|Albion|Cromwell|Gladstone|Wellington",
        cities: "London SW1A 2AA|Leeds LS1 4DY|Bristol BS1 5TR|Glasgow G1 1XQ|Cardiff CF10 1EP",
        calling_code: "44",
        mobile_prefix: "7700",
        country: "GB",
        number_first: true,
    },
    Locale {
        given: "Annegret Bernhard Christiane Dietmar Elfriede Friedhelm Gudrun Hartmut Ingeborg Jürgen Käthe Lieselotte Manfred Norbert Ottilie Philipp Reinhild Siegfried Thorsten Ulrike Volker Waltraud Günther Irmgard",
        family: "Achterberg Bäcker Claasen Dörfler Eberhardt Fürstenau Grünewald Hölzenbein Imhoff Jägermann Kleinschmidt Lüdemann Mühlenbeck Niederhofer Oberländer Pfeiffenberger Quandtmann Rosenkranz Schönfelder Tiefenbach Uhlenbrock Vogelsang Weißkirchen Zimmermann Brinkmann Dannenfels Hagedorn Körner",
        streets: "Lindenstraße|Goethestraße|Bahnhofstraße|Schillerweg|Gartenstraße|Mühlenweg",
        cities: "80331 München|50667 Köln|20095 Hamburg|10115 Berlin|04109 Leipzig",
        calling_code: "49",
        mobile_prefix: "151",
        country: "DE",
        number_first: false,
    },
    Locale {
        given: "Amandine Baptiste Clémence Damien Élodie Fabrice Géraldine Hugues Isabeau Jérôme Karine Lucienne Mathilde Noémie Odile Pascal Quentin Raphaëlle Solène Thierry Urbain Valérie Yannick Zoé",
        family: "Archambault Beauchamp Charpentier Delacroix Escoffier Fontainebleau Garnier Hautecoeur Isambert Jolivet Kerouac Lefèvre Montgolfier Noirot Ouellette Perrault Quesnel Rousselot Saint-Pierre Thibodeau Urbainville Vasseur Wattier Yvelines Beaumarchais Courtois Desjardins Guillemot",
        streets: "rue Voltaire|rue de la Paix|avenue Foch|rue Pasteur|rue Molière|boulevard Carnot",
        cities: "75002 Paris|69001 Lyon|31000 Toulouse|44000 Nantes|67000 Strasbourg",
        calling_code: "33",
        mobile_prefix: "612",
        country: "FR",
        number_first: true,
    },
    Locale {
        given: "Almudena Benito Consuelo Diego Encarnación Fermín Guadalupe Hernán Inmaculada Joaquín Leocadia Macarena Nicolás Olalla Purificación Ramiro Soledad Teófilo Ubaldo Visitación Ximena Yago Zacarías Rocío",
        family: "Arizmendi Barrientos Cifuentes Domínguez Echeverría Figueroa Goicoechea Hinojosa Ibáñez Jaramillo Lizárraga Mondragón Navarrete Ordóñez Peñaranda Quintanilla Rebolledo Saavedra Torrealba Urrutia Valdivieso Yturralde Zaldívar Bermúdez Carrasco Etxeberria Montalbán Villaseñor",
        streets: "calle Mayor|calle Cervantes|calle de Alcalá|avenida Goya|calle Serrano|calle Quevedo",
        cities: "28013 Madrid|08002 Barcelona|41001 Sevilla|46002 Valencia|48001 Bilbao",
        calling_code: "34",
        mobile_prefix: "612",
        country: "ES",
        number_first: false,
    },
    Locale {
        given: "Alessandra Bartolomeo Costanza Donatella Emanuele Fiammetta Giacomo Ilaria Ludovica Massimiliano Nicoletta Ottavio Pierluigi Raffaella Salvatore Tiziana Umberto Vincenza Zaira Ermenegildo Domenico Ginevrina Leonilda Gualtiero",
        family: "Abbagnale Bevilacqua Colantuono Degl'Innocenti Esposito Ferragamo Guicciardini Iannuzzi Lombardini Mastroianni Notarbartolo Orsolini Pellegrini Quattrocchi Ruggieri Santangelo Tagliaferri Umbertini Vespignani Zuccarello Battistini Cavalcanti D'Alessandro Fumagalli Montefiori Pasqualotto Scognamiglio Terracciano",
        streets: "via Garibaldi|via Roma|via Verdi|corso Cavour|via Dante|via Mazzini",
        cities: "00184 Roma|20121 Milano|50122 Firenze|80133 Napoli|10121 Torino",
        calling_code: "39",
        mobile_prefix: "347",
        country: "IT",
        number_first: false,
    },
    Locale {
        given: "Anneke Bastiaan Cornelia Diederik Eefje Floris Geertruida Hendrikje IJsbrand Joost Katelijne Lambertus Marijke Niels Ottoline Pieternel Quirijn Roeland Saskia Teunis Veerle Wilhelmina Wouter Maartje",
        family: "Achterhuis Bloemendaal Cuypers Dijkstra Eijkelboom Fokkema Groeneveld Hoogendoorn IJzerman Jongbloed Kuipers Leeuwenhoek Meulenbelt Nieuwenhuis Oosterhout Pauwels Quist Rozendaal Schoonhoven Terpstra Uijlenbroek Verbruggen Westerveld Zwanenburg Hofstede Langeveld Brouwershaven Spijkerman",
        streets: "Keizersgracht|Dorpsstraat|Molenweg|Kerkstraat|Julianalaan|Stationsweg",
        cities: "1015 CN Amsterdam|3011 AA Rotterdam|3511 LN Utrecht|9712 HN Groningen|5611 EM Eindhoven",
        calling_code: "31",
        mobile_prefix: "612",
        country: "NL",
        number_first: false,
    },
    Locale {
        given: "Agnieszka Bogumił Celestyna Dobrosława Elżbieta Franciszek Grażyna Henryka Izabela Jarosław Katarzyna Lubomir Małgorzata Norberta Olgierd Przemysław Radosław Stanisława Tadeusz Urszula Wacław Zbigniew Żaneta Łukasz",
        family: "Adamczewska Brzezińska Chmielewska Dąbrowska Fijałkowska Gołębiewska Hryniewicka Idzikowska Jabłońska Krzyżanowska Lewandowska Majchrzak Niedźwiecka Olszewska Piotrowska Rzepecka Szczepańska Tomaszewska Urbańczyk Włodarczyk Zawadzka Żebrowska Ściborska Grzegorczyk Kołodziejczyk Wojciechowska Bartoszewicz Czarnecka",
        streets: "ul. Słowackiego|ul. Mickiewicza|ul. Długa|ul. Polna|ul. Kościuszki|ul. Lipowa",
        cities: "00-950 Warszawa|31-001 Kraków|80-001 Gdańsk|50-001 Wrocław|61-001 Poznań",
        calling_code: "48",
        mobile_prefix: "601",
        country: "PL",
        number_first: false,
    },
    Locale {
        given: "Annika Birger Cecilia Dagny Engelbrekt Folke Gunilla Håkan Ingegerd Jöran Kerstin Lennart Märta Nanna Ottar Pernilla Ragnhild Sigvard Torbjörn Ulrika Viveka Yngve Åsa Örjan",
        family: "Ahlström Björklund Cederqvist Dahlgren Edvardsson Forsberg Grönlund Hedenskog Isaksson Järvinen Kjellberg Lindqvist Malmström Norrgård Oskarsson Palmqvist Rosenblad Sjöström Tallgren Uddenberg Vallström Wennergren Åkesson Öberg Backlund Ekdahl Hammarskog Strandberg",
        streets: "Storgatan|Drottninggatan|Kungsgatan|Skolgatan|Ringvägen|Parkgatan",
        cities: "111 20 Stockholm|411 03 Göteborg|211 20 Malmö|753 20 Uppsala|702 10 Örebro",
        calling_code: "46",
        mobile_prefix: "701",
        country: "SE",
        number_first: false,
    },
    Locale {
        given: "Aarav Bhavani Chandrika Devendra Eshwari Ganesh Harshita Indrajit Jayalakshmi Kalpana Lakshman Meenakshi Narayan Omkar Parvati Raghunath Saraswati Tejaswini Umesh Vasundhara Yashwant Kaveri Nandini Rajeshwari",
        family: "Agarwal Bhattacharya Chaturvedi Deshpande Elangovan Gangopadhyay Hegde Iyengar Jayaraman Krishnamurthy Lakshmanan Mukhopadhyay Nagarajan Ojha Padmanabhan Raghunathan Subramanian Tripathi Upadhyaya Venkataraman Wadhwani Yadavalli Banerjee Chakraborty Kulkarni Narasimhan Ramachandran Srinivasan",
        streets: "Gandhi Road|Nehru Street|Temple Road|Lake Road|Station Road|Tagore Lane",
        cities: "400001 Mumbai|560001 Bengaluru|600001 Chennai|700001 Kolkata|110001 Delhi",
        calling_code: "91",
        mobile_prefix: "98200",
        country: "IN",
        number_first: true,
    },
    Locale {
        given: "Ayşegül Berkay Ceyda Doğukan Elif Fatma Gökhan Hüseyin İlknur Kerem Leyla Mehmet Nurcan Orhan Pınar Rüstem Sevgi Tuğba Ufuk Vildan Yıldız Zeynep Çağla Şebnem",
        family: "Akbulut Bayraktar Candemir Demirtaş Erdoğmuş Fırıncıoğlu Güneş Hacıoğlu İskenderoğlu Kılıçarslan Lafçı Müftüoğlu Nalbantoğlu Özdemir Pamukçu Rıfatoğlu Soylu Türkmenoğlu Ulusoy Vardar Yıldırım Zengin Çelikkol Şahinbaş Büyükkaya Karaosmanoğlu Topaloğlu Sarıgül",
        streets: "Atatürk Caddesi|Cumhuriyet Caddesi|İnönü Sokak|Bahar Sokak|Gül Sokak|Deniz Caddesi",
        cities: "34122 İstanbul|06420 Ankara|35210 İzmir|16010 Bursa|07100 Antalya",
        calling_code: "90",
        mobile_prefix: "532",
        country: "TR",
        number_first: false,
    },
    Locale {
        given: "Adaeze Babajide Chukwuemeka Damilola Ebelechukwu Folasade Gbemisola Ifeoma Jumoke Kelechi Lolade Mosunmola Nkechinyere Olufemi Pelumi Rotimi Somtochukwu Temitope Uchenna Wuraola Yetunde Zainab Adebayo Oluwaseun",
        family: "Adeyemi Balogun Chukwumereije Dosunmu Ekwueme Fagbemi Gbadamosi Humbe Ibekwe Jegede Kalejaiye Ladipo Madueke Nwachukwu Obafemi Popoola Rasheedah Sowande Thompsonye Ugochukwu Wachukwu Yakubu Abiodunye Bamidele Eziokwu Olatunji Okonkwo Onwudiwe",
        streets: "Awolowo Road|Allen Avenue|Broad Street|Marina Road|Azikiwe Street|Herbert Road",
        cities: "101233 Lagos|900211 Abuja|200284 Ibadan|700213 Kano|500211 Enugu",
        calling_code: "234",
        mobile_prefix: "803",
        country: "NG",
        number_first: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_have_the_size_that_the_pairing_counts_on() {
        for locale in &LOCALES {
            assert_eq!(locale.given.split(' ').count() as u64, GIVEN, "{}", locale.country);
            assert_eq!(locale.family.split(' ').count() as u64, FAMILY, "{}", locale.country);
        }
    }

    #[test]
    fn no_name_is_in_two_pools() {
        let mut all: Vec<&str> = LOCALES.iter().flat_map(|l| l.given.split(' ').chain(l.family.split(' '))).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    /// A name that is also a word of the templates, streets or cities could not be told from it.
    #[test]
    fn no_name_is_a_word_of_the_logs() {
        let templates =
            [include_str!("mobile.rs"), include_str!("payments.rs"), include_str!("core.rs"), include_str!("branch.rs"), include_str!("notes.rs")];
        let places = LOCALES.iter().flat_map(|locale| [locale.streets, locale.cities]);
        let words: std::collections::BTreeSet<&str> =
            templates.into_iter().chain(places).flat_map(|text| text.split(|c: char| !c.is_alphabetic())).collect();
        for name in LOCALES.iter().flat_map(|l| l.given.split(' ').chain(l.family.split(' '))) {
            assert!(!words.contains(name), "{name}");
        }
    }
}

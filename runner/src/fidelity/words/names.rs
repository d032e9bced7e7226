//! Given names and surnames of many cultures.

/// Names that go together.
pub(in crate::fidelity) struct Culture {
    /// Given names.
    pub(in crate::fidelity) given: &'static [&'static str],
    /// Surnames.
    pub(in crate::fidelity) family: &'static [&'static str],
    /// Whether the surname comes first.
    pub(in crate::fidelity) family_first: bool,
}

const fn of(given: &'static [&'static str], family: &'static [&'static str]) -> Culture {
    Culture { given, family, family_first: false }
}

const fn family_first(given: &'static [&'static str], family: &'static [&'static str]) -> Culture {
    Culture { given, family, family_first: true }
}

/// Cultures written in Latin letters.
pub(in crate::fidelity) const LATIN: &[Culture] = &[
    of(
        &[
            "Rosalind", "Barnaby", "Imogen", "Cuthbert", "Philippa", "Desmond", "Gwendolyn", "Alistair", "Cordelia", "Lachlan", "Beatrix", "Fergus",
            "Marjorie", "Nathaniel", "Winifred", "Callum", "Henrietta", "Rhys", "Saoirse", "Tamsin", "Clementine", "Angharad", "Eoin", "Niamh",
        ],
        &[
            "Fairweather", "Ainsworth", "Thistlewood", "Braithwaite", "Cavendish", "Hollingsworth", "O'Sullivan", "McAllister", "Pemberton", "Lockhart",
            "Winterbourne", "Ashdown", "Tregenza", "Llewellyn", "Featherstone", "O'Callaghan", "Montague", "Harrowgate", "Wetherby", "Dunmore",
            "MacGillivray", "Penhaligon", "Sedgwick", "Ravenscroft",
        ],
    ),
    of(
        &[
            "Annegret", "Burkhard", "Dörte", "Eckehard", "Friedlinde", "Gernot", "Hannelore", "Jürgen", "Käthe", "Lothar", "Mechthild", "Nikolaus",
            "Ottilie", "Reinhold", "Sieglinde", "Torsten", "Ulrike", "Volkmar", "Wiebke", "Götz", "Roswitha", "Hartmut", "Edeltraud", "Bärbel",
        ],
        &[
            "Kirchhoff", "Dünnebier", "Schäuffele", "Oberländer", "Wintermantel", "Rosenkötter", "Bruckmüller", "Hasenöhrl", "Köhlmeier", "Pfannenschmidt",
            "von Ahlefeldt", "Zimmerhackl", "Niedermeyer", "Grünwald", "Leutheusser", "Müller-Thurgau", "Ostertag", "Rübsamen", "Schlüter", "Weidenfeller",
            "Borgmeier", "Hölzenbein", "Katzenmaier", "Stöcklein",
        ],
    ),
    of(
        &[
            "Anaïs", "Bérénice", "Clotilde", "Désiré", "Eugénie", "Gaëtan", "Hélène", "Isaure", "Léopold", "Maëlle", "Noémie", "Octave", "Perrine",
            "Quentin", "Solène", "Thibault", "Violaine", "Yannick", "Zélie", "Jean-Baptiste", "Marie-Hélène", "Aurélien", "Capucine", "Ludivine",
        ],
        &[
            "Beauchamp", "Chevallier", "Desrosiers", "Fontainebleau", "Guérin", "Hautecœur", "Lachapelle", "Lefèvre", "Montferrand", "Pélissier",
            "Rochefort", "Saint-Exupère", "Tremblay", "Villeneuve", "Bourguignon", "de la Tour", "Delacroix", "Marchandise", "Beaumarchais", "Quesnel",
            "Thévenet", "Vauquelin", "Lagardère", "d'Aubigné",
        ],
    ),
    of(
        &[
            "Aránzazu", "Baltasar", "Concepción", "Dámaso", "Encarnación", "Fermín", "Guadalupe", "Higinio", "Inmaculada", "Jacinto", "Leocadia", "Macarena",
            "Nazaret", "Obdulia", "Plácido", "Remedios", "Saturnino", "Trinidad", "Visitación", "Ximena", "Íñigo", "Begoña", "Evaristo", "Nicanor",
        ],
        &[
            "Echeverría", "Zubizarreta", "de la Fuente", "Villalobos", "Peñaranda", "Ybarra", "Quintanilla", "Castañeda", "Ordóñez", "Montesinos",
            "Aguirrezabala", "Bermúdez", "Carrascosa", "Fuentealba", "Iturriaga", "Llorente", "Núñez", "Olivares", "Sepúlveda", "Valdivieso", "Etxebarria",
            "Arrizabalaga", "Cienfuegos", "Gallardo y Ponce",
        ],
    ),
    of(
        &[
            "Annunziata", "Bartolomeo", "Carmelina", "Domenico", "Ermenegildo", "Fiammetta", "Gioacchino", "Immacolata", "Lodovico", "Mariangela",
            "Nunzio", "Ottavia", "Pierluigi", "Raffaella", "Serafina", "Tancredi", "Ubaldo", "Vincenza", "Zaccaria", "Ginevra", "Ludovica", "Gaspare",
        ],
        &[
            "Abbagnale", "Bevilacqua", "Cacciatore", "D'Annunzio", "Finocchiaro", "Giambattista", "Incoronato", "Lombardozzi", "Mastroianni", "Notarbartolo",
            "Pappalardo", "Quattrocchi", "Scognamiglio", "Tagliaferri", "Vassallo", "Zampaglione", "Della Rovere", "Castelnuovo", "Buonarroti", "Quagliarella",
            "Mezzogiorno", "Settembrini",
        ],
    ),
    of(
        &[
            "Aleida", "Bouke", "Diederik", "Ellemieke", "Froukje", "Geertruida", "Hendrika", "Joost", "Liesbeth", "Maarten", "Neeltje", "Pieternel",
            "Roelof", "Sietske", "Teunis", "Wilhelmina", "Ysbrand", "Gijs", "Machteld", "Wouter",
        ],
        &[
            "van der Heijden", "Kuipers", "van den Broek", "Hoogland", "Zonneveld", "de Graaf", "Oosterhuis", "Terpstra", "van Leeuwenhoek", "Brouwer",
            "Schoonhoven", "ter Horst", "Dijkstra", "Vermeulen", "van Oosterhout", "Noordhoek", "Kloosterman", "Wagenaar", "Hoekstra", "Blankenstijn",
        ],
    ),
    of(
        &[
            "Agnieszka", "Bogumił", "Czesława", "Dobrosława", "Eugeniusz", "Grażyna", "Halina", "Ireneusz", "Jadwiga", "Kazimierz", "Lesława", "Mieczysław",
            "Przemysław", "Radosław", "Stanisława", "Wojciech", "Zbigniew", "Żaneta", "Łucja", "Świętopełk",
        ],
        &[
            "Brzęczyszczykiewicz", "Kwiatkowski", "Dąbrowska", "Grzybowski", "Jabłoński", "Krzyżanowska", "Łukaszewicz", "Mazurkiewicz", "Niedźwiedzki",
            "Ostrowska", "Piotrowicz", "Rzepecki", "Szczepańska", "Trzaskowska", "Wiśniewski", "Zawadzka", "Żeromski", "Ćwikliński", "Świderska", "Skłodowska",
        ],
    ),
    of(
        &[
            "Åsa", "Björn", "Ebba", "Frej", "Gudrun", "Håkan", "Ingeborg", "Jørgen", "Kjersti", "Linnéa", "Märta", "Oddvar", "Ragnhild", "Sølvi", "Torbjørn",
            "Vigdis", "Yrsa", "Aino", "Eero", "Päivi", "Väinö", "Tuulikki", "Sigurður", "Þórunn",
        ],
        &[
            "Sjöström", "Lindqvist", "Ångström", "Bergström", "Haugland", "Kjærgaard", "Nygård", "Østergaard", "Rasmussen", "Skarsgård", "Thorvaldsen",
            "Wikström", "Hämäläinen", "Mäkelä", "Nieminen", "Virtanen", "Koskenkorva", "Guðmundsdóttir", "Jónsson", "Hjaltalín", "Myklebust", "Fløystad",
            "Söderberg", "Lagerlöf",
        ],
    ),
    of(
        &[
            "Anderson", "Conceição", "Edilson", "Francisca", "Gonçalo", "Jurema", "Lourdes", "Moacir", "Nazaré", "Osvaldo", "Raimunda", "Severino",
            "Terezinha", "Valdemar", "Zenaide", "João", "Inês", "Tiago", "Beatriz", "Ubirajara",
        ],
        &[
            "Albuquerque", "Bragança", "Cavalcanti", "dos Santos", "Figueiredo", "Guimarães", "Magalhães", "Nascimento", "Pessanha", "Queiroz", "Rebouças",
            "Sampaio", "Teixeira", "Vasconcelos", "Wanderley", "da Conceição", "Assunção", "Bittencourt", "Carvalhaes", "Drummond",
        ],
    ),
    of(
        &[
            "Ayşegül", "Bülent", "Çağla", "Doğukan", "Esra", "Fatmagül", "Gökhan", "Hülya", "İbrahim", "Kıvanç", "Leyla", "Mehmet", "Nurettin", "Özlem",
            "Selçuk", "Şebnem", "Tuğba", "Uğur", "Yıldız", "Zübeyde",
        ],
        &[
            "Yılmazer", "Karaosmanoğlu", "Çelik", "Demirtaş", "Erdoğdu", "Gündüz", "Hacıoğlu", "İnönü", "Kılıçdar", "Özdemir", "Pamukoğlu", "Sarıgül",
            "Şahin", "Tekinalp", "Uzunoğlu", "Yıldırım", "Zorlu", "Aksoy", "Bayındır", "Cevahir",
        ],
    ),
    of(
        &[
            "Abdulrahman", "Basma", "Fatima-Zahra", "Ghassan", "Hamza", "Ibtissam", "Jamila", "Khadija", "Laith", "Mouna", "Nawal", "Omar", "Qasim", "Rania",
            "Salah", "Tariq", "Wafaa", "Yasmine", "Zainab", "Layla", "Idriss", "Soukaina",
        ],
        &[
            "al-Farouqi", "Benchekroun", "Bouazizi", "El Mansouri", "Haddad", "Khoury", "al-Rashid", "Mahfouz", "Nasrallah", "Qabbani", "bin Sulayman",
            "Taleb", "Zayani", "Ait Ouahmane", "Chraibi", "Darwish", "al-Jaziri", "Sabbagh", "Tazi", "Barghouti", "Ghannouchi", "Oubaali",
        ],
    ),
    of(
        &[
            "Aishwarya", "Balakrishnan", "Chandrika", "Devendra", "Gayatri", "Harshvardhan", "Indrajit", "Jyotsna", "Kaushalya", "Lakshmi", "Madhavan",
            "Narayani", "Parvathi", "Rajalakshmi", "Sudhir", "Tejaswini", "Upendra", "Vasundhara", "Yogesh", "Zubin", "Gurpreet", "Manjinder",
        ],
        &[
            "Bhattacharya", "Chattopadhyay", "Deshpande", "Gopalakrishnan", "Iyengar", "Jayaraman", "Kulkarni", "Mukhopadhyay", "Namboodiri", "Padmanabhan",
            "Ranganathan", "Subramaniam", "Thiruvengadam", "Venkataraman", "Wadhwani", "Ahluwalia", "Choudhury", "Engineer-Patel", "Khandelwal", "Malhotra",
            "Rathore", "Sandhu",
        ],
    ),
    family_first(
        &[
            "Xiuying", "Zhiqiang", "Meiling", "Guozhong", "Yulan", "Haoran", "Jiayi", "Wenbo", "Ruoxi", "Tianyu", "Shufen", "Zixuan", "Peizhi", "Kaiming",
        ],
        &["Ouyang", "Zhuang", "Huang", "Zheng", "Xiao", "Jiang", "Qiu", "Shangguan", "Situ", "Zhong", "Liang", "Tsang", "Cheung", "Fong"],
    ),
    family_first(
        &["Thị Hồng", "Văn Đức", "Minh Châu", "Quang Huy", "Thùy Dương", "Đình Phúc", "Bảo Ngọc", "Xuân Trường", "Thanh Hà", "Kim Liên"],
        &["Nguyễn", "Trần", "Phạm", "Huỳnh", "Đặng", "Võ", "Bùi", "Dương", "Trịnh", "Đỗ"],
    ),
    of(
        &[
            "Adaeze", "Babatunde", "Chinwe", "Ebere", "Folasade", "Ikechukwu", "Kelechi", "Ngozi", "Olumide", "Temitope", "Uzoma", "Yewande", "Kwabena",
            "Akosua", "Thandiwe", "Sipho", "Nomvula", "Wanjiru", "Kipchoge", "Makena", "Desta", "Tigist",
        ],
        &[
            "Okonkwo", "Adeyemi-Bello", "Chukwuemeka", "Ogunleye", "Nwachukwu", "Balogun", "Oyelaran", "Mensah", "Boateng", "Asantewaa", "Mkhize", "Dlamini",
            "Ndlovu", "Kamau", "Otieno", "Wambui", "Gebreselassie", "Tesfaye", "Abubakar", "Diallo", "Traoré", "N'Diaye",
        ],
    ),
    of(
        &["Haruka", "Kenjiro", "Sakura", "Takeshi", "Yoshiko", "Noboru", "Chiyo", "Isamu", "Mitsuko", "Renjiro", "Fumiko", "Shinobu"],
        &["Kobayashi", "Matsumoto", "Hasegawa", "Yamaguchi", "Fujiwara", "Nakagawa", "Ishikawa", "Ogata", "Shimizu", "Takahashi", "Kurosawa", "Ueda"],
    ),
    family_first(
        &["Min-jun", "Seo-yeon", "Ji-hoon", "Hye-jin", "Dong-hyun", "Eun-kyung", "Sang-woo", "Yu-na"],
        &["Baek", "Hwang", "Namgoong", "Ryu", "Seonwoo", "Yoon", "Jeong", "Kwon"],
    ),
    of(
        &["Árpád", "Boglárka", "Csilla", "Dezső", "Erzsébet", "Győző", "Ildikó", "Jenő", "Kálmán", "Zsófia", "Bohumil", "Květoslava", "Zdeňka", "Řehoř"],
        &[
            "Szentgyörgyi", "Nagykovácsi", "Kőszegi", "Horváth", "Vörösmarty", "Kertész", "Dvořáková", "Černohorský", "Hřebejk", "Vaňková", "Svěrák",
            "Procházka", "Hviezdoslav", "Ďurišová",
        ],
    ),
    of(
        &["Aristotelis", "Despina", "Eleftheria", "Kyriakos", "Panagiota", "Stavroula", "Theodosia", "Vasilis", "Dragomir", "Jovanka", "Snežana", "Zvonimir"],
        &[
            "Papadopoulos", "Karagiannis", "Theodorakis", "Xenakis", "Kazantzakis", "Hatzigeorgiou", "Petrović", "Živković", "Đorđević", "Kovačević",
            "Stojanović", "Radovanović",
        ],
    ),
];

/// Cultures written in letters of their own.
pub(in crate::fidelity) const NATIVE: &[Culture] = &[
    of(
        &["Александра", "Богдан", "Вероника", "Геннадий", "Екатерина", "Любомир", "Святослав", "Ярослава", "Зинаида", "Мирослав"],
        &["Воскресенский", "Шевченко", "Кузнецова", "Мельниченко", "Рождественская", "Тимофеев", "Щербакова", "Ковальчук", "Абрамович", "Луговая"],
    ),
    of(
        &["Αικατερίνη", "Δημήτριος", "Ευαγγελία", "Κωνσταντίνος", "Σοφοκλής", "Χρυσούλα"],
        &["Παπαδοπούλου", "Αλεξόπουλος", "Βασιλείου", "Μητσοτάκης", "Οικονόμου", "Χατζηδάκις"],
    ),
    of(&["عبدالرحمن", "خديجة", "ياسمين", "إبراهيم", "فاطمة", "طارق"], &["المنصوري", "الحداد", "القباني", "البغدادي", "الشرقاوي", "التازي"]),
    family_first(&["秀英", "志强", "美玲", "浩然", "雨桐", "国栋"], &["欧阳", "司徒", "黄", "郑", "诸葛", "梁"]),
    family_first(&["春香", "健二郎", "美智子", "翔太", "由紀子", "昭雄"], &["長谷川", "小林", "藤原", "石川", "黒澤", "清水"]),
    family_first(&["민준", "서연", "지훈", "혜진", "동현", "은경"], &["백", "황보", "남궁", "선우", "윤", "권"]),
    of(&["ऐश्वर्या", "देवेंद्र", "गायत्री", "कौशल्या", "राजेश", "वसुंधरा"], &["भट्टाचार्य", "देशपांडे", "कुलकर्णी", "मल्होत्रा", "राठौर", "अय्यर"]),
];

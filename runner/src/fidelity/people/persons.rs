//! Persons of the names' days, made up: given names and surnames of many cultures, and names that are ordinary words as well. None of the lists that
//! the detectors were made of was read for them.

use super::Half;
use crate::fidelity::prng::Prng;
use crate::fidelity::words::PARTICLES;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// One or two given names.
    pub given: &'static str,
    /// The surname with its particles.
    pub family: &'static str,
}

/// Given names and surnames that go together, each list parted by semicolons.
type Culture = (&'static str, &'static str);

#[rustfmt::skip]
const SHOWN: &[Culture] = &[
    ("Rhiannon;Tobias;Clarissa;Dermot;Harriet;Leopold;Gareth;Eleanor", "Ashcombe;Wexley;Harcastle;Pennington-Shaw;O'Rourke;MacLeish;Birtwell;Hathersage"),
    ("Brandon;Kaitlyn;Jerome;Shanice;Wyatt;Marisa", "Hollister;Washburn;Delacruz;Kowalchuk;St. James;Vandermeer"),
    ("Anneliese;Gottfried;Käthe;Jürgen;Hans-Dieter;Ulrike", "Möllenbeck;von Stetten;Großkopf;Zimmerling;Mühlbauer-Lenz;Hagenkötter;zu Solms"),
    ("Étienne;Marie-Claude;Ghislain;Solange;Thérèse;Baptiste", "Delacroix;de Montreuil;Lefèbvre;Bourguignon;d'Aubigny;Chevreau"),
    ("Íñigo;Soledad;Evaristo;María José;Begoña;Rodrigo", "Garmendia Ruiz;Villaseñor;de la Fuente;Echeverría Luna;Bustamante"),
    ("Ludovico;Fiammetta;Gennaro;Annunziata;Ruggero", "Quattrocchi;Della Rovere;Mastroianni;D'Angelantonio;Bevilacqua"),
    ("Joaquim;Conceição;Thiago;Iracema", "Vasconcelos;da Silveira;Magalhães Pinto;Gonçalves"),
    ("Maarten;Femke;Wouter;Liesbeth", "van den Heuvel;de Ruijter;Hoogeveen;ter Braak;Zijlstra"),
    ("Zbigniew;Małgorzata;Sławomir;Jadwiga", "Wiśniowiecka;Łukasiewicz;Dąbrowski;Szymczyk"),
    ("Vojtěch;Ludmila;Břetislav;Libuše", "Hlaváček;Šimůnková;Procházka;Kratochvíl"),
    ("Håkon;Astrid;Søren;Sigrún;Gunnar", "Bjerregaard;Lindqvist;Ødegård;Haugland;Thorvaldsen"),
    ("Eeva-Liisa;Tapio;Zsuzsanna;Balázs", "Hämäläinen;Kuusisto;Szűcs;Kerekes"),
    ("Emine;Serdar;Gülay;Orhan", "Yıldırım;Özdemir;Karagöz;Aksoy"),
    ("Ileana;Vasil;Eleftheria;Dragan", "Constantinescu;Stoyanov;Papadimitriou;Jovanović"),
    ("Vsevolod;Lyudmila;Taras;Oksana", "Saltykov;Bogdanova;Shevchuk;Kravchenko"),
    ("Yasmin;Tariq;Abdulaziz;Layla", "Al-Khalifa;El Amrani;bin Saeed;Haddad"),
    ("Raghunath;Lakshmipriya;Harpreet;Sunita", "Subramanian;Chattopadhyay;Gill;Deshpande"),
    ("Xiuying;Minh Anh;Ji-hoon;Keisuke;Mei", "Zhang;Ouyang;Nguyen;Kwon;Matsuzaki"),
    ("Chukwuemeka;Ayotunde;Nomvula;Fatou", "Okereke;Adeyemi;Mokoena;Diallo"),
    ("Mark;Rose;Grace;Will;Dawn;Philip;Monica;Stefan", "Baker;Page;Grant;Cook;Young;Koch;Hendricks;Ahlers"),
    ("Frank;Hope;Max;Summer;Sabine;Laurent;Teresa", "Price;Fisher;Klein;Blanc;Petit;Overbeck;Lombardi"),
];

#[rustfmt::skip]
const HELD_OUT: &[Culture] = &[
    ("Gwyneth;Alasdair;Prudence;Rupert;Imelda;Crispin;Nigel;Bronwen", "Thackeray;Lyttleton;Ravenscroft;Carew-Pole;O'Hanlon;McTavish;Hepplewhite;Stourton"),
    ("Tyrone;Brittany;Luther;Latoya;Clint;Daniela", "Kirkpatrick;Dubose;Villanueva;Sokolowski;Van Buren;Hargrove"),
    ("Reinhold;Edeltraud;Jörg;Bärbel;Karl-Friedrich;Swantje", "Rüttgers;von der Osten;Weißmüller;Obermoser;Stöckl-Hauser;Pfannenstiel;zur Linden"),
    ("Aurélien;Anne-Sophie;Fabrice;Odile;Hélène;Gaston", "Montgolfier;de Villepreux;Lhéritier;Rousselot;d'Estaing;Gauthereau"),
    ("Álvaro;Encarnación;Leandro;Ana Belén;Nuria;Gonzalo", "Aranburu Soto;Castañeda;del Río;Zubiría Campos;Montoya"),
    ("Ottavio;Domenica;Pasquale;Loredana;Saverio", "Mangiacapra;Lo Presti;Castelvetro;Dall'Agnol;Santangelo"),
    ("Aderbal;Lurdes;Caetano;Jussara", "Figueiredo;dos Anjos;Sampaio Neto;Assunção"),
    ("Sjaak;Marijke;Diederik;Hanneke", "van der Velden;de Graaff;Boersma;ten Hoopen;Wiersma"),
    ("Bogdan;Agnieszka;Wojciech;Elżbieta", "Zawadzka;Śliwiński;Gąsiorowski;Wróblewska"),
    ("Zdeněk;Růžena;Jaroslav;Blažena", "Dvořáček;Němcová;Havránek;Sedlářová"),
    ("Øystein;Ingrid;Jørgen;Þórunn;Torsten", "Mikkelsen;Bergström;Åkesson;Fjeldstad;Sigurdsson"),
    ("Pirkko;Väinämö;Ildikó;Gergely", "Mäkelä;Virolainen;Fazekas;Orbán"),
    ("Nurcan;Tuncay;Şebnem;Cemil", "Çelikkol;Şahin;Kılıçarslan;Erdoğmuş"),
    ("Crina;Plamen;Despina;Zoran", "Munteanu;Dimitrov;Theodorakis;Milošević"),
    ("Gennady;Zinaida;Bohdan;Yaroslava", "Vorobyov;Lebedeva;Tkachenko;Bondarenko"),
    ("Samira;Khaled;Abdelkader;Nadia", "Al-Rashidi;Ben Youssef;bin Talal;Mansour"),
    ("Venkatesh;Kaushalya;Gurpreet;Meenakshi", "Ramaswamy;Bhattacharya;Sandhu;Kulkarni"),
    ("Guoqiang;Thanh Ha;Seung-min;Haruka;Lin", "Huang;Shangguan;Pham;Hwang;Kobayashi"),
    ("Olumide;Ngozi;Sibusiso;Aminata", "Nwosu;Ogunleye;Ndlovu;Traore"),
    ("Bill;Ivy;Joy;Chase;Autumn;Gregor;Pauline;Marco", "Carter;Banks;Rich;Bishop;Long;Lang;Wetherby;Sonntag"),
    ("Drew;Faith;Art;June;Karin;Olivier;Renata", "Stone;Marshall;Gross;Legrand;Conti;Hollenbach;Ricci"),
];

impl Person {
    /// Draws one of a half.
    #[must_use]
    pub fn drawn(half: Half, prng: &mut Prng) -> Self {
        let (given, family) = prng.one(match half {
            Half::Shown => SHOWN,
            Half::HeldOut => HELD_OUT,
        });
        let mut one = |list: &'static str| {
            let all: Vec<&'static str> = list.split(';').collect();
            prng.one(&all)
        };
        Self { given: one(given), family: one(family) }
    }

    /// The surname without particles before it.
    #[must_use]
    pub fn stem(&self) -> &'static str {
        let mut rest = self.family;
        while let Some((first, more)) = rest.split_once(' ') {
            if !first.chars().next().is_some_and(char::is_lowercase) {
                break;
            }
            rest = more;
        }
        rest
    }

    /// The first letter of the given name.
    #[must_use]
    pub fn initial(&self) -> char {
        self.given.chars().next().unwrap_or('X')
    }
}

/// The parts of a name, in small letters, that tell whose it is.
#[must_use]
pub fn telling(name: &str) -> Vec<String> {
    let words = name.split([' ', '-', '\'', '.']).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= 3 && !PARTICLES.contains(&word.as_str()) && !SMALL.contains(&word.as_str())).collect()
}

/// Particles of these names that the common list lacks.
const SMALL: [&str; 5] = ["dos", "della", "dall", "zur", "ten"];

/// A name as it is written where nothing but small ASCII letters may stand, as in user names.
#[must_use]
pub fn plain(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .flat_map(|c| {
            let letters = match c {
                'ä' => "ae",
                'ö' | 'ø' => "oe",
                'ü' => "ue",
                'ß' => "ss",
                'å' | 'á' | 'à' | 'â' | 'ã' | 'ă' | 'ą' => "a",
                'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' => "e",
                'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
                'ó' | 'ò' | 'ô' | 'õ' | 'ő' => "o",
                'ú' | 'ù' | 'û' | 'ů' | 'ű' => "u",
                'ç' | 'ć' | 'č' => "c",
                'ñ' | 'ń' | 'ň' => "n",
                'ś' | 'š' | 'ş' | 'ș' => "s",
                'ź' | 'ż' | 'ž' => "z",
                'ř' => "r",
                'ł' => "l",
                'ğ' => "g",
                'ý' => "y",
                'ť' | 'ț' => "t",
                'þ' => "th",
                'ð' | 'ď' => "d",
                // The dot over a Turkish capital, which becomes a mark of its own in small letters.
                '\u{307}' => "",
                other if other.is_ascii_alphabetic() => return vec![other],
                _ => "",
            };
            letters.chars().collect()
        })
        .collect()
}

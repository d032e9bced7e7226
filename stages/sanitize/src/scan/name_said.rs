//! What is said around a name of one word that things do not share: what persons do, what is done to them, and what only they have.
//!
//! The words are written as they stand in a sentence, with their accents; the lists are asked about words with a capital that nothing else explains.

/// What is done to persons alone.
#[rustfmt::skip]
const DONE_TO: &[&str] = &[
    "asked", "told", "thanked", "met", "informed", "emailed", "phoned", "rang", "visited", "telephoned", "texted", "reassured", "interviewed", "advised",
    "reminded", "refunded", "reimbursed", "married", "divorced", "tell", "ask", "thank", "telephone", "remind", "fragte", "bat", "informierte",
    "appelé", "rappelé", "informé", "rencontré", "prévenu", "chiamato", "avvisato", "incontrato", "gebeld", "llamé", "avisé",
];

/// What of a person is kept under the name: `the Roe case`.
const MATTERS: &[&str] =
    &["case", "matter", "estate", "heirs", "family", "household", "complaint", "divorce", "inheritance", "probate", "mortgage", "dossier"];

/// The same before the name: `Akte Roe`.
#[rustfmt::skip]
const FILES: &[&str] = &[
    "Akte", "Sache", "Familie", "dossier", "Dossier", "expediente", "Expediente", "famille", "Famille", "familia", "Familia", "famiglia", "pratica",
    "Pratica", "zaak", "Erbfall", "Nachlass", "succession", "Eheleute",
];

/// Prepositions, and the words before them that persons follow.
#[rustfmt::skip]
const PAIRS: &[(&[&str], &[&str])] = &[
    (
        &["of", "on", "from", "by", "about", "with", "to", "against", "for", "regarding"],
        &[
            "news", "match", "matches", "hit", "hits", "lookup", "complaint", "complaints", "letter", "letters", "callback", "voicemail", "appointment",
            "conversation", "interview", "consent", "mandate", "mortgage", "signature", "signatures", "passport", "papers", "widow", "widower", "wife",
            "husband", "spouse", "heirs", "estate", "death", "behalf", "solicitor", "lawyer", "spoke", "speak", "spoken", "talked", "heard", "hear",
            "apologised", "apologized", "wrote", "signed", "cosigned", "witnessed", "testimony", "affidavit", "attorney", "meeting", "sanctions", "screening",
        ],
    ),
    (
        &["of", "on", "from", "by"],
        &["card", "cards", "loan", "loans", "account", "accounts", "statement", "statements", "application", "will", "salary", "pension", "identity"],
    ),
    (&["by"], &["approved", "requested", "reported", "authorised", "authorized", "reviewed", "escalated", "disputed", "contested"]),
    (&["from", "to", "with"], &["call", "calls", "mail", "email", "message", "reply", "answer", "visit", "instructions", "explained", "replied", "note"]),
    (
        &["de", "du", "à", "avec"],
        &[
            "appel", "courrier", "dossier", "demande", "compte", "réponse", "réclamation", "signature", "procuration", "parlé", "vous", "succession",
            "entretien", "plainte",
        ],
    ),
    (
        &["de", "del", "a", "con"],
        &[
            "llamada", "carta", "cuenta", "solicitud", "expediente", "firma", "hablé", "hablado", "cita", "reunión", "queja", "respuesta", "viuda", "pedido",
        ],
    ),
    (&["di", "da", "a", "con"], &["chiamata", "lettera", "pratica", "firma", "conto", "parlato", "appuntamento", "reclamo", "risposta", "colloquio"]),
    (&["van", "aan", "met"], &["gesprek", "afspraak", "brief", "klacht", "handtekening", "dossier", "aanvraag", "rekening", "gesproken", "gebeld"]),
    (&["de", "do", "da", "com"], &["pedido", "conta", "ligação", "reunião", "assinatura", "processo", "falei", "reclamação"]),
    (&["från", "med", "av", "fra"], &["samtal", "möte", "brev", "klagomål", "samtale", "møte"]),
];

/// What persons alone do or are, behind their name.
#[rustfmt::skip]
const SAID: &[&str] = &[
    "said", "says", "asked", "asks", "wants", "wanted", "phoned", "emailed", "rang", "thinks", "mentioned", "agreed", "agrees", "apologised", "apologized",
    "insists", "insisted", "complained", "complains", "promised", "promises", "disputes", "disputed", "told", "wrote", "called again", "called back",
    "called about", "called to", "called in", "called yesterday", "called today", "called this", "is out until", "is out of office", "is on leave",
    "is on holiday", "is on vacation", "is away", "is off sick", "will call", "will phone", "will come", "will sign", "will bring", "has called",
    "has phoned", "has asked", "has complained", "has signed", "was here", "was in the branch", "came by", "came in", "möchte", "bittet", "wünscht", "ruft",
    "rief", "schreibt", "schrieb", "hat angerufen", "hat unterschrieben", "hat gekündigt", "demande", "souhaite", "appelle", "llamó", "pide", "quiere",
    "chiede", "vuole", "belt", "belde", "vraagt", "dzwoni", "dzwonił", "prosi", "ligou", "pediu", "ringde", "ringer",
];

/// Verbs behind the first word of a sentence; regular forms in `ed` need no list.
const VERBS: &str = "
is was has had will would did does do can could cannot may might should must wants needs says said asks tells told thinks knows knew got gets gave gives
took takes made makes paid pays sent sends lost left met kept brought bought sold spoke wrote came comes went goes lives works moves calls signs agrees
refuses claims denies insists hopes expects wishes plans travels disputes confirms requests still never also just now rang
hat ist war wird wurde kann konnte möchte will wollte bittet bat fragt sagt sagte meldet kommt kam schreibt ruft rief zahlt wünscht wohnt braucht bestätigt
a est était va veut voudrait demande souhaite appelle conteste confirme dit vient ne
ha es está era fue va quiere pide solicita llamó dice viene necesita no confirma
è vuole chiede chiama dice viene deve può non
heeft is was wil belt belde vraagt zegt komt kan moet wacht
jest ma prosi chce dzwoni dzwonił mówi był była nie
har er är var vil vill ska skal ringde ringer ber kan kommer
foi tem quer pediu ligou está não";

/// What is of whoever is spoken to.
#[rustfmt::skip]
const YOURS: &[&str] = &[
    "your", "dein", "deine", "Ihr", "Ihre", "ihr", "ihre", "votre", "vos", "ton", "ta", "tu", "su", "tus", "sus", "il tuo", "la tua", "il suo", "la sua", "o seu", "a sua",
    "o teu", "a tua", "twój", "twoje", "twoja", "uw", "jouw", "je", "din", "ditt", "dit", "váš", "vaše", "sinun", "du hast", "Sie haben", "you have", "vous avez", "tienes", "hai",
];

/// Words that begin sentences in languages whose ordinary words are on no list, though somebody somewhere is called so.
const OPENERS: &str = "
andre annars anta arată aucun barra barras bază baza bilde blanding borde borner borra bruk cadena crea dans defina definis définis deze dina
domena draai edita eier einde ellers endringer erken esco faller fant farve fattore ferdig filer finner første følger formato forza füge gera
gest hanja harde hoge høster kaba keer kijk klar klarer klip knip knopf koble kobler kolon komenda koppel lancia lance laster lege legg
leser leter lier linke löschen maniglia mâner marcado masse menge meny merk mette mistura modell mucha musí musi nyers ordner paquet pasek pekar
pijl pixler podany prego primer provo registre reiter resta retter rufe sablon saker samler schakel sieh skok skriver slå smid sørg speicher
spolar springer stäng stam stapel stel stelt stier stocker stoler strøm strømmen strömmen sträng ställer sætter sätter taal tagg tamil tatar temel tittel
topp treff tür venter verdier verrà vill virta voer voert weist wähle yazıcı zeiger zijde ändert ændring ändring ändringar etkin böyle başka okuma eylem";

/// Whether this is done to persons.
pub(super) fn is_done_to_persons(word: &str) -> bool {
    DONE_TO.contains(&word)
}

/// Whether a person's matter is called so, behind the name.
pub(super) fn is_matter(word: &str) -> bool {
    MATTERS.contains(&word)
}

/// Whether a person's papers are called so, before the name.
pub(super) fn is_file(word: &str) -> bool {
    FILES.contains(&word)
}

/// Whether a person follows a preposition behind this word: `news on`, `complaint from`.
pub(super) fn is_of_person(word: &str, preposition: &str) -> bool {
    PAIRS.iter().any(|(prepositions, words)| prepositions.contains(&preposition) && words.contains(&word))
}

/// Whether what follows a blank behind a name is said of persons alone: `said that`, `is on leave`.
pub(super) fn is_said_of_persons(rest: &str) -> bool {
    SAID.iter().any(|said| rest.strip_prefix(said).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// Whether what follows a name speaks to whoever has it: `Jane, your code is`.
pub(super) fn is_addressed(rest: &str) -> bool {
    rest.strip_prefix(", ").is_some_and(|rest| YOURS.iter().any(|word| rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))))
}

/// Whether a word may be the verb of a sentence that begins with a name.
pub(super) fn is_verb(word: &str) -> bool {
    let regular = word.len() >= 5 && word.ends_with("ed") && word.bytes().all(|byte| byte.is_ascii_lowercase());
    regular || VERBS.split_whitespace().any(|verb| verb == word)
}

/// Whether a word with a capital begins sentences and is nobody.
pub(super) fn is_opener(word: &str) -> bool {
    let small = word.to_lowercase();
    OPENERS.split_whitespace().any(|opener| opener == small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_once_and_as_it_is_asked_for() {
        for list in [VERBS, OPENERS] {
            assert!(list.split_whitespace().all(|word| word.chars().all(|c| c.is_lowercase())), "{list}");
        }
        let openers: Vec<&str> = OPENERS.split_whitespace().collect();
        assert!(openers.iter().all(|word| openers.iter().filter(|other| *other == word).count() == 1));
        assert!(is_opener("Sætter") && is_opener("Speicher") && !is_opener("Larkspurton"));
    }

    #[test]
    fn words_of_persons_are_known_and_those_of_things_are_not() {
        assert!(is_done_to_persons("phoned") && !is_done_to_persons("restarted"));
        assert!(is_of_person("complaint", "from") && is_of_person("carta", "de") && !is_of_person("version", "of") && !is_of_person("payment", "to"));
        assert!(
            is_said_of_persons("said so")
                && is_said_of_persons("is on leave, back soon")
                && !is_said_of_persons("is on")
                && !is_said_of_persons("saids")
        );
        assert!(is_verb("moved") && is_verb("hat") && !is_verb("bed") && !is_verb("driver"));
    }
}

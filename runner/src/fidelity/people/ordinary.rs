//! Lines with nobody in them: words with a capital at the beginning of sentences, German nouns, products, months, places, and words that are names
//! elsewhere.

use super::Half;

/// The lines of a half.
#[must_use]
pub fn lines(half: Half) -> &'static [&'static str] {
    match half {
        Half::Shown => SHOWN,
        Half::HeldOut => HELD_OUT,
    }
}

#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "Page 3 of 12 rendered", "Mark the case as closed when the fee is booked", "Grant expired for role auditor", "Rose by three percent since Monday",
    "Will retry in 30 seconds", "Young customers prefer the app", "Price list reloaded", "Cook the books is not a feature", "Hope this helps",
    "Max retries reached, giving up", "Summer campaign starts in June", "Grace period ends in August", "Frank exchange with the regulator took place",
    "Dawn job finished before the cut-off", "Baker Street branch closed on Saturday", "Fisher index computed", "Petit déjeuner offert en agence",
    "Klein und Mittelbetriebe erhalten Sonderkonditionen", "Koch Industries is not a counterparty", "Blanc de compte refusé",
    "Die Überweisung wurde am Freitag ausgeführt", "Der Kunde hat die Kreditkarte gesperrt", "Das Konto weist eine Unterdeckung auf",
    "Bitte den Vertrag und die Vollmacht beilegen", "Antrag auf Baufinanzierung liegt der Filiale vor", "Rückbuchung wegen fehlender Deckung",
    "Wertstellung zum Monatsende, Zinsen folgen", "Kündigung des Sparvertrags eingegangen", "Nach dem Neustart lief die Abstimmung wieder",
    "Der Sachbearbeiter prüft die Unterlagen im Januar", "Le virement a été exécuté en Février", "Les frais de Mars sont prélevés", "La carte Visa Premier est bloquée",
    "El Banco rechazó la operación en Barcelona", "La cuenta Nómina está activa", "Il bonifico SEPA è in lavorazione a Milano", "De bank in Rotterdam is gesloten",
    "Oddział w Krakowie jest zamknięty", "Transfer to Frankfurt delayed", "Branch in Nottingham reopens in September", "Outage in Singapore and Sydney resolved",
    "Apple Pay enrolment failed", "Google Wallet token provisioned", "Premium Saver account opened", "Golden Travel Card shipped", "Home Equity Loan repriced",
    "Kafka Consumer lag is high", "Spring Boot started on port 8080", "Oracle Database switched over", "Jenkins Pipeline is green again", "Windows Update pending",
    "NullPointerException in PaymentRouter", "Connection Reset by Peer", "Certificate Authority rotated", "Daily Reconciliation completed", "Monthly Statement Batch queued",
    "Risk Appetite Framework reviewed in April", "Anti Money Laundering alert raised", "Know Your Customer refresh due", "Please Contact Support", "Black Friday traffic doubled",
    "Christmas Eve is a bank holiday", "Deutsche Bundesbank sent the file", "European Central Bank raised rates", "Bank of England holiday calendar loaded",
    "Stock Exchange in Zurich closed", "Amsterdam data centre failed over to Dublin", "Paris office moved", "Victoria Station ATM out of cash", "Tokyo opens first",
];

#[rustfmt::skip]
const HELD_OUT: &[&str] = &[
    "Bill of lading attached", "Long running query killed", "Rich text is not allowed here", "Stone age format rejected", "Marshall the queue before noon",
    "Banks must report by Friday", "Carter plan is archived", "June figures are final", "Faith in the system restored", "Joy of paperless banking campaign",
    "Chase the missing document", "Art insurance quote requested", "Ivy League fund opened", "Autumn release is frozen", "Drew down the credit line",
    "Bishop Gate branch has a new safe", "Gross amount differs from net", "Lang eingestellt auf Deutsch", "Conti correnti aggiornati", "Legrand Paris remise annulée",
    "Die Rechnung liegt im Posteingang", "Der Dauerauftrag wurde geändert", "Das Depot enthält Wertpapiere", "Ein Gutachten zur Immobilie fehlt",
    "Freigabe durch die Abteilung steht aus", "Lastschrift mangels Deckung zurückgegeben", "Buchungsschluss war um Mitternacht", "Bausparvertrag zugeteilt im Oktober",
    "Beim Hochladen der Datei trat ein Fehler auf", "Die Geschäftsstelle bleibt am Rosenmontag geschlossen", "Le prélèvement de Juillet est passé",
    "Votre conseiller vous rappelle Mardi", "Assurance Habitation résiliée", "El préstamo Hipotecario vence en Octubre", "Sucursal de Sevilla cerrada",
    "La filiale di Torino apre a Settembre", "Het kantoor in Utrecht verhuist", "Bankomat w Gdańsku nieczynny", "Wire to Chicago returned", "Call centre in Leeds is full",
    "Data feed from Mumbai stopped", "Samsung Pay token deleted", "Microsoft Teams message sent", "Junior Saver matured", "Platinum Rewards Card redesigned",
    "Green Mortgage Offer published", "Redis Cache evicted", "Docker Image pulled", "Postgres Replica lagging", "Grafana Dashboard shared", "Linux Kernel patched",
    "TimeoutException in LedgerClient", "Broken Pipe while streaming", "Private Key Rotation done", "Nightly Settlement started", "Quarterly Report delivered",
    "Business Continuity Plan tested in May", "Fraud Score Model retrained", "Open Banking Consent revoked", "Contact Form submitted", "Easter Monday is no working day",
    "New Year maintenance window agreed", "Swiss National Bank file parsed", "Federal Reserve calendar loaded", "Bank of Scotland sort codes updated",
    "London Clearing House margin call", "Frankfurt and Milan replicas in sync", "Warsaw office opened", "Geneva vault inspected", "Hong Kong closes early",
];

//! Text around names: lines of services, chats, memos and stack traces of a bank, in several languages. `{N}` is the name. About half of the lines say
//! by a title, a role or a word of address that a person follows; the others do not.

use super::Half;
use super::form::Frame;

/// How a sentence stands in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of a service's log file.
    Log,
    /// A message in a JSON record: a chat, a memo, a note.
    Message,
    /// A message with a stack trace behind it.
    Trace,
}

/// Sentences of one frame, by how they stand: lines of logs, messages, messages of exceptions.
pub struct Sentences {
    /// The frame.
    pub frame: Frame,
    logs: &'static [&'static str],
    messages: &'static [&'static str],
    traces: &'static [&'static str],
}

impl Sentences {
    /// All sentences of a frame in a half.
    #[must_use]
    pub fn of(frame: Frame, half: Half) -> Vec<(Kind, &'static str)> {
        let all = match half {
            Half::Shown => SHOWN,
            Half::HeldOut => HELD_OUT,
        };
        let of_frame = all.iter().filter(|sentences| sentences.frame == frame);
        of_frame
            .flat_map(|sentences| {
                let logs = sentences.logs.iter().map(|text| (Kind::Log, *text));
                let messages = sentences.messages.iter().map(|text| (Kind::Message, *text));
                logs.chain(messages).chain(sentences.traces.iter().map(|text| (Kind::Trace, *text)))
            })
            .collect()
    }
}

#[rustfmt::skip]
const SHOWN: &[Sentences] = &[
    Sentences {
        frame: Frame::Whole,
        logs: &[
            "payment from {N} accepted", "screening hit for {N} closed as false positive", "beneficiary {N} added to template 14",
            "callback scheduled with {N} at 15:30", "name on card: {N}", "statement for {N} rendered in 212 ms", "new payee {N} confirmed by push",
            "duplicate party found: {N}", "mandate signed by {N}", "remittance info: rent {N} november", "sanctions list compared, subject {N}",
        ],
        messages: &[
            "can somebody call {N} back, she has been waiting since noon", "{N} was in the branch today and wants a new card",
            "spoke with {N}, the limit stays as it is", "forwarded the papers of customer {N} to the back office", "Kunde {N} bittet um Rückruf wegen der Umbuchung",
            "Vollmacht für {N} liegt vor, Unterschrift geprüft", "Termin mit {N} auf Donnerstag verschoben", "le client {N} conteste le prélèvement du mois dernier",
            "rendez-vous avec {N} reporté à lundi", "la clienta {N} pide un duplicado de la tarjeta", "transferencia a favor de {N} devuelta",
            "il cliente {N} ha chiesto la chiusura del conto", "bonifico per {N} respinto dalla banca", "klant {N} belde over de hypotheek",
            "afspraak met {N} bevestigd", "klient {N} prosi o kontakt w sprawie kredytu", "cliente {N} solicitou segunda via do cartão",
            "per {N}: please waive the fee this once",
        ],
        traces: &["no match for holder {N}", "cannot merge party {N} into itself", "signature of {N} could not be read"],
    },
    Sentences {
        frame: Frame::EnglishGenitive,
        logs: &["{N} card was reported lost", "{N} standing order skipped, balance too low", "refreshed {N} risk rating"],
        messages: &[
            "we still need {N} signature on page two", "{N} application has been on hold for a week", "please unlock {N} online access",
            "customer {N} complaint goes to the ombudsman", "is {N} passport copy in the file?",
        ],
        traces: &["could not load {N} preferences"],
    },
    Sentences {
        frame: Frame::GermanGenitive,
        logs: &["{N} Dauerauftrag ausgesetzt", "{N} Depot übertragen"],
        messages: &[
            "{N} Konto ist seit gestern gesperrt", "bitte {N} Anschrift prüfen", "{N} Vollmacht läuft im März ab", "wir haben {N} Antrag erhalten",
            "Kunde reklamiert, {N} Karte wurde eingezogen",
        ],
        traces: &["{N} Adresse nicht lesbar"],
    },
    Sentences {
        frame: Frame::Of,
        logs: &["Überweisung von {N} eingegangen", "virement de {N} refusé", "bonifico di {N} stornato", "przelew od {N} zwrócony"],
        messages: &[
            "die Unterlagen von {N} fehlen noch", "das Schreiben von {N} ist angekommen", "le dossier de {N} est complet", "la demande de {N} a été refusée",
            "la solicitud de {N} está en curso", "il conto di {N} è bloccato", "de aanvraag van {N} is afgewezen", "o pedido de {N} foi aprovado",
            "the signature of {N} does not match",
        ],
        traces: &["Antrag von {N} ohne Anlage", "compte de {N} introuvable"],
    },
    Sentences {
        frame: Frame::Mail,
        logs: &["mail to {N} bounced with 550", "sent statement to <{N}>", "invite accepted by {N}", "rcpt={N} status=deferred"],
        messages: &["she wrote from {N} again", "bitte an {N} weiterleiten", "contactar en {N}", "réponse envoyée à {N}, sans suite"],
        traces: &["no mailbox for {N}", "invalid recipient: {N}"],
    },
    Sentences {
        frame: Frame::UserCued,
        logs: &["user {N} logged in from a new device", "login {N} failed twice", "username={N} locked", "session opened for user {N} by (uid=0)", "sudo: user={N}; COMMAND=/bin/ls"],
        messages: &["please reset the password of user {N}", "Benutzer {N} gesperrt, bitte prüfen", "l'utilisateur {N} n'a plus accès", "el usuario {N} no puede entrar"],
        traces: &["unknown user {N}", "no role for username {N}"],
    },
    Sentences {
        frame: Frame::User,
        logs: &["approval of batch 118 by {N}", "{N} released the payment file", "file {N}_kyc.pdf uploaded", "owner changed to {N}", "ticket taken over, {N} is on it"],
        messages: &["assigned this to {N}", "ask {N} about the limit", "{N} please have a look", "changed by {N} at 11:02"],
        traces: &["lock held by {N}", "cannot open /home/{N}/export.csv"],
    },
    Sentences {
        frame: Frame::FamilyCued,
        logs: &["Ms {N} confirmed by telephone", "client {N} rejected the offer", "cardholder Mr. {N} travels to Spain"],
        messages: &[
            "please tell Mrs {N} that the card is ready", "Herr {N} möchte das Konto kündigen", "Frau {N} hat angerufen", "Sehr geehrte Frau {N}, vielen Dank",
            "Mme {N} a signé le contrat", "M. {N} souhaite un rendez-vous", "la señora {N} llamó otra vez", "il signor {N} non risponde",
            "de heer {N} heeft gebeld", "Dear Mr {N}, your loan was approved", "Dr. {N} is the new trustee",
        ],
        traces: &["no address for Mr {N}"],
    },
    Sentences {
        frame: Frame::Family,
        logs: &["rejected {N} twice, third attempt pending", "match on {N} with score 0.93", "{N} verified, limit raised"],
        messages: &[
            "{N} called again about the fee", "any news on {N}?", "the {N} case is still open", "told {N} to come by tomorrow", "{N} hat noch nicht unterschrieben",
            "Akte {N} bitte wieder vorlegen", "dossier {N} à compléter", "expediente {N} cerrado",
        ],
        traces: &["lookup of {N} returned 2 rows"],
    },
    Sentences {
        frame: Frame::Given,
        logs: &["handed over to {N} at shift change"],
        messages: &[
            "thanks {N}, that worked", "hi {N}, could you check the queue", "{N} is out until Monday", "I asked {N} and she agrees", "{N} says the file is there",
            "danke {N}, passt so", "merci {N} pour le retour", "gracias {N}, lo miro ahora", "{N} and I will look at it tomorrow",
        ],
        traces: &[],
    },
];

#[rustfmt::skip]
const HELD_OUT: &[Sentences] = &[
    Sentences {
        frame: Frame::Whole,
        logs: &[
            "credit transfer to {N} settled", "watchlist check of {N} took 88 ms", "joint owner {N} removed from contract 9", "letter to {N} printed",
            "embossing line 1: {N}", "voice identification of {N} failed", "trusted contact {N} deleted", "party matched twice: {N}", "deed received from {N}",
            "purpose: tuition {N} term 2", "review started, subject {N}",
        ],
        messages: &[
            "{N} is on the phone and cannot log in", "who looks after {N} while I am away?", "met {N} this morning, wants to refinance",
            "account holder {N} has moved to Lisbon", "the heirs of {N} ask for the balance", "Kundin {N} hat ihre PIN vergessen",
            "Rücksprache mit {N} gehalten, Auftrag bleibt bestehen", "Bürgschaft durch {N} hinterlegt", "la cliente {N} a perdu sa carte",
            "appel de {N} concernant son assurance", "el cliente {N} no reconoce el cargo", "pago recibido de {N} sin concepto",
            "la titolare {N} chiede una copia del contratto", "assegno emesso da {N} protestato", "rekeninghouder {N} wil het limiet verhogen",
            "gesprek met {N} gevoerd", "klientka {N} zgłasza utratę karty", "titular {N} pediu o encerramento da conta",
        ],
        traces: &["duplicate key for owner {N}", "cannot attach {N} to household 4", "photo of {N} is too small"],
    },
    Sentences {
        frame: Frame::EnglishGenitive,
        logs: &["{N} savings goal reached", "closing {N} overdraft", "archived {N} correspondence"],
        messages: &[
            "where is {N} power of attorney?", "{N} mortgage offer expires on Friday", "I have put {N} cheque in the safe", "client {N} address is outdated",
            "we owe an answer to {N} lawyer",
        ],
        traces: &["failed to parse {N} birthday"],
    },
    Sentences {
        frame: Frame::GermanGenitive,
        logs: &["{N} Lastschrift zurückgegeben", "{N} Limit erhöht"],
        messages: &[
            "{N} Ausweis ist abgelaufen", "für {N} Darlehen fehlt der Nachweis", "{N} Beschwerde wurde beantwortet", "ich habe {N} Unterlagen kopiert",
            "seit Mai ist {N} Girokonto im Minus",
        ],
        traces: &["{N} Geburtsdatum fehlt"],
    },
    Sentences {
        frame: Frame::Of,
        logs: &["Gutschrift von {N} gebucht", "prélèvement de {N} annulé", "addebito di {N} sospeso", "wpłata od {N} zaksięgowana"],
        messages: &[
            "eine Beschwerde von {N} liegt vor", "den Vertrag von {N} habe ich abgelegt", "la signature de {N} est illisible", "le prêt de {N} arrive à échéance",
            "la tarjeta de {N} fue retenida", "la richiesta di {N} è stata accolta", "de klacht van {N} is behandeld", "a conta de {N} foi encerrada",
            "the estate of {N} was settled",
        ],
        traces: &["Vollmacht von {N} abgelaufen", "contrat de {N} incomplet"],
    },
    Sentences {
        frame: Frame::Mail,
        logs: &["delivery to {N} delayed", "contract sent, copy to <{N}>", "newsletter cancelled by {N}", "to={N} queued"],
        messages: &["please use {N} from now on", "Antwort ging an {N}", "escribir a {N} mañana", "le message de {N} est resté sans réponse"],
        traces: &["mailbox full: {N}", "cannot verify {N}"],
    },
    Sentences {
        frame: Frame::UserCued,
        logs: &["user {N} changed the limit", "login {N} from unknown address", "userId={N} expired", "pam_unix: authentication failure; user={N}", "audit user={N} action=export"],
        messages: &["user {N} cannot see the report", "Benutzerin {N} braucht Zugriff auf das Archiv", "compte utilisateur {N} désactivé", "usuario {N} dado de baja"],
        traces: &["user {N} is not in group ops", "session of login {N} is gone"],
    },
    Sentences {
        frame: Frame::User,
        logs: &["four-eyes check done by {N}", "{N} reopened the case", "picked up report_{N}.xlsx", "delegated to {N}", "on call tonight: {N}"],
        messages: &["{N} already fixed that", "pinged {N} twice", "waiting for {N} to confirm", "last edit by {N} on Tuesday"],
        traces: &["checked out by {N}", "permission denied: /mnt/users/{N}/in"],
    },
    Sentences {
        frame: Frame::FamilyCued,
        logs: &["Mrs {N} picked up the card", "customer {N} accepted the terms", "account holder Mr {N} has passed away"],
        messages: &[
            "has anybody called Mr {N} yet?", "Frau {N} wartet auf die Zusage", "Herrn {N} wurde die Karte zugesandt", "Sehr geehrter Herr {N}, anbei der Auszug",
            "Madame {N} est passée à l'agence", "Monsieur {N} n'est pas d'accord", "el señor {N} trae los papeles mañana", "la signora {N} ha firmato",
            "mevrouw {N} komt vrijdag langs", "Dear Ms {N}, please find attached", "Prof. {N} asks for a private banker",
        ],
        traces: &["no consent from Mrs {N}"],
    },
    Sentences {
        frame: Frame::Family,
        logs: &["compared {N} with the register", "{N} not eligible, age limit", "hit for {N} reviewed"],
        messages: &[
            "{N} still has not paid", "I will ring {N} in the afternoon", "what about the {N} mortgage?", "please copy {N} on this", "{N} kommt um drei vorbei",
            "Vorgang {N} ist erledigt", "affaire {N} classée", "asunto {N} resuelto",
        ],
        traces: &["more than one row for {N}"],
    },
    Sentences {
        frame: Frame::Given,
        logs: &["shift taken over from {N}"],
        messages: &[
            "good catch {N}", "hello {N}, the job is stuck again", "{N} will be back on Thursday", "talked to {N}, it is fine", "{N} thinks it is the cache",
            "hallo {N}, kannst du kurz schauen", "bonjour {N}, c'est corrigé", "hola {N}, ya está", "{N} and the others are on leave",
        ],
        traces: &[],
    },
];

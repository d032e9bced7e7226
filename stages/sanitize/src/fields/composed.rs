//! Names that no table has, put together from words and their short forms: `payerSort`, `SURNM`, `BTHDTE`, `holder_nm`, `borrower2`, `devId`.
//!
//! Each word means one thing ([`Word`]); words without a border between them (`CUSNO`) are cut into the longest short forms. What the last words mean,
//! with those before them, gives the class; where words alone prove little, the value must have a shape.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::Rule;
use super::bank::THINGS;
use super::shape::Shape;
use super::table::Table;

/// Words of the longest name that is looked at.
const WORDS_MAX: usize = 6;
/// Letters of the longest word that means something.
const WORD_BYTES_MAX: usize = 16;
/// Letters of the longest word that is cut up.
const GLUED_MAX: usize = 12;

/// What a word of a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Somebody: `holder`, `payer`.
    Person,
    /// Somebody who works here: `approver`, `teller`.
    Staff,
    /// A customer, by whatever word.
    Customer,
    /// A part of a name: `surname`.
    NamePart,
    /// The same when it stands beside somebody: `first`, `given`.
    Given,
    Name,
    Number,
    Id,
    Birth,
    Date,
    Account,
    Card,
    Phone,
    Mail,
    Post,
    Code,
    Address,
    Sort,
    Document,
    Device,
    Serial,
    Login,
    Expiry,
    Password,
    /// Says nothing: `new`, `value`, `txt`.
    Filler,
}

use Word::*;

/// Words, and the short forms that programs and files of fixed columns have for them. Those from [`GLUED`] on also stand within words without borders.
#[rustfmt::skip]
const WORDS: &[(Word, &[&str])] = &[
    (Person, &[
        "holder", "hldr", "cardholder", "crdhldr", "payer", "payor", "payee", "pyr", "pye", "beneficiary", "benef", "beneficiario", "bnf", "bene", "borrower", "brwr", "borr", "coborrower", "applicant", "appl", "applcnt", "coapplicant", "guarantor", "gtor", "nominee", "spouse", "signatory", "signer", "debtor", "dbtr",
        "creditor", "cdtr", "remitter", "rmtr", "sender", "sndr", "receiver", "rcvr", "recipient", "rcpt", "contact", "ctct", "owner", "ownr", "tenant", "landlord", "insured", "policyholder", "subscriber", "buyer", "seller", "donor", "heir", "director", "shareholder", "ubo", "trustee", "settlor",
        "attorney", "person", "prsn", "individual", "indiv", "husband", "wife", "mother", "father", "child", "relative", "kin", "driver", "patient", "passenger", "traveller", "traveler", "student", "witness", "mandator", "drawer", "drawee", "joint", "primary", "secondary", "secholder",
    ]),
    (Staff, &[
        "approver", "approvers", "clerk", "teller", "tlr", "cashier", "inputter", "authoriser", "authorizer", "authorisor", "maker", "checker", "reviewer", "assignee", "requester", "requestor", "initiator", "submitter", "investigator", "caseworker", "banker", "advisor", "adviser", "enduser", "psu",
        "officer", "offcr", "employee", "empl", "emp", "staff", "analyst", "auditor", "actor", "editor", "creator", "uploader", "releaser", "verifier", "supervisor", "spvr", "sachbearbeiter", "bearbeiter", "berater", "kundenberater", "doradca", "conseiller", "asesor", "consulente", "adviseur", "rådgiver", "rådgivare", "radgiver", "radgivare", "gestionnaire", "gestor", "medewerker",
    ]),
    (Customer, &["customer", "cust", "cus", "cst", "client", "clnt", "kunde", "kunden", "knd", "kd", "klant", "klient", "cliente", "member", "mbr", "partner", "party", "cpty", "counterparty", "obligor", "gp", "bp", "cif", "ecif", "rim", "crm"]),
    (NamePart, &["surname", "surnm", "srname", "srnm", "sname", "forename", "forenm", "frname", "firstname", "fstname", "frstnm", "firstnm", "fnm", "lastname", "lstname", "lastnm", "lstnm", "lnm", "midname", "middlename", "midnm", "maiden", "nachname", "vorname", "nname", "vname", "vorn", "nachn", "nickname", "givenname", "familyname", "fullname", "fullnm", "initials", "mothername", "fathername"]),
    (Given, &["given", "first", "frst", "fst", "st", "last", "lst", "middle", "mddl", "family", "fmly", "preferred", "nick", "birthname", "sur", "fore"]),
    (Name, &["name", "nm", "nam", "nme"]),
    (Number, &["number", "no", "nbr", "num", "nr", "nmbr", "numb", "nummer", "numero", "numer", "nro"]),
    (Id, &["id", "uid", "guid", "ident", "identification", "identifier", "idn", "ref", "key", "kennung"]),
    (Birth, &["birth", "brth", "bth", "dob", "born", "geburt", "geb", "naissance", "nascita", "nacimiento"]),
    (Date, &["date", "dt", "dte", "dat", "datum", "day", "year", "yr"]),
    (Account, &["account", "acct", "acc", "acnt", "accnt", "konto", "kto", "cuenta", "conto", "compte", "cpte", "rekening", "conta", "iban"]),
    (Card, &["card", "crd", "pan", "karte", "tarjeta", "carta", "kaart", "pas"]),
    (Phone, &["phone", "phn", "tel", "telephone", "telefon", "mobile", "mobil", "mob", "cell", "msisdn", "handy", "landline", "fax"]),
    (Mail, &["mail", "email", "eml"]),
    (Post, &["post", "postal", "zip", "pst"]),
    (Code, &["code", "cd", "cde", "kod"]),
    (Address, &["address", "addr", "adr", "adrs", "addrs", "street", "strt", "streetname", "bldgnm", "strasse"]),
    (Sort, &["sort", "sortcode", "srt", "bsb", "routing", "aba"]),
    (Document, &["passport", "pport", "psprt", "passprt", "licence", "license", "lic", "dl", "dln", "dlno", "drvlic", "aadhaar", "aadhar", "ssn", "nino", "natid", "nationalid", "natlid", "taxid", "idcard", "govid"]),
    (Device, &["device", "dev", "dvc", "handset", "psudevice"]),
    (Serial, &["serial", "srl", "sn", "imei"]),
    (Login, &["user", "usr", "userid", "usrid", "login", "logon", "username", "usrname", "usrnm", "dbusername", "dbuser", "osuser", "usercode"]),
    (Expiry, &["expiry", "exp", "expiration", "xpry", "expires", "expdt", "expdat", "expdte", "validthru"]),
    (Password, &["password", "passwd", "pwd", "passwort", "pin", "tpin", "mpin"]),
    (Filler, &["field", "fld", "main", "parent", "linked", "upd", "updt", "crt", "cre", "chg", "mod", "mnt", "ins", "db", "os", "new", "old", "orig", "original", "curr", "current", "prev", "previous", "txt", "text", "val", "value", "str", "string", "raw", "in", "out", "input", "entered", "clr", "clear", "plain", "tmp", "temp", "full", "short", "long", "legal", "display", "other", "the", "my", "to", "from", "src", "dst", "dest", "source", "target", "for", "of", "line", "ln"]),
];

/// Short forms that stand within a word without borders, with what they mean.
#[rustfmt::skip]
const GLUED: &[(&str, Word)] = &[
    ("cust", Customer), ("cus", Customer), ("cst", Customer), ("clnt", Customer), ("client", Customer), ("mbr", Customer), ("cif", Customer),
    ("hldr", Person), ("holder", Person), ("payer", Person), ("payee", Person), ("benef", Person), ("bene", Person), ("borr", Person), ("ownr", Person), ("owner", Person), ("sndr", Person), ("rcvr", Person), ("contact", Person), ("ctct", Person), ("rmtr", Person),
    ("surname", NamePart), ("forename", NamePart), ("sur", Given), ("fore", Given), ("first", Given), ("frst", Given), ("fst", Given), ("last", Given), ("lst", Given), ("given", Given), ("mid", Given),
    ("name", Name), ("nam", Name), ("nme", Name), ("nm", Name), ("number", Number), ("num", Number), ("nbr", Number), ("no", Number), ("nr", Number), ("id", Id),
    ("birth", Birth), ("brth", Birth), ("bth", Birth), ("dob", Birth), ("date", Date), ("dte", Date), ("dat", Date), ("dt", Date),
    ("acct", Account), ("acc", Account), ("acnt", Account), ("card", Card), ("crd", Card), ("phone", Phone), ("phn", Phone), ("tel", Phone), ("mob", Phone), ("mobile", Phone), ("cell", Phone),
    ("email", Mail), ("eml", Mail), ("post", Post), ("zip", Post), ("code", Code), ("cde", Code), ("cd", Code), ("addr", Address), ("adr", Address), ("sort", Sort), ("pwd", Password), ("passport", Document), ("pport", Document), ("lic", Document),
    ("exp", Expiry), ("dev", Device), ("usr", Login), ("user", Login),
];

/// The rule of a name by the words it is made of. The name is normalised: small letters, words joined by `_`, paths by dots.
pub(super) fn rule(name: &str) -> Option<Rule> {
    let (mut words, mut len, mut unknown) = ([Filler; WORDS_MAX], 0, false);
    for word in name.split(['_', '.']) {
        // `borrower2`, `address1_line1`.
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let word = if bare.is_empty() { word } else { bare };
        let mut push = |word| {
            let room = words.get_mut(len)?;
            (*room, len) = (word, len + usize::from(word != Filler));
            Some(())
        };
        match meaning(word) {
            Some(word) => push(word)?,
            None if is_number(word) => {}
            None => match cut_up(word) {
                Some(parts) => parts.into_iter().flatten().try_for_each(push)?,
                // What is known before a word that means nothing here says nothing of the value.
                None => (unknown, len) = (true, 0),
            },
        }
    }
    match &words[..len] {
        known if !unknown => of_words(known, name),
        known @ [_, _, ..] => of_words(known, name).map(of_strangers).or_else(|| of_unknown(name)),
        _ => of_unknown(name),
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The class of words of which all are known.
fn of_words(words: &[Word], name: &str) -> Option<Rule> {
    use PiiClass as Class;
    let shaped = |class, shape| Some(Rule::Shaped(class, shape));
    let before = words.split_last().map_or(&[][..], |(_, before)| before);
    let of = |word: Word| before.contains(&word);
    let somebody = of(Person) || of(Staff) || of(Customer);
    match *words {
        [.., NamePart] => shaped(Class::Name, Shape::NameWords),
        [.., Given, Name] | [.., Person | Staff | Customer, Name] => shaped(Class::Name, Shape::NameWords),
        [.., Given] if somebody || of(Name) => shaped(Class::Name, Shape::NameWords),
        [Given] if matches!(name, "given" | "first" | "last" | "family" | "nick") => shaped(Class::Name, Shape::NameWords),
        [.., Staff] | [.., Staff, Id | Number] | [Staff, .., Login] => shaped(Class::User, Shape::Actor),
        [Person] | [Customer, Person] | [Person, Person] => shaped(Class::Name, Shape::Party),
        [.., Login] | [.., Login, Id | Name] if words.len() > 1 || name.contains('_') => shaped(Class::User, Shape::Actor),
        [.., Birth, Date] | [.., Birth] => shaped(Class::BirthDate, Shape::Day),
        [.., Account] | [.., Account, Number | Id] => shaped(Class::Account, Shape::Digits),
        [.., Card, Number] | [.., Number, Card] => shaped(Class::Card, Shape::Digits),
        [.., Card] if somebody => shaped(Class::Card, Shape::Digits),
        [.., Phone] | [.., Phone, Number] => shaped(Class::Phone, Shape::PhoneNumber),
        [.., Mail] | [.., Mail, Address] => shaped(Class::Email, Shape::Mailbox),
        [.., Customer, Number | Id] | [.., Number, Customer] => shaped(Class::Customer, Shape::Digits),
        [.., Post, Code] | [.., Customer | Person, Post] => shaped(Class::Address, Shape::Postcode),
        [.., Person | Customer | Post | Birth, Address] => Some(Rule::Class(Class::Address)),
        [Address] if name.contains("line") || name.contains("ln") => Some(Rule::Class(Class::Address)),
        // The contact of a customer and the recipient of a message have rows of their own.
        [.., Person, Id | Number] if name.starts_with("contact") || name.starts_with("recipient") => shaped(Class::Customer, Shape::Identifier),
        [.., Person, Id | Number] => shaped(Class::Customer, Shape::PersonNumber),
        [.., Sort] | [.., Sort, Code | Number] => shaped(Class::Account, Shape::Digits),
        [.., Document] | [.., Document, Number | Id] => shaped(Class::NationalId, Shape::Document),
        [.., Device, Id | Serial | Number] | [.., Device, Serial, Number] | [.., Staff | Person, Device] => shaped(Class::Device, Shape::Identifier),
        [.., Card, Expiry] | [.., Card, Expiry, Date] | [.., Expiry, Date] => shaped(Class::Secret, Shape::Expiry),
        [.., Password] if name.contains('_') => Some(Rule::Class(Class::Secret)),
        _ => None,
    }
}

/// The rule of words behind one that means nothing here, which may be that of a thing: its value must look like somebody's all the more.
fn of_strangers(rule: Rule) -> Rule {
    match rule {
        Rule::Shaped(class, Shape::NameWords | Shape::Party) => Rule::Shaped(class, Shape::FullName),
        Rule::Shaped(class, Shape::PersonNumber | Shape::Identifier) => Rule::Shaped(class, Shape::Digits),
        rule => rule,
    }
}

/// The rule of a name with a word that means nothing here: only what its last words say by themselves, unless it is a thing's.
fn of_unknown(name: &str) -> Option<Rule> {
    let (before, last) = name.rsplit_once(['_', '.'])?;
    let word = before.rsplit(['_', '.']).next().unwrap_or(before);
    let thing = THINGS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()));
    match meaning(last)? {
        Name if last != "name" && !thing => Some(Rule::Shaped(PiiClass::Name, Shape::FullName)),
        NamePart => Some(Rule::Shaped(PiiClass::Name, Shape::NameWords)),
        // `Core_CIF`: no other word for a customer is one of theirs alone.
        Customer if matches!(last, "cif" | "ecif" | "customer" | "kunde" | "klant" | "cliente") => {
            Some(Rule::Shaped(PiiClass::Customer, Shape::Digits))
        }
        _ => None,
    }
}

static MEANINGS: LazyLock<Table<Word>> = LazyLock::new(|| {
    let words = WORDS.iter().flat_map(|&(meaning, words)| words.iter().map(move |&word| (word.to_owned(), meaning)));
    words.collect::<BTreeMap<_, _>>().into()
});

/// Whether a word means somebody, or what is theirs.
pub(super) fn is_somebody(word: &str) -> bool {
    matches!(meaning(word), Some(Person | Staff | Customer | Account | Card | Phone | Mail | Post | Login | Sort | Document | Device | Birth))
        || matches!(
            word,
            "first"
                | "last"
                | "given"
                | "family"
                | "middle"
                | "maiden"
                | "full"
                | "legal"
                | "home"
                | "billing"
                | "mailing"
                | "residential"
                | "access"
                | "refresh"
                | "session"
                | "auth"
                | "csrf"
                | "api"
                | "secret"
                | "encryption"
                | "private"
                | "modified"
                | "created"
                | "updated"
                | "approved"
                | "requested"
                | "changed"
                | "security"
        )
}

/// All words, long and short.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().flat_map(|(_, words)| words.iter().copied())
}

/// What a word means; none for a word that means nothing here.
fn meaning(word: &str) -> Option<Word> {
    if word.len() > WORD_BYTES_MAX { None } else { MEANINGS.get(word).copied() }
}

/// A word without borders as two or three short forms, all of it: `cusno`, `bthdte`, `custsurnm`.
fn cut_up(word: &str) -> Option<[Option<Word>; 3]> {
    if !(4..=GLUED_MAX).contains(&word.len()) {
        return None;
    }
    for (one, rest) in pieces(word) {
        for (two, rest) in pieces(rest) {
            if rest.is_empty() {
                return Some([Some(one), Some(two), None]);
            }
            if let Some((three, _)) = pieces(rest).find(|(_, rest)| rest.is_empty()) {
                return Some([Some(one), Some(two), Some(three)]);
            }
        }
    }
    None
}

/// The short forms that a text begins with, and what is left behind each.
fn pieces(text: &str) -> impl Iterator<Item = (Word, &str)> {
    GLUED.iter().filter_map(move |&(form, word)| Some((word, text.strip_prefix(form)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::normalise;
    use PiiClass as Class;

    #[test]
    fn names_are_put_together_from_their_words() {
        for (name, class) in [
            ("SURNM", Class::Name),
            ("FORENM", Class::Name),
            ("CUST-GIVEN", Class::Name),
            ("CUST_1ST", Class::Name),
            ("CUST_LAST", Class::Name),
            ("HolderNm", Class::Name),
            ("borrower2", Class::Name),
            ("custSurNm", Class::Name),
            ("preferredName", Class::Name),
            ("BTHDTE", Class::BirthDate),
            ("brth_dt", Class::BirthDate),
            ("birth.raw", Class::BirthDate),
            ("applicantBirthDt", Class::BirthDate),
            ("CUSNO", Class::Customer),
            ("partnerNr", Class::Customer),
            ("CUST-NBR", Class::Customer),
            ("clientRef", Class::Customer),
            ("payerSort", Class::Account),
            ("payer_acc", Class::Account),
            ("ACCTNBR", Class::Account),
            ("toAcctNum", Class::Account),
            ("TELNO", Class::Phone),
            ("mob_no", Class::Phone),
            ("newPhone", Class::Phone),
            ("contactTelNbr", Class::Phone),
            ("devId", Class::Device),
            ("psuDevice", Class::Device),
            ("psu_device", Class::Device),
            ("dlNo", Class::NationalId),
            ("DLN", Class::NationalId),
            ("passportNbr", Class::NationalId),
            ("custPassport", Class::NationalId),
            ("approver", Class::User),
            ("clerk", Class::User),
            ("enduser.id", Class::User),
            ("reviewerId", Class::User),
            ("lastLoginUser", Class::User),
            ("panExpiry", Class::Secret),
            ("exp-dat", Class::Secret),
            ("PWD_CLR_TMP", Class::Secret),
            ("custZip", Class::Address),
            ("POSTCD", Class::Address),
            ("holderAddr", Class::Address),
        ] {
            let found = rule(&normalise(name));
            assert!(matches!(found, Some(Rule::Shaped(known, _) | Rule::Class(known)) if known == class), "{name}: {found:?}");
        }
    }

    #[test]
    fn things_have_names_and_numbers_too() {
        for name in [
            "queueName",
            "file_nm",
            "class_nm",
            "threadNm",
            "tableNm",
            "nodate",
            "noname",
            "address",
            "code",
            "zipfile",
            "postId",
            "lastUpdate",
            "firstSeen",
            "fontFamily",
            "last_seen",
            "first_error",
            "number",
            "id",
            "key",
            "nr",
            "recordNo",
            "line_no",
            "batchNbr",
            "seqNo",
            "accident",
            "customs",
            "telemetry",
            "mobility",
            "cardinality",
            "postgres",
            "dateNo",
            "idle",
            "expression",
            "devops",
            "device",
            "developer",
            "update",
            "birthrate",
            "codec",
            "cd",
            "acceptance",
            "account_count",
            "devMode",
            "emptyList",
            "nonce",
        ] {
            let found = rule(&normalise(name));
            assert_eq!(found, None, "{name}");
        }
    }

    #[test]
    fn each_word_means_one_thing() {
        let all = || WORDS.iter().flat_map(|(_, words)| words.iter());
        let known: std::collections::BTreeSet<_> = all().collect();
        assert_eq!(known.len(), all().count());
        assert!(all().all(|word| word.len() <= WORD_BYTES_MAX));
    }
}

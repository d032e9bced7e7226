//! Words before a name, in many languages: titles, greetings, roles, and the small words that stand between a role and its name.
//!
//! The words are folded: small letters, no accents (`bénéficiaire` is `beneficiaire` here). Each is looked up by its hash.

use std::sync::LazyLock;

use super::gazetteer::hash;

/// A set of kinds of cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue(u8);

impl Cue {
    pub(super) const NONE: Self = Self(0);
    /// A name follows, of one word even.
    pub(super) const TITLE: Self = Self(1);
    /// A name may follow.
    pub(super) const GREETING: Self = Self(2);
    /// A name of two words follows, or one that is known.
    pub(super) const ROLE: Self = Self(4);
    /// The same, if none of its words is ordinary.
    pub(super) const WEAK: Self = Self(8);
    /// A known name may follow.
    pub(super) const HINT: Self = Self(16);
    /// May stand between a role and its name.
    pub(super) const FILLER: Self = Self(32);
    /// A letter that is a title when a dot follows.
    pub(super) const LETTER: Self = Self(64);

    /// A label of names: a role when a sign like `:` follows.
    pub(super) const LABEL: Self = Self(128);

    /// What kinds of cue the word is.
    pub(super) fn of(word: &str) -> Self {
        TABLE.find(hash(word))
    }

    /// Whether any of these kinds is here.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const TITLES: &str = "
ra ssa nee geb geborene geborener maiden
direktor direktorin prasident praesident president presidente rechtsanwalt rechtsanwaltin notar kollege kollegin doctor chairman minister
dame dott dottor dottore dottoressa dra doktor dr drs ing prof professor professeur profesor profesora professore frau fr herr herrn hr miss
mister mlle mademoiselle mme madame monsieur messrs mr mrs ms mx sir lady lord rev reverend capt sgt mag dipl
senor senora senorita senhor senhora sr sra srta dona don sig signor signora signorina egr avv rag geom ragioniere
dhr mevr mw meneer mevrouw heer jufr pan pani pana panu panem panna paní pana slecna bay bayan sayin hanim bey
domnul doamna dl dna d-na kyrios kyria κυριος κυρια κ κα господин госпожа г-н г-жа пан пані herra rouva fru froken
السيد السيدة الدكتور الدكتورة الأستاذ الشيخ מר גברת ד״ר shri shrimati smt kumari sri dato datuk tan encik puan bapak ibu pak ustad sheikh";

const GREETINGS: &str = "
dear hello hi hey bonjour bonsoir hola cher chere geehrte geehrter geehrten liebe lieber estimado estimada querido querida gentile egregio
caro cara geachte beste szanowny szanowna drogi droga vazeny vazena kedves tisztelt stimate stimata draga kara kare kaere hej hei rakas arvoisa
sayin merhaba selam уважаемый уважаемая дорогой здравствуйте шановний шановна αγαπητε αγαπητη مرحبا عزيزي عزيزتي prezado prezada ola welcome
thanks thx tks cheers regards rgds danke merci gracias grazie obrigado obrigada bedankt dzieki tack kiitos willkommen bienvenue bienvenido bienvenida benvenuto benvenuta bemvindo";

const ROLES: &str = "
accountholder applicant receiver beneficiary beneficiaries borrower cardholder cardmember caller client cosigner coborrower creditor customer debtor
guarantor nominee owner payee payer recipient remitter requester requestor sender signatory signer signee spouse trustee tenant landlord
shareholder policyholder insured drawer drawee director employee approver reviewer assignee attendee holder originator attorney executor heir claimant
donor depositor subscriber member patient passenger buyer seller purchaser mandator husband wife daughter son mother father brother
sister widow widower partner nephew niece complainant party signed attn attention contact behalf officer advisor adviser manager teller clerk
kunde kundin kunden kontoinhaber kontoinhaberin karteninhaber karteninhaberin inhaber inhaberin auftraggeber auftraggeberin empfanger
empfaenger empfangerin empfaengerin zahlungsempfanger zahlungsempfaenger begunstigter begunstigte beguenstigter absender absenderin zahler zahlungspflichtiger
antragsteller antragstellerin kreditnehmer kreditnehmerin darlehensnehmer darlehensnehmerin burge buerge bevollmachtigter
bevollmachtigte bevollmaechtigter bevollmaechtigte versicherungsnehmer mieter mieterin vermieter vermieterin mandant mandantin schuldner glaubiger glaeubiger berater beraterin
kundenberater kundenberaterin sachbearbeiter sachbearbeiterin vermittler vermittlerin mitarbeiter mitarbeiterin ansprechpartner
ansprechpartnerin erbe erbin witwe witwer ehefrau ehemann tochter sohn anrufer anruferin unterzeichner geschaftsfuhrer geschaeftsfuehrer
treuhander treuhaender verfugungsberechtigter verfuegungsberechtigter vollmachtgeber vollmachtnehmer betreuer betreuerin bearbeiter gez
titulaire cotitulaire beneficiaire cliente souscripteur emprunteur emprunteuse mandataire mandant debiteur creancier donneur emetteur
emettrice destinataire expediteur expeditrice locataire proprietaire conseiller conseillere salarie salariee heritier heritiere signataire payeur
adherent adherente assure assuree caution gestionnaire interlocuteur ayant-droit epoux epouse conjoint conjointe veuve notaire ayant droit
clienta titular cotitular beneficiario beneficiaria ordenante destinatario destinataria remitente apoderado apoderada deudor deudora acreedor avalista
solicitante firmante autorizado autorizada asegurado asegurada inquilino inquilina propietario propietaria gestor gestora asesor asesora
empleado empleada pagador beneficiado correntista favorecido favorecida remetente sacado cedente mutuario fiador fiadora segurado segurada
requerente pagadora procurador procuradora inquilina socio
intestatario intestataria intestatari cointestatario cointestataria cointestatari ordinante mittente debitore creditore garante delegato delegata richiedente
mutuatario assicurato assicurata firmatario firmataria correntista referente consulente titolare contraente locatario conduttore coniuge
rekeninghouder rekeninghoudster kaarthouder kaarthoudster klant begunstigde opdrachtgever ontvanger afzender betaler aanvrager
gemachtigde kredietnemer huurder verhuurder contactpersoon medewerker verzekerde erfgenaam volmachthouder debiteur crediteur
posiadacz posiadaczka wspolposiadacz klient klientka klienta klientki odbiorca nadawca platnik zleceniodawca beneficjent wnioskodawca
pelnomocnik kredytobiorca kredytobiorczyni poreczyciel najemca wlasciciel wlascicielka doradca pracownik ubezpieczony spadkobierca uzytkownik
majitel majitelka drzitel drzitelka klientka prijemce odesilatel platce zadatel zadatelka dluznik rucitel zmocnenec spolumajitel opravnena opravneny
majitel ucet prijimatel odosielatel ziadatel disponent
kontoinnehavare kortinnehavare kund kunden mottagare betalare avsandare lantagare borgensman sokande handlaggare formanstagare ombud
kontohaver kortholder kunde modtager afsender betaler lantager laantager ejer fuldmagtshaver kautionist ansoger
kontoeier mottaker avsender innehaver lanetaker soker saksbehandler fullmektig kontoinnehaver
tilinomistaja kortinhaltija asiakas saaja maksaja lahettaja hakija vastaanottaja haltija lainanottaja valtuutettu takaaja omistaja
sahibi sahip musteri musterimiz alici gonderen lehdar kefil vekil hamili basvuran borclu
titularul titularului clientul clientei beneficiarul ordonatorul ordonator platitorul platitor debitorul garantul imputernicitul expeditor destinatar
ugyfel ugyfelunk szamlatulajdonos kedvezmenyezett kuldo felado cimzett jogosult kartyabirtokos meghatalmazott ados kezes tulajdonos hitelfelvevo
клиент клиента клиенту клиентка получатель получателя получателю отправитель отправителя плательщик держатель владелец заемщик заёмщик
вкладчик бенефициар поручитель заявитель сотрудник собственник доверенное клиентом отримувач відправник платник клієнт клієнтка власник
позичальник титуляр получател наредител платец картодържател клиентът
πελατης πελατισσα πελατη δικαιουχος δικαιουχου αποστολεας παραληπτης καταθετης κατοχος εντολεας οφειλετης εγγυητης
العميل العميلة المستفيد المستفيدة المرسل المستلم صاحب صاحبة حامل الدافع الزبون المحول المقترض الكفيل
הלקוח הלקוחה לקוח לקוחה המוטב מוטב שולח השולח מקבל בעל בעלת המשלם הלווה
姓名 客户姓名 客户 客戶 户名 戶名 收款人 收款人姓名 付款人 付款人姓名 汇款人 匯款人 持卡人 持卡人姓名 联系人 聯絡人 开户人 申请人 借款人 受益人 收件人
寄件人 经办人 账户名 户主 名義 氏名 名前 お名前 口座名義 口座名義人 名義人 受取人 受取人名 振込人 依頼人 顧客名 お客様名 契約者 申込者 担当者 会員名
성명 이름 고객명 고객 예금주 수취인 받는분 보내는분 송금인 신청인 담당자 카드소유자 ดิฉันชื่อ ผมชื่อ ชื่อ ลูกค้า ผู้รับ ผู้โอน नाम ग्राहक लाभार्थी";

/// Small words, after which two words in capitals are often a name.
const WEAK: &str =
    "by called for from named to with via user benutzer utilisateur utilisatrice usuario utente gebruiker anvandare bruger bruker agent operator
driver colleague kollege boss assistant";

const LABELS: &str = "
name nom prenom nombre nome naam imie nazwisko jmeno prijmeni namn navn nimi nume prenume nev neve adi soyadi soyad isim фио имя імя прізвище
фамилия ονομα ονοματεπωνυμο اسم الاسم שם vorname nachname kundenname fullname surname lastname firstname cognome apellido apellidos sobrenome achternaam
efternamn etternavn etunimi sukunimi fornavn fornamn familienname regards sincerely cordialement gruß grussen gruessen grußen saludos saluti groet pozdrawiam hilsen halsningar";

const HINTS: &str = "
fyi re fao asked told call called spoke see thanks thank thx cc met contacted phoned rang texted emailed mailed informed notified reminded per and w
an fur fuer von vom mit bei durch bitte danke pour par avec de da do del dla od dello della para con por per di van voor met aan door pre od pro til fra
av hos med till fran och und et y e i u ja ve ile icin для от с и к у";

const FILLERS: &str = "
name names named is was of the at on a an no id account acct card bank main primary joint first second full legal person number
new old former current safe deposit box holder owner back merchant branch party by as per our your under
des der die dem den das vom konto kontos karte person herr inhaber heisst ist lautet lautend auf
du de la le les compte carte nom prenom principal est del la el los cuenta tarjeta nombre principal di conto carta nome da do dos
conta cartao van het de rekening kaart naam rachunku konta karty imie nazwisko glowny uctu karty jmeno prijmeni hesap hesabi kart adi
soyadi adiniz kontot namn navn nimi tilin kortin contului cardului nume szamla nev neve bankszamla счета счёта карты фио имя имени
λογαριασμου καρτας ονομα اسم الحساب البطاقة שם החשבון droit geehrte geehrter";

/// After these no colon is needed.
const SIGNED_OFF: &str =
    "alias aka gruß grussen gruessen gruss imieniu имени benef bene remit remtr remitt ordg orig cust acctholder namens gez namn";

const LETTERS: &str = "m d f c";

/// Slots, a power of two and several times the words.
const SLOTS: usize = 1 << 12;

struct Table(Vec<(u64, Cue)>);

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table(vec![(0, Cue::NONE); SLOTS]);
    let lists = [
        (Cue::TITLE, TITLES),
        (Cue::GREETING, GREETINGS),
        (Cue::ROLE, ROLES),
        (Cue::WEAK, WEAK),
        (Cue::HINT, HINTS),
        (Cue::FILLER, FILLERS),
        (Cue::LETTER, LETTERS),
        (Cue::LABEL, LABELS),
        (Cue::ROLE, SIGNED_OFF),
    ];
    for (cue, words) in lists {
        words.split_whitespace().for_each(|word| table.add(hash(word), cue));
    }
    table
});

impl Table {
    fn add(&mut self, hash: u64, cue: Cue) {
        let slot = self.slot(hash);
        self.0[slot] = (hash, self.0[slot].1.with(cue));
    }

    fn find(&self, hash: u64) -> Cue {
        self.0[self.slot(hash)].1
    }

    /// Where the hash is, or would be.
    fn slot(&self, hash: u64) -> usize {
        let mut slot = (hash >> 52) as usize % SLOTS;
        while self.0[slot].0 != hash && self.0[slot].0 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_accent() {
        for word in ["bénéficiaire", "BÉNÉFICIAIRE", "Kontoinhaber", "Получатель", "收款人", "Müşteri", "hållare", "Empfänger"] {
            assert_eq!(Cue::of(word).any(Cue::ROLE), word != "hållare", "{word}");
        }
        assert!(Cue::of("Mme").any(Cue::TITLE) && Cue::of("dear").any(Cue::GREETING) && Cue::of("timeout") == Cue::NONE);
    }
}

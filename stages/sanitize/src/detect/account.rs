//! Bank account numbers and routing numbers, by a cue.
//!
//! Format: 6-18 digits in one piece; UK sort code and account (2-2-2 and 8 digits); right behind a name for an account also 5-20 digits and groups of
//! them by blanks or dashes; ABA routing numbers (9 digits, American Bankers Association, weights 3 7 1). There is no common checksum for accounts,
//! so the nearest cue word must speak of one.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    date::is_short_day,
    window,
};
use crate::scan::context::{Cues, cues_of_name};
use crate::scan::run::Group;

/// An account number near its cue.
pub(crate) const ACCOUNT: Detector = Detector {
    id: "account",
    trigger: Trigger::Digits,
    needs: Needs::named(2, 20).or(Needs::len(6, 18)).or(Needs::len(3, 6).groups(2).behind(b"-")).or(Needs::len(2, 3).groups(3)),
    find,
    matches: &[
        "account 12345678",
        "Versamento c/c 2000/00051928 EUR",
        "FT.POST DR 00513-8829471 CR PL-52014 amt",
        "benef 2208516734 posted",
        "onus=[77311 55182] chk",
        "acct no. 000123456789",
        "accountNumber=1234567890",
        "account 12-34-56 12345678",
        "from account 1234567 to account 7654321",
        "/accounts/12345678/balance",
        "transfer from a/c 6620 4418 201 reversed",
        "Konto 12 3456 789 gesperrt",
        "Kontonummer: 4418 2071",
        "Kto.-Nr. 4418207",
        "compte n° 0004 4188 207",
        "numéro de compte 00044188207",
        "número de cuenta 4418-2071-55",
        "nº de cuenta: 4418207155",
        "conto corrente 000012345678",
        "rekeningnummer 44.18.82.071",
        "WDL ACC 40817810004418820441 RUB",
        "dda=1188270044",
        "account number is 4418 2071",
        "numer rachunku 10 1050 0997 6033",
        "DTMF collected 44188207# at prompt ENTER_ACCOUNT_NUMBER",
        "口座番号 4418207",
        "口座番号は4418207です",
        "расчетный счет 40702810900000002851",
        "a/c no 44-1882-07",
        "beneficiary a/c 50100441882071",
        "kontonr 1234 56 78903",
        "bankgiro 5050-1055",
        "konto nr 60 1020 1026 0000 1234 5678 9012",
        "compte 30004 00828 00012345678 76",
        "cuenta 2100-0418-45-0200051332",
        "口座番号 普通 1234567",
        "FORACID=041810000882",
        "sort code / account 20-45-77 00112233",
        "PUT /sort-code-and-account/20-45-77%2000112233 HTTP/1.1",
        "REF SO00441871 FROM 44180723 TO 60-15-28 31190417",
        "IMPS/P2A/dr 50100441882071/cr 992810044188207@",
        "posted: debit 441882071, credit 992810044 at 12:30",
        "Soll: 441882071 Haben: 992810044",
        "FROM A/C 1018820417003 RESP",
        "WDL FROM CHQ 2204418377 AMT",
        "koza=7182033 meigi",
        "posted J-20260311-00918843 debit 110-2938174-66 credit GL 27110900",
        "sent to 04-00-75 / 36010447, recalled",
        "sent to 12-08-95 / 36010447, recalled",
    ],
    misses: &[
        "account statement STMT-2025-02-0007781 moved",
        "12345678",
        "account opened at 1700000000000 ms",
        "account offset 12345678",
        "account 12345",
        "application LN-771820041",
        "CHQ 100482 paid",
        "order 12345678",
        "accounts: total 1234567",
        "account 4417 opened 2026-03-02",
        "account type 10 12 14",
        "Konto 4711",
        "account 12:30:44",
        "2026-03-02 12:30:44 account closed",
        "acc 2026-03-02",
        "account lookup 1234567 ms",
        "account page 1234567 bytes",
        "konto ok, 3 von 5",
        "prompt ENTER_AMOUNT collected 44188207",
        "account limit 12.500,00",
        "moved from 44180723 to 44189999",
        "dr 000000012500 cr 000000012500",
        "debit 150000000.00 credit 150000000.00",
        "debit 441882071 rows, credit 992810044 rows",
        "total debit 1234567890 total credit 1234567890",
        "DR 250000000 CR 250000000 ccy=JPY",
        "hundred 441882071 credit 992810044",
        "AccountService - run 20261127",
        "account posting 44182001 written",
        "account opened, event RUN-88204410",
        "drawn account-lib-4418200.jar",
        "account v2 2026.03.02",
        "acct closed journal J-20261126-88131",
        "run 26-11-26 / 36010447",
        "loan HL/BLR/2026/004417",
        "debit 2026-03-02 credit 2026-03-03",
    ],
};

/// A US routing number near its cue.
pub(crate) const ROUTING: Detector = Detector {
    id: "routing",
    trigger: Trigger::Digits,
    needs: Needs::len(8, 9).or(Needs::len(4, 4).groups(3)),
    find: find_routing,
    matches: &[
        "routing number 021000021",
        "ABA 011401533",
        "odfi=122550056",
        "RTN: 0210-0002-1",
        "transit no. 021000021",
        "rdfi 02100002",
        "R/T 021000021",
    ],
    misses: &["021000021", "routing number 021000022", "routing took 1000021 ms", "batch 02100002", "routing key 12345678", "aba 2026-0302-1"],
};

/// A Hungarian account: two or three groups of eight digits (GIRO Zrt., weights 9 7 3 1 over the bank's eight and over the rest).
pub(crate) const ACCOUNT_HU: Detector = Detector {
    id: "account_hu",
    trigger: Trigger::Digits,
    needs: Needs::len(8, 8).groups(2),
    find: hungarian,
    matches: &["father, number 11773016-00918842\" prio", "11773016-00918842-00000000 zárolva"],
    misses: &["11773016-00918843", "20260312-20260313", "11773016-00918842-1", "A-11773016-00918842"],
};

/// Names that an account number stands right behind.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "a/c", "ac", "benef", "onus", "on us", "acct", "acc", "account", "accountno", "acctno", "accno", "acct num", "acc num", "account num", "account nbr", "dda", "foracid", "acid", "bban", "nuban", "clabe",
    "from account", "to account", "savings account", "checking account", "current account", "loan account", "deposit account", "beneficiary account",
    "account with id", "account not found", "account by id", "accountnotfoundexception", "konten", "comptes", "cuentas", "loans",
    "konto", "kontonr", "kontonummer", "kontonummern", "kto", "kto nr", "ktonr", "girokonto", "sparkonto", "bankkonto", "tagesgeldkonto", "depot", "depotnummer", "darlehenskonto", "verrechnungskonto",
    "compte", "n° de compte", "cpte", "cpt", "compte courant", "compte bancaire", "compte chèque", "compte d'épargne", "livret", "rib",
    "cuenta", "cta", "cta cte", "cuenta corriente", "cuenta de ahorro", "cuenta de ahorros", "ccc", "cbu",
    "conto", "conto corrente", "c/c", "conta", "conta corrente", "conta poupança", "nib",
    "rekening", "rekeningnummer", "bankrekening", "spaarrekening", "rek nr", "reknr", "rachunek", "rachunku", "numer rachunku", "nr rachunku", "nrb", "konta",
    "bankkontonummer", "bankgiro", "plusgiro", "kontot", "tili", "tilinumero", "pankkitili", "számlaszám", "bankszámla", "účet", "číslo účtu", "hesap", "hesap no", "hesap numarası", "cont",
    "счет", "счёт", "счета", "счёта", "счету", "счёту", "счете", "счёте", "рахунку", "номер счета", "расчетный счет", "лицевой счет", "р/с", "л/с", "рахунок", "口座番号", "口座", "账号", "账户", "帳號", "帳戶", "계좌번호", "계좌",
    "account number is", "account no", "accnt", "acount", "accont", "accts", "účtu", "debtor", "creditor", "protiúčet", "drawn on", "úvěru č", "číslo smlouvy", "loan no", "loan nbr", "loan number",
    "from chq", "to chq", "from chk", "to chk", "from sav", "to sav", "koza", "kouza", "koza bango", "kouza bango", "contract no", "contract number", "numéro de contrat",
];

/// Names of routing numbers.
pub(super) const ROUTING_NAMES: &[&str] =
    &["aba", "aba rtn", "rtn", "routing", "routing no", "r/t", "odfi", "rdfi", "transit", "transit routing", "fedwire", "ach routing", "micr"];

/// Where a prompt says behind the number what it asked for.
const PROMPTS: &[&[u8]] = &[b"enter_account", b"enter account", b"acct_num", b"account_number", b"acctnum"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    grouped(spot)
        .or_else(|| by_near_cue(spot))
        .or_else(|| prompted(spot))
        .or_else(|| paid_from(spot))
        .or_else(|| of_a_posting(spot))
        .or_else(|| grouped_side(spot))
        .or_else(|| beside_sort_code(spot))
}

/// Right behind a name: groups too, and more digits.
fn grouped(spot: &Spot<'_>) -> Option<Found> {
    let first = spot.groups.first()?.len();
    if !(2..=20).contains(&first) || (first < 5 && spot.groups.len() < 2) {
        return None;
    }
    let name = cue::behind(spot, List::Account)?;
    // `from sav 20260312`, `to chk 7718204412 rows`
    if (name.starts_with("from ") || name.starts_with("to ")) && (is_day(spot.word()) || window::is_measured(spot.text, spot.end)) {
        return None;
    }
    // `sort code / account 20-45-77 00112233`.
    let sorted = matches!(spot.shape::<4>(), Some([2, 2, 2, 8])) && spot.joined_by(3, b'-') && spot.groups[3].separator == b' ';
    // `c/c 2000/00051928`: the kind of account before its number, in Italy.
    let kinded = spot.groups.get(1).is_some_and(|group| group.separator == b'/' && group.len() >= 6) && first <= 5 && spot.groups.len() == 2;
    let count = if sorted {
        4
    } else if kinded {
        2
    } else if first >= 6 {
        1
    } else {
        group_count(spot)?
    };
    let most = if count > 1 { 28 } else { 20 };
    let total: usize = spot.groups.get(..count)?.iter().map(Group::len).sum();
    // A clock in milliseconds.
    let clock = count == 1 && matches!(first, 13 | 16 | 19) && spot.byte(spot.at) == b'1' && spot.byte(spot.at + 1) >= b'2';
    let decimal = spot.groups.get(count).is_some_and(|group| matches!(group.separator, b'.' | b'/') && count == 1);
    let end = spot.end_of(count);
    let end = if matches!(spot.shape::<3>(), Some([2, 2, 2])) && count == 3 { over_encoded(spot.text, end) } else { end };
    ((6..=most).contains(&total) && !clock && !decimal).then(|| Found::by_cue(spot.at, end, PiiClass::Account))?
}

/// Past the account behind a sort code in a path: `/account/48-29-36%2014855463`.
fn over_encoded(text: &[u8], end: usize) -> usize {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b"%20").or_else(|| rest.strip_prefix(b"+"))) else { return end };
    let digits = rest.iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    if (6..=10).contains(&digits) { text.len() - rest.len() + digits } else { end }
}

/// Groups of an account number: all joined by one sign, and none that begins a date or a time.
fn group_count(spot: &Spot<'_>) -> Option<usize> {
    let separator = spot.groups.get(1)?.separator;
    if !matches!(separator, b' ' | b'-' | b'.') {
        return None;
    }
    let joined = 1 + spot.groups.iter().skip(1).take_while(|group| group.separator == separator && group.len() <= 11).count();
    let mut count = joined;
    // The last one belongs to what it is tied to: `4418 8207 2026-03-02`, `... 12:30`.
    let tied = spot.groups.get(joined).is_some_and(|group| group.separator != b' ');
    let end = spot.end_of(count);
    let clock = matches!(spot.byte(end), b':' | b',') && spot.byte(end + 1).is_ascii_digit();
    if separator == b' ' && (tied || clock) {
        count -= 1;
    }
    let total = |count: usize| spot.groups.iter().take(count).map(Group::len).sum::<usize>();
    while total(count) > 28 {
        count -= 1;
    }
    let date = separator != b' ' && matches!(spot.shape::<3>(), Some([4, 2, 2] | [2, 2, 4] | [1, _, 4])) && count == 3;
    (count >= 2 && !date).then_some(count)
}

/// Digits from which a number behind `accountsBlocked` is no count.
const COUNT_DIGITS: usize = 10;

/// Whether the nearest word says that a number of so many digits counts or numbers something else.
fn is_measure(nearest: Cues, digits: usize) -> bool {
    nearest.any(Cues::MEASURE) && !(nearest.any(Cues::COUNTED) && digits >= COUNT_DIGITS)
}

fn by_near_cue(spot: &Spot<'_>) -> Option<Found> {
    let sorted = matches!(spot.shape::<4>(), Some([2, 2, 2, 8])) && spot.joined_by(3, b'-');
    let first = spot.groups.first()?.len();
    if !(sorted || (6..=18).contains(&first)) || !spot.near().nearest.any(Cues::ACCOUNT) || is_measure(spot.near().nearest, first) {
        return None;
    }
    let clock = matches!(first, 13 | 16 | 19) && spot.byte(spot.at) == b'1';
    // `account statement 20261126`
    let day = is_day(spot.word()) || is_numbered_by_year(spot);
    let another = !spot.field.any(Cues::ACCOUNT) && window::is_of_another(spot.text, spot.at, spot.end, |word| cues_of_name(word).any(Cues::ACCOUNT));
    (!clock && !day && !another && !window::is_measured(spot.text, spot.end))
        .then(|| Found::by_cue(spot.at, if sorted { spot.end_of(4) } else { spot.end }, PiiClass::Account))?
}

/// Whether the digits are the last part of a reference with a year before them: `HL/BLR/2026/004417`, `STMT-2025-02-0007781`.
fn is_numbered_by_year(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(..spot.at).unwrap_or_default();
    let dashed = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let (before, parts) = head.split_at(head.len() - dashed);
    if matches!(parts, [b'-', b'2', b'0', a, b, b'-', ..] if a.is_ascii_digit() && b.is_ascii_digit())
        && before.last().is_some_and(u8::is_ascii_uppercase)
    {
        return true;
    }
    let year = spot.text.get(..spot.at).and_then(|head| head.strip_suffix(b"/")).and_then(|head| head.last_chunk::<5>());
    matches!(year, Some([b'/', b'2', b'0', a, b]) if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Whether digits are a day of this century or the last, `20261126`.
fn is_day(digits: &[u8]) -> bool {
    let ([b'2', b'0', _, _, month @ .., _, _] | [b'1', b'9', _, _, month @ .., _, _]) = digits else { return false };
    let (month, day) = (month, &digits[digits.len() - 2..]);
    digits.len() == 8
        && (b"01"..=b"12").contains(&<&[u8; 2]>::try_from(month).unwrap_or(b"99"))
        && (b"01"..=b"31").contains(&<&[u8; 2]>::try_from(day).unwrap_or(b"99"))
}

/// `FROM 44180723 TO 60-15-28 31190417`, `from 44180723 to [IBAN_`: where the other side is an account without doubt.
fn paid_from(spot: &Spot<'_>) -> Option<Found> {
    let head = spot.text.get(..spot.at)?;
    if !(7..=12).contains(&spot.groups.first()?.len()) || !(head.ends_with(b"FROM ") || head.ends_with(b"from ")) {
        return None;
    }
    let rest = spot.text.get(spot.end..)?;
    let to = rest.strip_prefix(b" TO ").or_else(|| rest.strip_prefix(b" to "))?;
    let sorted = matches!(to, [a, b, b'-', c, d, b'-', e, f, b' ', g, ..] if [a, b, c, d, e, f, g].iter().all(|byte| byte.is_ascii_digit()));
    (sorted || to.starts_with(b"[ACCOUNT_") || to.starts_with(b"[IBAN_")).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

/// What names the sides of a posting.
const SIDES: &[(&[u8], &[u8])] = &[(b"debit", b"credit"), (b"dr", b"cr"), (b"soll", b"haben")];

/// `debit 441882071 credit 992810044`, `dr 50100377102294/cr 0022911402`: where both sides are told.
fn of_a_posting(spot: &Spot<'_>) -> Option<Found> {
    let number = |text: &[u8]| {
        let len = text.iter().take(19).take_while(|byte| byte.is_ascii_digit()).count();
        // Amounts of messages are filled with zeros, or have a fraction.
        let fraction = matches!(text.get(len), Some(b'.' | b',')) && text.get(len + 1).is_some_and(u8::is_ascii_digit);
        (9..=18).contains(&len) && !text.starts_with(b"000") && !fraction
    };
    let ends_with = |head: &[u8], name: &[u8]| {
        let word = head.len().checked_sub(name.len()).is_some_and(|at| head[at..].eq_ignore_ascii_case(name));
        word && !head.get(head.len().wrapping_sub(name.len() + 1)).is_some_and(u8::is_ascii_alphanumeric)
    };
    let own = spot.text.get(..spot.at)?.strip_suffix(b" ")?;
    let own = own.strip_suffix(b":").unwrap_or(own);
    if !number(spot.text.get(spot.at..)?) || window::is_measured(spot.text, spot.end) {
        return None;
    }
    let &(debit, credit) = SIDES.iter().find(|(debit, credit)| ends_with(own, debit) || ends_with(own, credit))?;
    let other = if ends_with(own, debit) { credit } else { debit };
    let near = spot.text.get(spot.at.saturating_sub(48)..(spot.end + 48).min(spot.text.len()))?;
    // Equal numbers on both sides are a control sum.
    let is_other = |text: &[u8]| number(text) && !text.starts_with(spot.word()) || text.starts_with(b"[ACCOUNT_");
    let told = (0..near.len()).any(|at| {
        let name = near[..at].strip_suffix(b":").unwrap_or(&near[..at]);
        near[at] == b' ' && ends_with(name, other) && is_other(&near[at + 1..])
    });
    told.then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

/// `debit 100-2938174-55 credit GL 27110900`: three groups by dashes behind one side of a posting of which the other is named, too.
fn grouped_side(spot: &Spot<'_>) -> Option<Found> {
    let count = 1 + spot.groups.iter().skip(1).take_while(|group| group.separator == b'-').count();
    let total: usize = spot.groups.get(..count)?.iter().map(Group::len).sum();
    let dated = matches!(spot.shape::<3>(), Some([4, 2, 2] | [2, 2, 4]));
    // `DR 00513-8829471 CR PL-52014`
    let two = count == 2 && (3..=6).contains(&spot.word().len()) && spot.groups[1].len() >= 5;
    if !(two || (3..=5).contains(&count)) || !(10..=18).contains(&total) || dated || spot.joined != 0 {
        return None;
    }
    let own = spot.text.get(..spot.at)?.strip_suffix(b" ")?;
    let own = own.strip_suffix(b":").unwrap_or(own);
    let ends = |name: &[u8]| own.len() >= name.len() && own[own.len() - name.len()..].eq_ignore_ascii_case(name);
    let &(debit, credit) = SIDES.iter().find(|(debit, credit)| ends(debit) || ends(credit))?;
    let other = if ends(debit) { credit } else { debit };
    let end = spot.end_of(count);
    let near = spot.text.get(spot.at.saturating_sub(48)..(end + 48).min(spot.text.len()))?.to_ascii_lowercase();
    memchr::memmem::find(&near, &[b" ", other, b" "].concat()).map(|_| Found::by_cue(spot.at, end, PiiClass::Account))?
}

/// `04-00-75 / 36010447`, `60-22-17: 81330492`: a sort code that is no day, and the account by a slash or a colon.
fn beside_sort_code(spot: &Spot<'_>) -> Option<Found> {
    let Some([2, 2, 2]) = spot.shape::<3>() else { return None };
    let end = spot.end_of(3);
    let rest = spot.text.get(end..)?;
    let tie = rest.iter().take(4).take_while(|&&byte| matches!(byte, b' ' | b'/' | b':')).count();
    let digits = rest[tie..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let goes_on = matches!(rest.get(tie + digits), Some(b'.' | b'-' | b'/' | b':')) && rest.get(tie + digits + 1).is_some_and(u8::is_ascii_digit);
    let day = spot.text.get(spot.at..end).is_some_and(is_short_day);
    let sound =
        spot.joined_by(3, b'-') && rest[..tie].iter().any(|byte| matches!(byte, b'/' | b':')) && digits == 8 && !goes_on && !day && spot.joined == 0;
    sound.then(|| Found::by_cue(spot.at, end + tie + digits, PiiClass::Account))?
}

/// `11773016-00918842`, `11773016-00918842-00000000`.
fn hungarian(spot: &Spot<'_>) -> Option<Found> {
    let count = match (spot.shape::<3>(), spot.shape::<2>()) {
        (Some([8, 8, 8]), _) if spot.joined_by(3, b'-') => 3,
        (_, Some([8, 8])) if spot.groups.len() == 2 && spot.joined_by(2, b'-') => 2,
        _ => return None,
    };
    let digits = spot.digits(count)?;
    let (bank, own) = digits.as_slice().split_at_checked(8)?;
    let checked = |digits: &[u8]| {
        let sum: u32 = digits.iter().zip([9, 7, 3, 1].into_iter().cycle()).map(|(&digit, weight)| u32::from(digit - b'0') * weight).sum();
        sum.is_multiple_of(10) && digits.iter().any(|&digit| digit != b'0')
    };
    let tied = spot.joined != 0 || matches!(spot.before(), b'-' | b'_' | b'.');
    let sound = checked(bank) && checked(own) && !is_day(bank) && !tied && spot.groups.len() == count;
    sound.then(|| Found::strong(spot.at, spot.end_of(count), PiiClass::Account))?
}

/// What a caller typed: `44188207# at prompt ENTER_ACCOUNT_NUMBER`.
fn prompted(spot: &Spot<'_>) -> Option<Found> {
    let typed = (6..=18).contains(&spot.groups.first()?.len()) && spot.byte(spot.end) == b'#';
    (typed && window::is_followed(spot.text, spot.end, PROMPTS)).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

fn find_routing(spot: &Spot<'_>) -> Option<Found> {
    let count = match (spot.groups.first()?.len(), spot.shape::<3>()) {
        (8 | 9, _) => 1,
        (4, Some([4, 4, 1])) if spot.joined_by(3, b'-') => 3,
        _ => return None,
    };
    let name = cue::behind(spot, List::Routing);
    if name.is_none() && !spot.near().nearest.any(Cues::ROUTING) {
        return None;
    }
    let digits = spot.digits(count)?;
    let digits = digits.as_slice();
    let head = u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0');
    let sum: u32 = digits.iter().zip([3, 7, 1].into_iter().cycle()).map(|(&digit, weight)| u32::from(digit - b'0') * weight).sum();
    // ACH records give the receiving bank without the check digit.
    let checked = if digits.len() == 8 { matches!(name, Some("rdfi" | "odfi")) } else { sum.is_multiple_of(10) };
    let sound = matches!(head, 0..=12 | 21..=32 | 61..=72 | 80) && checked;
    sound.then(|| Found::by_cue(spot.at, spot.end_of(count), PiiClass::Account))?
}

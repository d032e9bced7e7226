//! Accounts, clearing numbers and wallets.

use schemas::pii::Locale;

use super::{Class, Fit, Need, PLAIN, TYPED, TYPED_ANY_CASE};
use crate::fidelity::checks::{base58check, bech32, iban as with_check, to_ten, weighted};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Value, cut};

/// Country and basic account number: `9` a digit, `A` a letter, `X` either. Total lengths are those of ISO 13616.
const IBANS: &[(&str, &str)] = &[
    ("DE", "999999999999999999"),
    ("DE", "999999999999999999"),
    ("GB", "AAAA99999999999999"),
    ("FR", "9999999999XXXXXXXXXXX99"),
    ("ES", "99999999999999999999"),
    ("IT", "A9999999999XXXXXXXXXXXX"),
    ("NL", "AAAA9999999999"),
    ("BE", "999999999999"),
    ("CH", "99999XXXXXXXXXXXX"),
    ("AT", "9999999999999999"),
    ("PL", "999999999999999999999999"),
    ("SE", "99999999999999999999"),
    ("NO", "99999999999"),
    ("FI", "99999999999999"),
    ("IE", "AAAA99999999999999"),
    ("PT", "999999999999999999999"),
    ("AE", "9999999999999999999"),
    ("SA", "99XXXXXXXXXXXXXXXXXX"),
    ("TR", "999999XXXXXXXXXXXXXXXX"),
    ("MT", "AAAA99999XXXXXXXXXXXXXXXXXX"),
    ("BR", "99999999999999999999999AX"),
    ("LC", "AAAAXXXXXXXXXXXXXXXXXXXXXXXX"),
];

const ABOUT_ACCOUNTS: &[&str] = &[
    "transfer of 1,250.00 EUR from {w} {v} was booked",
    "{w} {v} is blocked by compliance, reason AC06",
    "standing order could not be executed: {w} {v} closed",
    "payee {w} {v} added by online banking",
    "statement 0031 for {w} {v} rendered in 412 ms",
    "credit to {w} {v} returned, code AC01",
    "Überweisung an Konto {v} ausgeführt",
    "virement vers le compte {v} en attente de validation",
    "limit check passed for {w} {v}",
    "balance of {w} {v} fell below threshold",
];

const OPAQUE: Fit = Fit { key: true, typed: false, case: false, prose: true };

const CUSTOMER_WORDS: &[&str] = &[
    "loaded profile of {w} {v} in 31 ms",
    "{w} {v} opened the app from a new place",
    "merge of {w} {v} postponed, two open cases",
    "no consent on file for {w} {v}",
    "limits of {w} {v} were raised by the branch",
];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "iban",
        title: "IBAN",
        keys: &["iban", "beneficiary_iban", "debtor_iban", "creditor_iban", "account_iban"],
        words: &["IBAN", "account", "beneficiary IBAN"],
        frames: ABOUT_ACCOUNTS,
        bare: &[
            "SEPA credit to {v} accepted",
            "mandate signed for {v}",
            "pain.001 line 3: {v} unknown at destination",
            "recall of funds on {v} denied",
            "instant payment {v} settled in 2.1 s",
        ],
        fit: TYPED_ANY_CASE,
        iso8583: &["MTI=0200 DE102={v} DE049=978", "0200|103:{v}|4:000000125000"],
        swift: &[":50K:/{v}\nACME TRADING GMBH\nHAMBURG", ":59:/{v}\nINVOICE 4711", ":25:{v}", ":59A:/{v}\nDEUTDEFF"],
        make: iban,
        ..PLAIN
    },
    Class {
        id: "account",
        title: "Bank account number",
        keys: &["account_number", "account_no", "from_account", "to_account", "debit_account", "credit_account"],
        words: &["account", "account number", "acct", "a/c", "debit account"],
        frames: ABOUT_ACCOUNTS,
        fit: TYPED,
        iso8583: &["MTI=0200 DE102={v} DE049=978", "<isomsg><field id=\"0\" value=\"0200\"/><field id=\"103\" value=\"{v}\"/></isomsg>"],
        swift: &[":50K:/{v}\nACME TRADING GMBH\nHAMBURG", ":59:/{v}\nINVOICE 4711", ":25:{v}"],
        make: |prng| {
            let length = prng.one(&[8, 9, 10, 10, 11, 12, 14, 16]);
            Value::plain(prng.digits(length)).halved()
        },
        ..PLAIN
    },
    Class {
        id: "us-routing",
        title: "ABA routing number",
        need: Need::Should,
        keys: &["routing_number", "aba_number", "aba_routing", "rtn"],
        words: &["routing number", "ABA", "ABA routing", "RTN"],
        frames: &[
            "ACH batch 12: {w} {v} not participating",
            "{w} {v} belongs to another bank",
            "wire needs {w}, got {v}",
            "{w} {v} verified against the directory",
        ],
        fit: TYPED,
        make: routing,
        ..PLAIN
    },
    Class {
        id: "uk-sort-code",
        title: "UK sort code and account number",
        need: Need::Should,
        keys: &["sort_code_and_account", "uk_bank_details", "sort_code_account"],
        words: &["sort code and account", "sort code", "sort code / account"],
        frames: ABOUT_ACCOUNTS,
        fit: TYPED,
        make: |prng| {
            let (sort, account) = (prng.digits(6), prng.digits(8));
            let sort_dashed = cut(&sort, &[2, 2]).join("-");
            Value { forms: vec![format!("{sort_dashed} {account}")], ..Value::grouped(&format!("{sort}{account}"), &[2, 2, 2, 8], "-", false) }
        },
        ..PLAIN
    },
    Class {
        id: "in-ifsc",
        title: "Indian IFSC",
        need: Need::Locale,
        locale: Some(Locale::In),
        keys: &["ifsc", "ifsc_code", "beneficiary_ifsc"],
        words: &["IFSC", "IFSC code"],
        frames: &["NEFT to {w} {v} queued", "{w} {v} is not live on IMPS", "branch lookup for {w} {v} failed"],
        fit: Fit { key: true, typed: false, case: true, prose: true },
        make: |prng| Value::plain(format!("{}0{}", prng.of("ABCDHIKSUY", 4), prng.of("0123456789", 6))),
        ..PLAIN
    },
    Class {
        id: "au-bsb",
        title: "Australian BSB",
        need: Need::Locale,
        locale: Some(Locale::Au),
        keys: &["bsb", "bsb_number", "payee_bsb"],
        words: &["BSB", "BSB number"],
        frames: &["NPP payment to {w} {v} failed", "{w} {v} moved to another institution", "direct entry: {w} {v} closed"],
        fit: TYPED,
        make: |prng| Value::grouped(&prng.digits(6), &[3, 3], "-", false),
        ..PLAIN
    },
    Class {
        id: "ca-transit",
        title: "Canadian transit number",
        need: Need::Locale,
        locale: Some(Locale::Ca),
        keys: &["transit_number", "ca_transit", "branch_transit_number"],
        words: &["transit number", "transit no."],
        frames: &["EFT file: {w} {v} unknown", "{w} {v} was merged into another branch", "void cheque shows {w} {v}"],
        fit: TYPED,
        make: |prng| Value::grouped(&prng.digits(8), &[5, 3], "-", false),
        ..PLAIN
    },
    Class {
        id: "crypto-bitcoin",
        title: "Bitcoin address (base58)",
        need: Need::Should,
        keys: &["btc_address", "wallet_address", "crypto_address"],
        words: &["wallet", "BTC address", "bitcoin address"],
        frames: WALLETS,
        bare: BARE_WALLETS,
        fit: OPAQUE,
        make: |prng| {
            let version = prng.one(&[0_u8, 5]);
            let payload: Vec<u8> = std::iter::once(version).chain((0..20).map(|_| u8::try_from(prng.below(256)).unwrap_or_default())).collect();
            Value::plain(base58check(&payload))
        },
        ..PLAIN
    },
    Class {
        id: "crypto-segwit",
        title: "Bitcoin address (bech32)",
        need: Need::Should,
        keys: &["btc_address", "wallet_address", "crypto_address"],
        words: &["wallet", "BTC address", "bitcoin address"],
        frames: WALLETS,
        bare: BARE_WALLETS,
        fit: OPAQUE,
        make: |prng| {
            let program: Vec<u8> = (0..32).map(|_| u8::try_from(prng.below(32)).unwrap_or_default()).collect();
            Value::plain(bech32(&program))
        },
        ..PLAIN
    },
    Class {
        id: "crypto-ethereum",
        title: "Ethereum address",
        need: Need::Should,
        keys: &["eth_address", "wallet_address", "ethereum_wallet"],
        words: &["wallet", "ETH address", "ethereum wallet"],
        frames: WALLETS,
        bare: BARE_WALLETS,
        fit: OPAQUE,
        make: |prng| Value::plain(format!("0x{}", prng.hex(40))),
        ..PLAIN
    },
    Class {
        id: "customer-id",
        title: "Customer number",
        keys: &["customer_id", "client_id", "cif", "customer_number", "cif_number"],
        words: &["customer", "customer id", "CIF", "client number"],
        frames: CUSTOMER_WORDS,
        fit: OPAQUE,
        swift: &[":50F:CUST/DE/ACMEBANK/{v}\n1/ACME TRADING GMBH"],
        make: |prng| match prng.below(3) {
            0 => Value::plain(prng.digits(8)).halved(),
            1 => Value::plain(prng.digits(10)).halved(),
            _ => Value::plain(format!("CIF{}", prng.digits(9))),
        },
        ..PLAIN
    },
];

const WALLETS: &[&str] = &[
    "payout to {w} {v} broadcast",
    "{w} {v} is on the sanctions list",
    "deposit from {w} {v} needs 3 confirmations",
    "travel rule data missing for {w} {v}",
];
const BARE_WALLETS: &[&str] = &["broadcast to {v} failed: mempool full", "risk score 82 for {v}", "sweep {v} finished"];

fn iban(prng: &mut Prng) -> Value {
    let (country, shape) = prng.one(IBANS);
    let bban: String = shape
        .chars()
        .map(|place| match place {
            '9' => prng.any_digits(1),
            'A' => prng.of("ABCDEFGHKLMNPRSTUVWZ", 1),
            _ => prng.of("0123456789ABCDEFGHKLMNPRSTUVWZ", 1),
        })
        .collect();
    Value::grouped(&with_check(country, &bban), &[4; 8], " ", true)
}

fn routing(prng: &mut Prng) -> Value {
    let first = prng.one(&["01", "02", "05", "07", "11", "12", "21", "26", "31", "32", "61", "72"]);
    let body = format!("{first}{}", prng.any_digits(6));
    let check = to_ten(weighted(&body, &[3, 7, 1, 3, 7, 1, 3, 7]));
    Value::grouped(&format!("{body}{check}"), &[9], "", false)
}

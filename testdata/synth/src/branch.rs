//! The branches: CSV rows of teller operations. Ten transaction types, each a fixed order of steps, as in the generator of the Python tool.

/// Header of the file.
pub(crate) const HEADER: &str = "timestamp,transaction_id,transaction_type,event,teller_id,branch_id,customer_id,customer_name,account_number,amount,currency,severity,status,terminal_id,session_id,ip_address,notes\n";

/// A row; the notes are the message.
pub(crate) const BEFORE_NOTES: &str = "<ts>000,<order>,<transaction>,<event>,<teller>,<branch>,<customer:field>,\"<name.reversed:field>\",<account:field>,<amount>,<currency>,<level>,<status>,<terminal>,<session:field>,10.20.<1..20>.<2..250>,";

/// What a teller's cell may hold: nothing, a word, quotes, commas, line breaks.
pub(crate) const NOTES: &[&str] = &[
    "",
    "",
    "ok",
    "\"counted twice, no difference\"",
    "",
    "\"customer asked for \"\"small notes\"\", 5 x 20\"",
    "\"line one,\nline two: <name> waits at desk <1..9>\"",
    "",
    "\"id card seen, checked by <teller>\"",
    "\"receipt <order>, printed\"",
];

/// A transaction type and its steps.
pub(crate) struct Transaction {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [&'static str],
    /// Whether the ledger books an amount.
    pub(crate) books: bool,
}

const fn transaction(name: &'static str, books: bool, steps: &'static [&'static str]) -> Transaction {
    Transaction { name, steps, books }
}

pub(crate) const TRANSACTIONS: &[Transaction] = &[
    transaction(
        "CASH_DEPOSIT",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "CASH_RECEIVE",
            "CASH_COUNT",
            "LEDGER_CREDIT",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "CASH_WITHDRAWAL",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "BALANCE_CHECK",
            "LEDGER_DEBIT",
            "VAULT_REQUEST",
            "CASH_COUNT",
            "CASH_DISPENSE",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "CHECK_DEPOSIT",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "CHECK_SCAN",
            "CHECK_VERIFY",
            "HOLD_PLACE",
            "LEDGER_CREDIT",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "WIRE_TRANSFER",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "BALANCE_CHECK",
            "BENEFICIARY_ENTRY",
            "SANCTIONS_SCREEN",
            "SUPERVISOR_APPROVE",
            "LEDGER_DEBIT",
            "WIRE_SEND",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "ACCOUNT_OPENING",
        false,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "KYC_FORM",
            "KYC_SCREEN",
            "PRODUCT_SELECT",
            "CONTRACT_PRINT",
            "SIGNATURE_CAPTURE",
            "ACCOUNT_CREATE",
            "CARD_ORDER",
            "SESSION_END",
        ],
    ),
    transaction(
        "LOAN_PAYMENT",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ACCOUNT_LOOKUP",
            "LOAN_LOOKUP",
            "CASH_RECEIVE",
            "LEDGER_CREDIT",
            "SCHEDULE_UPDATE",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "CURRENCY_EXCHANGE",
        true,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "RATE_LOOKUP",
            "CASH_RECEIVE",
            "CASH_COUNT",
            "VAULT_REQUEST",
            "CASH_DISPENSE",
            "RECEIPT_PRINT",
            "SESSION_END",
        ],
    ),
    transaction(
        "CARD_ISSUE",
        false,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "CARD_PRINT",
            "PIN_SET",
            "CARD_ACTIVATE",
            "SIGNATURE_CAPTURE",
            "SESSION_END",
        ],
    ),
    transaction(
        "SAFE_DEPOSIT_ACCESS",
        false,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "BOX_LOOKUP",
            "SIGNATURE_CAPTURE",
            "VAULT_ACCESS",
            "BOX_RETURN",
            "SESSION_END",
        ],
    ),
    transaction(
        "BALANCE_INQUIRY",
        false,
        &[
            "SESSION_START",
            "TELLER_AUTH",
            "CUSTOMER_IDENTIFY",
            "ID_VERIFY",
            "ACCOUNT_LOOKUP",
            "BALANCE_CHECK",
            "RECEIPT_PRINT",
            "CUSTOMER_CONFIRM",
            "SESSION_END",
        ],
    ),
];

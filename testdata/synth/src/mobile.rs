//! The mobile API: JSON lines with nested objects, one record a request.

use crate::acts::{Act, Source};

pub(crate) const BEFORE_MESSAGE: &str = r#"{"timestamp":"<ts>Z","level":"<level>","service":"<service>","event":"<event>","message":""#;
pub(crate) const CONTEXT: &str = r#","session_id":"<session:field>","customer_id":"<customer:field>","trace_id":"<trace>","device_id":"<device:field>","ip":"<ip:field>","user_agent":"<user_agent>","app_version":"<version>""#;

const fn source(act: Act, name: &'static str, method: &'static str, paths: &'static [&'static str]) -> Source {
    Source { act, name, detail: method, paths, good: &[], bad: &[], extra: &[""] }
}

const PAYMENT: &str = r#","amount":<amount>,"currency":"<currency>","order_ref":"<order>","idempotency_key":"<idempotency>""#;

pub(crate) const SOURCES: &[Source] = &[
    Source {
        good: &["App started, cold start took <180..900> ms", "App started from push notification"],
        ..source(Act::AppStart, "app_start", "GET", &["/api/v1/config?platform=mobile"])
    },
    Source {
        good: &["Login succeeded for user <user>", "User <user> signed in with password, attempt <attempt>"],
        bad: &["Login failed for user <user>: wrong password, attempt <attempt>", "Login denied for <email>: wrong password, attempt <attempt>"],
        extra: &[
            r#","auth":{"method":"password","user_name":"<user:field>","attempt":<attempt>}"#,
            r#","auth":{"method":"biometric","user_name":"<user:field>","attempt":<attempt>},"device":{"mac":"<mac:field>","imei_known":true}"#,
        ],
        ..source(Act::Login, "login", "POST", &["/api/v1/auth/login"])
    },
    Source {
        good: &["Account of user <user> locked"],
        bad: &["Account of user <user> locked after too many failed attempts"],
        ..source(Act::Locked, "account_locked", "POST", &["/api/v1/auth/login"])
    },
    Source {
        good: &["One-time code sent to <phone>", "Push challenge sent to device <device>"],
        ..source(Act::MfaChallenge, "mfa_challenge", "POST", &["/api/v1/auth/mfa/challenge"])
    },
    Source {
        good: &["Second factor accepted", "Second factor accepted after <1..3> s"],
        bad: &["Second factor rejected: wrong code"],
        ..source(Act::MfaVerified, "mfa_verified", "POST", &["/api/v1/auth/mfa/verify"])
    },
    Source {
        good: &["Access token renewed, valid for <300..900> s"],
        bad: &["Refresh token expired"],
        extra: &[
            r#","http_headers":{"authorization":"Bearer <jwt:header>","etag":"<request>"}"#,
            r#","http_headers":{"authorization":"Bearer <bearer:header>","accept":"application/json"}"#,
        ],
        ..source(Act::TokenRefresh, "token_refresh", "POST", &["/api/v1/auth/token"])
    },
    Source {
        good: &["Accounts listed", "<1..6> accounts returned in <latency> ms"],
        bad: &["Accounts could not be listed"],
        extra: &[
            r#","holder":"<name:field>","count":<1..6>"#,
            r#","holder":"<name:field>","accounts":[{"iban":"<iban:array>","type":"current"},{"number":<account:number>,"type":"savings"}]"#,
        ],
        ..source(Act::ViewAccounts, "view_accounts", "GET", &["/api/v1/customers/<customer:path>/accounts"])
    },
    Source {
        good: &["Balance returned for account <account>", "Balance served from cache, age <100..4000> ms"],
        bad: &["Balance of account <account> not available"],
        extra: &[
            "",
            r#","account_number":<account:number>"#,
            r#","account_number":"<account:field>","balances":{"<account:key>":{"available":<amount>,"currency":"<currency>"}}"#,
        ],
        ..source(Act::ViewBalance, "view_balance", "GET", &["/api/v1/accounts/<account:path>/balance", "/api/v1/accounts/<iban:path>/balance"])
    },
    Source {
        good: &["Transactions listed, page <1..9> of <9..20>"],
        bad: &["Transactions not available, upstream timed out"],
        ..source(Act::ListTransactions, "list_transactions", "GET", &["/api/v1/accounts/<account:path>/transactions?page=<1..9>&size=50"])
    },
    Source {
        good: &["Transfer to <payee.name> validated", "Beneficiary check passed"],
        bad: &["Beneficiary IBAN is not valid", "Transfer rejected: beneficiary bank is not reachable"],
        extra: &[r#","amount":<amount>,"currency":"<currency>","beneficiary":{"name":"<payee.name:field>","iban":"<payee.iban:field>"}"#],
        ..source(Act::TransferValidate, "transfer_validated", "POST", &["/api/v1/accounts/<iban:path>/transfers/validate"])
    },
    Source {
        good: &["Transfer of <currency> <amount_text> submitted", "Transfer <transfer> to <payee.iban.grouped> submitted"],
        bad: &["Transfer failed for account <account>", "Transfer to <payee.name> failed"],
        extra: &[PAYMENT],
        ..source(
            Act::TransferSubmit,
            "transfer_submitted",
            "POST",
            &["/api/v1/accounts/<iban:path>/transfers", "/api/v1/accounts/<account:path>/transfers"],
        )
    },
    Source {
        good: &["Transfer <transfer> confirmed", "Transfer <transfer> booked, order <order>"],
        extra: &[PAYMENT],
        ..source(Act::TransferConfirm, "transfer_confirmed", "POST", &["/api/v1/accounts/<iban:path>/transfers/<transfer>/confirm"])
    },
    Source {
        good: &["Beneficiary <payee.name> added", "New beneficiary with IBAN <payee.iban> added"],
        bad: &["Beneficiary exists already", "Beneficiary not added: IBAN check failed"],
        extra: &[
            r#","beneficiary_names":["<payee.name:array>"],"beneficiary_ibans":["<payee.iban:array>"]"#,
            r#","beneficiary":{"name":"<payee.name.escaped:field>","iban":"<payee.iban.grouped:field>","address":"<payee.address:field>"}"#,
        ],
        ..source(Act::BeneficiaryAdd, "beneficiary_added", "POST", &["/api/v1/customers/<customer:path>/beneficiaries"])
    },
    Source {
        good: &["Card payment authorised", "Card payment of <currency> <amount_text> authorised at merchant <1000..9999>"],
        bad: &["Card payment declined", "Card <card.grouped> declined by issuer"],
        extra: &[
            r#","amount":<amount>,"currency":"<currency>","card":{"number":"<card:field>","holder":"<name.upper:field>"}"#,
            r#","amount":<amount>,"currency":"<currency>","card":{"pan":<card:number>,"cvv":"<cvv:field>"}"#,
        ],
        ..source(Act::CardPayment, "card_payment", "POST", &["/api/v1/payments/card"])
    },
    Source {
        good: &["Card frozen on request", "Card frozen, holder <name>"],
        bad: &["Card could not be frozen"],
        extra: &["", r#","card_number":"<card.grouped:field>","pin_reset":{"pin":"<pin:field>","channel":"app"}"#],
        ..source(Act::CardFreeze, "card_frozen", "PUT", &["/api/v1/cards/<card:path>/freeze"])
    },
    Source {
        good: &["Profile updated", "Profile updated, verification mail sent to <email>"],
        bad: &["Profile not updated: validation failed"],
        extra: &[
            r#","profile":{"name":"<name:field>","contact":{"email":"<email:field>","phone":"<phone:field>"},"address":"<address:field>","dob":"<birth_date:field>"}"#,
            r#","payload":"{\"customer\":{\"name\":\"<name:json>\",\"email\":\"<email:json>\",\"date_of_birth\":\"<birth_date:json>\",\"ssn\":\"<ssn:json>\",\"phones\":[\"<phone:json>\"]}}""#,
            r#","profile":{"full_name":"<name.escaped:field>","phone_number":<phone.digits:number>,"location":{"lat":<geo.first:number>,"lon":<geo.last:number>}}"#,
            r#","payload":"{\"iban\":\"<iban:json>\",\"card\":{\"number\":\"<card:json>\"},\"address\":\"<address:json>\",\"user_name\":\"<user:json>\"}""#,
        ],
        ..source(Act::ProfileUpdate, "profile_updated", "PATCH", &["/api/v1/customers/<customer:path>/profile"])
    },
    Source {
        good: &["Customer file checked", "Customer file of <name> checked"],
        bad: &["Customer file incomplete"],
        extra: &[
            r#","kyc":{"customer_name":"<name:field>","ssn":"<ssn:field>","national_id":"<national_id:field>","date_of_birth":"<birth_date:field>","address":"<address:field>","documents":[{"type":"passport","digest":"<digest>"}]}"#,
            r#","kyc":{"person":{"last_name":"<name.last:field>","first_name":"<name.first:field>","ssn":"<ssn.digits:field>"},"accounts":{"<iban:key>":{"limit":<1000..5000>}},"device":{"id":"<device.upper:field>","mac_address":"<mac.dashed:field>","ip_address":"<ip6:field>","geo":"<geo:field>"}}"#,
            r#","kyc":{"contacts":[["email","<email:array>"],["phone","<phone.grouped:array>"]],"username":"<user:field>","password":"<password:field>","tax_id":"<national_id:field>","lookup":{"<email:key>":"primary"}}"#,
        ],
        ..source(Act::KycCheck, "kyc_checked", "GET", &["/api/v1/customers/<customer:path>/kyc"])
    },
    Source {
        good: &["Search returned <1..40> customers"],
        bad: &["Search timed out"],
        ..source(
            Act::CustomerSearch,
            "customer_search",
            "GET",
            &[
                "/api/v1/customers/search?email=<email.percent:query>&limit=20",
                "/api/v1/customers/search?name=<name.percent:query>&phone=<phone.percent:query>",
                "/api/v1/payees/search?iban=<iban.percent:query>&address=<address.percent:query>",
            ],
        )
    },
    Source {
        good: &["Statement of <bytes> bytes sent", "Document delivered, <bytes> bytes in <latency> ms"],
        bad: &["Statement not found", "Statement service answered with an error"],
        extra: &[r#","document":{"bytes":<bytes>,"sha256":"<digest>","created_ms":<epoch>}"#],
        ..source(Act::Statement, "statement_downloaded", "GET", &["/api/v1/accounts/<account:path>/statements/2026-10.pdf"])
    },
    Source {
        good: crate::notes::NOTES,
        extra: &[r#","ticket":{"queue":"support","ref":"<order>","opened_by":"<teller>"}"#],
        ..source(Act::SupportNote, "support_note", "POST", &["/api/v1/support/messages"])
    },
    Source {
        good: &["Standing order created, first run on day <1..28>"],
        bad: &["Standing order rejected: limit exceeded"],
        extra: &[PAYMENT],
        ..source(Act::StandingOrder, "standing_order_created", "POST", &["/api/v1/accounts/<iban:path>/standing-orders"])
    },
    Source {
        good: &["Rate quoted, valid for <10..60> s"],
        bad: &["Rate service timed out"],
        ..source(Act::FxQuote, "fx_quote", "GET", &["/api/v1/fx/quote?pair=EURUSD&amount=<amount>"])
    },
    Source {
        good: &["Operator <teller> opened the customer file: data access", "Data access by operator <teller>, case <order>"],
        ..source(Act::DataAccess, "data_access", "GET", &["/api/v1/customers/<customer:path>/file"])
    },
    Source { good: &["Logged out", "User <user> signed out after <30..900> s"], ..source(Act::Logout, "logout", "POST", &["/api/v1/auth/logout"]) },
    Source {
        good: &["Session expired"],
        bad: &["Session <session> expired after inactivity", "Session expired, token no longer accepted"],
        ..source(Act::SessionExpired, "session_expired", "GET", &["/api/v1/accounts/<account:path>/balance"])
    },
    Source {
        good: &["Customer file of <name> loaded by operator <teller>", "Customer file loaded by <teller>"],
        extra: &[
            r#","customer":{"name":"<name:field>","first_name":"<name.first:field>","last_name":"<name.last:field>","date_of_birth":"<birth_date:field>","address":"<address:field>","email":"<email:field>","phone":"<phone:field>","ssn":"<ssn:field>","national_id":"<national_id:field>","account_number":"<account:field>","iban":"<iban:field>","card_number":"<card:field>"},"user_name":"<user:field>","device":{"mac":"<mac:field>","ip_address":"<home_ip:field>","geo":"<geo:field>"},"last_seen":{"mobile_ip":"<mobile_ip:field>","client_ip":"<ip6:field>"}"#,
        ],
        ..source(Act::CustomerFile, "customer_loaded", "GET", &["/internal/v1/customers/<customer:path>"])
    },
];

/// Records of the service itself: a data access that says neither whose data nor why breaks the rule on access logging.
pub(crate) const SYSTEM: &[Source] = &[Source {
    good: &["Data access: customer table exported, <1000..90000> rows"],
    extra: &[r#","export":{"bytes":<bytes>,"sha256":"<digest>"}"#],
    ..source(Act::BulkAccess, "data_access", "POST", &["/internal/v1/export"])
}];

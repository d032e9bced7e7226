//! What can happen in a journey: its name, how often it fails without a reason, how long people take for it, what the log says.

/// An act and what belongs to it.
macro_rules! acts {
    ($($act:ident $name:literal $failing:literal $median:literal $good:literal $bad:literal;)*) => {
        /// A step of a journey.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Act { $(#[doc = $name] $act),* }

        impl Act {
            /// The record's `event`.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$act => $name),* }
            }

            /// Failures of 1,000 tries that have no reason.
            pub(super) fn failing(self) -> u32 {
                match self { $(Self::$act => $failing),* }
            }

            /// Median of the seconds before it.
            pub(super) fn median_s(self) -> f64 {
                match self { $(Self::$act => $median),* }
            }

            /// The record's `message`, when it succeeds or fails.
            pub(super) fn message(self, good: bool) -> &'static str {
                match self { $(Self::$act => if good { $good } else { $bad }),* }
            }
        }
    };
}

acts! {
    AppStart "app_start" 10 0.5 "App started" "App start failed, configuration not loaded";
    PageOpen "page_open" 10 0.5 "Start page delivered" "Start page not delivered";
    CounterOpen "counter_open" 10 1.0 "Counter session opened" "Counter session could not be opened";
    IdCheck "id_check" 15 40.0 "Identity document checked" "Identity document could not be read";
    Login "login" 35 6.0 "Login succeeded" "Login failed";
    MfaChallenge "mfa_challenge" 12 3.0 "One-time code sent" "One-time code could not be sent";
    MfaVerify "mfa_verify" 30 11.0 "Second factor accepted" "Second factor rejected";
    BalanceView "balance_view" 10 5.0 "Balance returned" "Balance not available";
    TransactionsList "transactions_list" 15 7.0 "Transactions listed" "Transactions not available";
    TransferValidate "transfer_validate" 20 18.0 "Transfer validated" "Transfer data not valid";
    TransferSubmit "transfer_submit" 25 9.0 "Transfer accepted" "Transfer rejected";
    TransferConfirm "transfer_confirm" 10 1.0 "Transfer booked" "Transfer booking not acknowledged";
    BeneficiaryAdd "beneficiary_add" 30 25.0 "Beneficiary added" "Beneficiary not added";
    CardPayment "card_payment" 40 8.0 "Card payment authorised" "Card payment declined";
    CardPaymentReversed "card_payment_reversed" 0 2.0 "Card payment reversed" "Card payment reversed";
    WalletAdd "wallet_add" 30 16.0 "Card added to wallet" "Card not added to wallet";
    LimitChange "limit_change" 20 14.0 "Card limit changed" "Card limit not changed";
    CardBlock "card_block" 12 10.0 "Card blocked" "Card could not be blocked";
    CardUnblock "card_unblock" 15 10.0 "Card unblocked" "Card could not be unblocked";
    CardReplace "card_replace" 15 15.0 "Replacement card ordered" "Replacement card not ordered";
    StatementList "statement_list" 12 6.0 "Statements listed" "Statements not listed";
    StatementDownload "statement_download" 18 5.0 "Statement delivered" "Statement not delivered";
    LoanCalculate "loan_calculate" 10 30.0 "Rates calculated" "Rates not calculated";
    LoanStart "loan_start" 15 25.0 "Loan application opened" "Loan application not opened";
    DocumentUpload "document_upload" 40 35.0 "Document stored" "Document not stored";
    IncomeCheck "income_check" 20 12.0 "Income checked" "Income check not possible";
    LoanSubmit "loan_submit" 20 20.0 "Loan application submitted" "Loan application rejected by validation";
    LoanConfirmed "loan_confirmed" 10 3.0 "Loan application confirmed" "Confirmation mail not sent";
    LoanStatus "loan_status" 12 15.0 "Loan status returned" "Loan status not available";
    StandingOrderCreate "standing_order_create" 25 22.0 "Standing order created" "Standing order not created";
    StandingOrderChange "standing_order_change" 20 18.0 "Standing order changed" "Standing order not changed";
    ProfileView "profile_view" 10 6.0 "Profile returned" "Profile not available";
    ProfileUpdate "profile_update" 22 30.0 "Profile updated" "Profile not updated";
    BillPayment "bill_payment" 25 20.0 "Bill paid" "Bill not paid";
    SavingsDeposit "savings_deposit" 18 14.0 "Deposit booked" "Deposit not booked";
    FxQuote "fx_quote" 20 8.0 "Rate quoted" "Rate not available";
    FxOrder "fx_order" 25 10.0 "Exchange order placed" "Exchange order not placed";
    Logout "logout" 10 5.0 "Logged out" "Logout incomplete";
    CounterClose "counter_close" 10 20.0 "Counter session closed" "Counter session not closed properly";
    SessionExpired "session_expired" 0 600.0 "Session expired" "Session expired";
}

impl Act {
    /// Median and spread of the amount in hundredths, for what moves money.
    pub(super) fn amount(self) -> Option<(f64, f64)> {
        match self {
            Self::TransferValidate | Self::TransferSubmit | Self::TransferConfirm => Some((18_000.0, 1.5)),
            Self::CardPayment | Self::CardPaymentReversed => Some((4_500.0, 1.2)),
            Self::StandingOrderCreate | Self::StandingOrderChange => Some((9_000.0, 1.1)),
            Self::BillPayment => Some((7_500.0, 1.2)),
            Self::SavingsDeposit => Some((24_000.0, 1.4)),
            Self::FxQuote | Self::FxOrder => Some((25_000.0, 1.3)),
            Self::LimitChange => Some((150_000.0, 0.6)),
            Self::LoanCalculate | Self::LoanStart | Self::LoanSubmit => Some((1_200_000.0, 0.7)),
            _ => None,
        }
    }

    /// The bank writes it, no person decides on it.
    pub(super) fn is_of_bank(self) -> bool {
        matches!(self, Self::TransferConfirm | Self::CardPaymentReversed | Self::LoanConfirmed | Self::SessionExpired)
    }
}

//! What people come for: a journey opens, has one or a few such blocks, and ends.

use std::collections::VecDeque;

use super::act::Act;
use super::client::Client;
use crate::random::Random;

/// A step that is meant, before it is known how it ends.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) act: Act,
    /// Median of the seconds before it, where it is not the act's usual one.
    pub(super) median_s: Option<f64>,
    /// Hundredths; 0: no money moves.
    pub(super) amount: u32,
    /// Place in `CURRENCIES`.
    pub(super) currency: u8,
}

/// Shares of the kinds of block on mobile, web and at the counter, in the order of [`block`].
const SHARES: [[u32; 13]; 3] = [
    [290, 160, 60, 120, 18, 10, 90, 14, 45, 45, 70, 30, 14],
    [220, 170, 70, 50, 8, 8, 140, 26, 60, 60, 120, 28, 21],
    [190, 140, 40, 0, 0, 10, 60, 70, 70, 110, 120, 40, 30],
];

/// Shares of the numbers of transfers, 1 to 6, of who comes for transfers.
const TRANSFERS: [u32; 6] = [60, 22, 9, 5, 3, 1];

/// All that a journey is meant to be.
pub(super) fn script(client: &Client, random: &mut Random) -> VecDeque<Plan> {
    let mut script = Script { client, random, steps: VecDeque::new(), amount: 0, currency: client.customer.currency };
    script.open();
    let mut blocks = 1;
    // A tail that does not thin out: some are here for everything.
    while blocks < 30 && script.random.chance(if blocks < 4 { 300 } else { 500 }) {
        blocks += 1;
    }
    for _ in 0..blocks {
        script.block();
    }
    script.close();
    script.steps
}

struct Script<'a> {
    client: &'a Client,
    random: &'a mut Random,
    steps: VecDeque<Plan>,
    amount: u32,
    currency: u8,
}

impl Script<'_> {
    fn push(&mut self, act: Act) {
        self.push_after(act, None);
    }

    fn push_after(&mut self, act: Act, median_s: Option<f64>) {
        let (amount, currency) = if act.amount().is_some() { (self.amount, self.currency) } else { (0, self.client.customer.currency) };
        self.steps.push_back(Plan { act, median_s, amount, currency });
    }

    fn push_in(&mut self, per_mille: u32, act: Act) {
        if self.random.chance(per_mille) {
            self.push(act);
        }
    }

    /// Draws the money of what comes next.
    fn money(&mut self, act: Act) {
        let (median, sigma) = act.amount().expect("only acts that move money have some drawn");
        self.amount = self.random.log_normal(median, sigma, 50_000_000.0);
        if self.random.chance(300) {
            // People like round sums.
            self.amount = (self.amount / 1000).max(1) * 1000;
        }
        let foreign = self.random.chance(50);
        self.currency = if foreign { self.random.below(5) as u8 } else { self.client.customer.currency };
    }

    fn pay(&mut self, act: Act, median_s: Option<f64>) {
        self.money(act);
        self.push_after(act, median_s);
    }

    fn open(&mut self) {
        if self.client.is_branch() {
            self.push(Act::CounterOpen);
            return self.push(Act::IdCheck);
        }
        self.push(if self.client.is_mobile() { Act::AppStart } else { Act::PageOpen });
        self.push(Act::Login);
        if self.random.chance(if self.client.is_mobile() { 300 } else { 600 }) {
            self.push(Act::MfaChallenge);
            while self.random.chance(110) {
                // The code did not arrive: another one.
                self.push_after(Act::MfaChallenge, Some(25.0));
            }
            self.push(Act::MfaVerify);
        }
    }

    fn close(&mut self) {
        if self.client.is_branch() {
            self.push(Act::CounterClose);
        } else {
            match self.random.weighted(&[66, 30, 4]) {
                0 => self.push(Act::Logout),
                1 => {}
                _ => self.push(Act::SessionExpired),
            }
        }
    }

    fn block(&mut self) {
        let shares = &SHARES[usize::from(self.client.channel)];
        match self.random.weighted(shares) {
            0 => self.look(),
            1 => self.transfers(),
            2 => self.payee(),
            3 => (0..=self.random.weighted(&[70, 20, 7, 3])).for_each(|_| self.pay(Act::CardPayment, None)),
            4 => self.wallet(),
            5 => self.card_control(),
            6 => {
                self.push_in(750, Act::StatementList);
                (0..=self.random.weighted(&[66, 20, 9, 5])).for_each(|_| self.push(Act::StatementDownload));
            }
            7 => self.loan(),
            8 => {
                let act = if self.random.chance(600) { Act::StandingOrderCreate } else { Act::StandingOrderChange };
                self.pay(act, None);
            }
            9 => {
                self.push(Act::ProfileView);
                self.push_in(700, Act::ProfileUpdate);
            }
            10 => (0..=self.random.weighted(&[75, 18, 7])).for_each(|_| self.pay(Act::BillPayment, None)),
            11 => {
                self.push_in(500, Act::BalanceView);
                self.pay(Act::SavingsDeposit, None);
            }
            _ => {
                self.pay(Act::FxQuote, None);
                self.push_in(600, Act::FxOrder);
            }
        }
    }

    fn look(&mut self) {
        self.push(Act::BalanceView);
        self.push_in(500, Act::TransactionsList);
        self.push_in(150, Act::BalanceView);
    }

    fn transfers(&mut self) {
        for _ in 0..=self.random.weighted(&TRANSFERS) {
            self.money(Act::TransferSubmit);
            self.push_in(700, Act::TransferValidate);
            self.push(Act::TransferSubmit);
        }
        self.push_in(250, Act::BalanceView);
    }

    fn payee(&mut self) {
        self.push(Act::BeneficiaryAdd);
        self.push_in(250, Act::BalanceView);
        if self.random.chance(800) {
            self.money(Act::TransferSubmit);
            self.push_in(300, Act::TransferValidate);
            self.push_after(Act::TransferSubmit, Some(45.0));
        }
    }

    fn wallet(&mut self) {
        let orders: [&[Act]; 4] = [&[Act::WalletAdd, Act::LimitChange], &[Act::LimitChange, Act::WalletAdd], &[Act::WalletAdd], &[Act::LimitChange]];
        for &act in orders[self.random.weighted(&[35, 35, 15, 15])] {
            if act == Act::LimitChange {
                self.money(act);
            }
            self.push(act);
            self.push_in(120, Act::BalanceView);
        }
        if self.random.chance(850) {
            self.pay(Act::CardPayment, None);
        }
    }

    fn card_control(&mut self) {
        match self.random.weighted(&[30, 25, 45]) {
            0 => {
                self.push(Act::CardBlock);
                self.push_in(500, Act::CardReplace);
            }
            1 => {
                self.push(Act::CardBlock);
                self.push(Act::CardUnblock);
            }
            _ => self.push(Act::CardUnblock),
        }
        let paying = self.steps.back().is_some_and(|step| step.act == Act::CardUnblock) && self.random.chance(260);
        if paying {
            self.push_in(600, Act::TransactionsList);
            self.pay(Act::CardPayment, None);
        }
    }

    fn loan(&mut self) {
        self.money(Act::LoanCalculate);
        self.push_in(800, Act::LoanCalculate);
        if self.random.chance(700) {
            self.push(Act::LoanStart);
            (0..=self.random.weighted(&[50, 30, 20])).for_each(|_| self.push(Act::DocumentUpload));
            self.push_in(870, Act::IncomeCheck);
            self.push_in(750, Act::LoanSubmit);
            self.push_in(250, Act::LoanStatus);
        }
    }
}

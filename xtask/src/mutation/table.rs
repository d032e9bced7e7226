//! What was caught and what was missed, for people and machines.

use std::fmt::Write;

use serde::Serialize;

use super::bank::Fault;

/// How a fault ended.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// Scenarios that failed because of what production showed: a status, a refusal, a card number.
    pub red: usize,
    /// Whether one failed because an answer was not as accepted, where no other had; the run stops there.
    pub red_accepted: bool,
    /// The first of them, by name.
    pub example: String,
}

impl Row {
    /// Whether any scenario failed.
    #[must_use]
    pub const fn is_caught(&self) -> bool {
        self.red > 0 || self.red_accepted
    }
}

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    /// The runner.
    pub runner: String,
    /// Scenarios that passed on the healthy bank.
    pub green: usize,
    /// Scenarios that were skipped on it: they lack data.
    pub skipped: usize,
    /// A row for each fault.
    pub faults: Vec<Row>,
}

/// Caught, and all, of some faults.
fn share<'a>(rows: impl Iterator<Item = &'a Row>, is_caught: impl Fn(&Row) -> bool) -> (usize, usize) {
    rows.fold((0, 0), |(caught, all), row| (caught + usize::from(is_caught(row)), all + 1))
}

impl Score {
    /// Caught, and all, faults.
    #[must_use]
    pub fn all(&self) -> (usize, usize) {
        share(self.faults.iter(), Row::is_caught)
    }

    /// The same of the independent ones.
    #[must_use]
    pub fn independent(&self) -> (usize, usize) {
        share(self.faults.iter().filter(|row| row.fault.independent), Row::is_caught)
    }

    /// Caught by scenarios without accepted answers, and all.
    #[must_use]
    pub fn without_accepted(&self) -> (usize, usize) {
        share(self.faults.iter(), |row| row.red > 0)
    }

    /// Both shares in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let ((caught, all), (caught_independent, independent), (plain, _)) = (self.all(), self.independent(), self.without_accepted());
        let percent = |part: usize, whole: usize| (part * 100).checked_div(whole).unwrap_or(0);
        format!(
            "{caught} of {all} faults caught ({} %); of the independent ones {caught_independent} of {independent} ({} %); without accepted answers {plain} \
             ({} %); {} scenarios green on the healthy bank, {} skipped ({})",
            percent(caught, all),
            percent(caught_independent, independent),
            percent(plain, all),
            self.green,
            self.skipped,
            self.runner
        )
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::from(HEAD);
        let _ = writeln!(page, "\n{}.\n", self.line());
        page.push_str("| fault | kind | independent | what is wrong | red by production | red by accepted answers | for example |\n|---|---|---|---|--:|---|---|\n");
        let (missed, caught): (Vec<&Row>, Vec<&Row>) = self.faults.iter().partition(|row| !row.is_caught());
        for row in missed.into_iter().chain(caught) {
            let verdict = if row.is_caught() { cell(&row.example) } else { "**missed**".to_owned() };
            let independent = if row.fault.independent { "yes" } else { "" };
            let Fault { name, kind, what, .. } = &row.fault;
            let _ =
                writeln!(page, "| `{name}` | {kind} | {independent} | {} | {} | {} | {verdict} |", cell(what), row.red, super::yes(row.red_accepted));
        }
        page
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

const HEAD: &str = "# Faults that the generated tests catch

`cargo xtask mutation` writes this page. It starts the demo bank (`testdata/demo-bank`) without faults, sends it a seeded day of traffic, runs the sealed
pipeline on its logs and takes the generated suite as it is; the only things a team adds are the values and bodies of `testdata/demo-bank/test-data.json` and
`bodies.json`. Answers are accepted twice on the healthy bank, then the suite must be green on a third, fresh one. Then the bank is started with one fault
at a time; a fault is caught when at least one scenario is red. The independent faults were chosen without sight of the generator.

*Red by production* counts scenarios whose assertion follows from the logs and the policy alone (a status, a refusal, a card number); *red by accepted
answers* says whether one that compares with what a person accepted on the healthy test
system failed; these run only where no other scenario was red, and stop at the first red one.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, independent: bool, red: usize, red_accepted: bool) -> Row {
        let fault = Fault { name: name.to_owned(), kind: "limit".to_owned(), independent, what: "a | b".to_owned() };
        Row { fault, red, red_accepted, example: "Transfer is refused".to_owned() }
    }

    #[test]
    fn the_missed_come_first_and_shares_are_counted() {
        let faults = vec![row("a", false, 1, false), row("b", true, 0, true), row("c", true, 0, false)];
        let score = Score { runner: "pytest-bdd".to_owned(), green: 9, skipped: 1, faults };
        assert_eq!((score.all(), score.independent(), score.without_accepted()), ((2, 3), (1, 2), (1, 3)));
        let page = score.page();
        assert!(page.contains("2 of 3 faults caught (66 %)") && page.contains("a \\| b"));
        assert!(page.find("| `c` |").unwrap() < page.find("| `a` |").unwrap());
    }
}

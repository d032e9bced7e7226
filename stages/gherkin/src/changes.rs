//! What is different tonight, for people: `feature-changes.json` and `.md` (a summary fit for a pull request), `new-scenarios.csv` and `.json` (for
//! ticket systems). What is written beside the release speaks of released scenarios alone, in bands.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::limits::KNOWN_SCENARIO_DAYS_MAX;
use serde_json::{Value, json};
use stage_runtime::StepError;

use crate::bundle::Files;
use crate::suite::{Removed, Suite};

/// Rows of one table at most: a summary is read by people; the files beside it hold all.
const ROWS_MAX: usize = 100;
/// Columns of the export.
const COLUMNS: [&str; 8] = ["id", "name", "risk", "reason", "family", "kind", "customers", "file"];

/// What is told of one scenario.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(crate) struct Entry {
    /// `scn-` and letters.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) file: String,
    /// The name of its feature.
    pub(crate) family: String,
    pub(crate) kind: &'static str,
    pub(crate) risk: &'static str,
    pub(crate) reason: String,
    /// In words: a band in a release.
    pub(crate) customers: String,
    pub(crate) last_seen_days_ago: Option<i32>,
    /// Whether a person accepted it.
    pub(crate) reviewed: bool,
}

impl Entry {
    fn of_draft(draft: &crate::scenario::Draft, file: &str, family: &str) -> Self {
        Self {
            id: format!("scn-{}", draft.id.letters()),
            name: draft.scenario.name.as_str().to_owned(),
            file: file.to_owned(),
            family: family.to_owned(),
            kind: draft.source.name(),
            risk: draft.risk.name(),
            reason: draft.reason.clone(),
            customers: draft.customers.clone(),
            ..Self::default()
        }
    }

    /// Of a scenario that was taken out of tonight's.
    pub(crate) fn of_removed(removed: &Removed) -> Self {
        Self::of_draft(&removed.draft, &removed.file, &removed.family)
    }

    fn columns(&self) -> [&str; 8] {
        [&self.id, &self.name, self.risk, &self.reason, &self.family, self.kind, &self.customers, &self.file]
    }
}

/// Tonight's scenarios by id.
pub(crate) fn of_suite(suite: &Suite) -> BTreeMap<StableId, Entry> {
    let of_file = |file: &crate::suite::File| {
        let entries: Vec<_> = file.drafts.iter().map(|draft| (draft.id, Entry::of_draft(draft, &file.path, file.feature.name.as_str()))).collect();
        entries
    };
    suite.files.iter().flat_map(of_file).collect()
}

/// What is different tonight.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// No earlier night is known: everything is new.
    pub(crate) first_night: bool,
    /// Scenarios written tonight.
    pub(crate) scenarios: usize,
    pub(crate) new: Vec<Entry>,
    /// Written as before, though tonight's words would be others.
    pub(crate) outdated: Vec<Entry>,
    /// Not seen tonight, and still written.
    pub(crate) vanished: Vec<Entry>,
    /// Of the vanished those whose time is over, written because a person reviewed them.
    pub(crate) overdue: Vec<Entry>,
    pub(crate) removed: Vec<Entry>,
    /// Seen tonight, and not written.
    pub(crate) muted: Vec<Entry>,
    /// How many are not written because existing tests do the same.
    pub(crate) left_out: usize,
}

impl Changes {
    /// Speaks of the written scenarios alone: what existing tests do is neither new to anybody nor missed.
    pub(crate) fn of_written(mut self, suite: &Suite) -> Self {
        let written: BTreeSet<String> = suite.drafts().map(|draft| format!("scn-{}", draft.id.letters())).collect();
        self.left_out = self.scenarios.saturating_sub(written.len());
        self.scenarios = written.len();
        for list in [&mut self.new, &mut self.outdated, &mut self.vanished, &mut self.overdue] {
            list.retain(|entry| written.contains(&entry.id));
        }
        self
    }

    /// `feature-changes.json`; `decided_on` are all ids that are muted, seen tonight or not.
    pub(crate) fn json(&self, decided_on: &[String]) -> Value {
        let Self { first_night, scenarios, new, outdated, vanished, overdue, removed, muted, left_out } = self;
        json!({
            "first_night": first_night,
            "kept_days_max": KNOWN_SCENARIO_DAYS_MAX,
            "counts": {
                "scenarios": scenarios, "new": new.len(), "unchanged": scenarios - new.len() - vanished.len(), "outdated": outdated.len(),
                "vanished": vanished.len(), "overdue": overdue.len(), "removed": removed.len(), "muted": muted.len(), "left_out": left_out,
            },
            "new": new, "outdated": outdated, "vanished": vanished, "overdue": overdue, "removed": removed, "muted": muted, "muted_ids": decided_on,
        })
    }

    /// Adds the summary and the export to a bundle.
    pub(crate) fn add(&self, files: &mut Files) -> Result<(), StepError> {
        files.add("feature-changes.md", self.markdown())?;
        files.add("new-scenarios.csv", csv(&self.new))?;
        let tickets: Vec<Value> = in_order(&self.new).into_iter().map(ticket).collect();
        files.add_json("new-scenarios.json", &tickets)
    }

    /// The summary: what a reviewer of tonight's pull request wants to know first.
    fn markdown(&self) -> String {
        let removed_soon = format!(
            "Not shared by enough customers lately. They are removed {KNOWN_SCENARIO_DAYS_MAX} days after they last were; reviewed ones stay."
        );
        let mut text = format!(
            "# Changes of the features\n\n{} scenarios: {} new, {} vanished, {} removed, {} outdated, {} muted.\n",
            self.scenarios,
            self.new.len(),
            self.vanished.len(),
            self.removed.len(),
            self.outdated.len(),
            self.muted.len()
        );
        if self.left_out > 0 {
            text.push_str(&format!("\n{} more are not written, as existing tests do the same.\n", self.left_out));
        }
        if self.first_night {
            text.push_str("\nNo earlier night is known, so everything is new.\n");
        }
        for (title, about, entries) in [
            ("New", "Written on no earlier night.", &self.new),
            ("Removed", "Not shared by enough customers for so long that they are no longer written.", &self.removed),
            ("Vanished", removed_soon.as_str(), &self.vanished),
            ("Overdue", "Reviewed by a person, and not shared by enough for longer: mute them, or give them back, to let them go.", &self.overdue),
            ("Outdated", "Written as before; tonight they would be worded otherwise.", &self.outdated),
            ("Muted", "Seen tonight and not written, as a person decided.", &self.muted),
        ] {
            push_table(&mut text, title, about, entries);
        }
        text
    }
}

/// The riskiest first.
fn in_order(entries: &[Entry]) -> Vec<&Entry> {
    let place = |entry: &&Entry| (["high", "medium", "low"].iter().position(|risk| *risk == entry.risk), entry.file.clone(), entry.id.clone());
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_cached_key(place);
    order
}

fn push_table(text: &mut String, title: &str, about: &str, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    text.push_str(&format!("\n## {title}\n\n{about}\n\n| risk | scenario | family | why | customers | id |\n|---|---|---|---|---|---|\n"));
    for entry in in_order(entries).into_iter().take(ROWS_MAX) {
        let reviewed = if entry.reviewed { " (reviewed)" } else { "" };
        let cells = [entry.risk, &entry.name, &entry.family, &entry.reason, &entry.customers].map(cell);
        text.push_str(&format!("| {} | `{}`{reviewed} |\n", cells.join(" | "), entry.id));
    }
    if entries.len() > ROWS_MAX {
        text.push_str(&format!("\n{} more.\n", entries.len() - ROWS_MAX));
    }
}

/// Text that is plain in a table of Markdown, whatever it holds.
fn cell(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || "|`<>[]*_\\&@".contains(c) || is_invisible(c) { ' ' } else { c }).collect()
}

/// Signs that nobody sees and that turn text around (Unicode Standard Annex 9), or hide what stands between others.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn ticket(entry: &Entry) -> Value {
    let labels = [format!("risk-{}", entry.risk), entry.kind.to_owned(), "generated".to_owned()];
    json!({
        "id": entry.id, "title": entry.name, "risk": entry.risk, "reason": entry.reason, "family": entry.family, "kind": entry.kind,
        "customers": entry.customers, "file": entry.file, "labels": labels,
    })
}

/// The export as RFC 4180 says: every field quoted, lines end in CR LF.
fn csv(entries: &[Entry]) -> String {
    let line = |fields: [&str; 8]| fields.map(field).join(",") + "\r\n";
    let mut text = line(COLUMNS);
    in_order(entries).into_iter().for_each(|entry| text.push_str(&line(entry.columns())));
    text
}

/// A field that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe goes before what begins like one.
fn field(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect();
    let guard = if plain.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) { "'" } else { "" };
    format!("\"{guard}{}\"", plain.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(field(text), expected, "{text:?}");
    }

    #[test]
    fn no_field_is_a_formula() {
        check("Transfer is refused", "\"Transfer is refused\"");
        check("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
        check("+1", "\"'+1\"");
        check("-1", "\"'-1\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("\t=1", "\"' =1\"");
        check("\r\n@x", "\"'  @x\"");
        check("\u{ff1d}1", "\"'\u{ff1d}1\"");
        check("say \"no\", twice", "\"say \"\"no\"\", twice\"");
    }

    #[test]
    fn a_summary_is_in_the_order_of_risk_and_bounded() {
        let entry =
            |id: usize, risk| Entry { id: format!("scn-{id:04}"), name: "a | b `c` <d>".to_owned(), risk, kind: "common", ..Entry::default() };
        let new: Vec<Entry> = (0..150).map(|id| entry(id, if id == 149 { "high" } else { "low" })).collect();
        let text = Changes { scenarios: 150, new, ..Changes::default() }.markdown();
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("scn-")).collect();
        assert_eq!(rows.len(), ROWS_MAX);
        assert_eq!(rows[0], "| high | a   b  c   d  |  |  |  | `scn-0149` |");
        assert!(text.ends_with("\n50 more.\n") && text.contains("150 scenarios: 150 new, 0 vanished"));
    }
}

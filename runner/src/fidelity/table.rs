//! The report for a terminal.

use super::form::{Report, Row, Sum, percent};
use super::people::report::{Halves, NameReport};

/// Cells that are listed by name.
const WORST_MAX: usize = 30;
/// Examples that are printed.
const EXAMPLES_MAX: usize = 8;
/// Columns of the class name.
const NAME_COLUMNS: usize = 20;

/// The lines of the table: sums, every class in every carrier, the worst cells, a few examples.
#[must_use]
pub fn lines(report: &Report) -> Vec<String> {
    let mut lines = sums(report);
    lines.push(String::new());
    lines.push("values left readable of those planted, class by carrier (- : makes no sense together; . : none readable)".to_owned());
    let classes: Vec<&str> = report.classes.iter().map(|class| class.id).collect();
    let carriers: Vec<&str> = report.carriers.iter().map(|carrier| carrier.id).collect();
    matrix(&classes, &carriers, &report.cells, &mut lines);
    lines.push(String::new());
    lines.push("look-alikes destroyed of those planted, kind by carrier".to_owned());
    let kinds: Vec<&str> = report.look_alikes.iter().map(|kind| kind.id).collect();
    let common: Vec<&str> = carriers.into_iter().filter(|id| report.look_alike_cells.iter().any(|row| row.carrier == *id)).collect();
    matrix(&kinds, &common, &report.look_alike_cells, &mut lines);
    names(&report.names, &mut lines);
    if !report.lost_words.is_empty() {
        let words: Vec<String> = report.lost_words.iter().map(|(word, count)| format!("{word} ({count})")).collect();
        lines.push(String::new());
        lines.push(format!("words lost around values, the commonest: {}", words.join(", ")));
    }
    worst("worst cells", &report.cells, "readable", &mut lines);
    worst("worst look-alikes", &report.look_alike_cells, "destroyed", &mut lines);
    for (title, examples) in [("examples", &report.examples), ("examples of look-alikes", &report.look_alike_examples)] {
        if !examples.is_empty() {
            lines.push(String::new());
            lines.push(format!("{title} (all of it synthetic)"));
        }
        for example in examples.iter().take(EXAMPLES_MAX) {
            lines.push(format!("  {} in {}", example.class, example.carrier));
            lines.push(format!("    planted {}", one_line(&example.planted)));
            lines.push(format!("    left    {}", one_line(&example.clean)));
        }
    }
    lines.push(String::new());
    lines.extend(verdict(report));
    lines
}

/// The sums alone.
#[must_use]
pub fn sums(report: &Report) -> Vec<String> {
    let line = |name: &str, sum: &Sum, max: Option<u64>| {
        let max = max.map_or_else(String::new, |max| format!("   at most {}", percent(max)));
        format!("  {name:<26} {:>9}   {} of {}{max}", percent(sum.ppm), sum.bad, sum.planted)
    };
    let need = |letter: &str| report.leak_by_need.get(letter).copied().unwrap_or_default();
    let tokens = &report.tokens;
    vec![
        format!(
            "fidelity of {} records, {} seed{} from {}, {} values a cell, {} classes in {} carriers, {} kinds of look-alikes",
            report.records,
            report.seeds.len(),
            if report.seeds.len() == 1 { "" } else { "s" },
            report.seeds.first().copied().unwrap_or_default(),
            report.lines_per_cell,
            report.classes.len(),
            report.carriers.len(),
            report.look_alikes.len()
        ),
        line("leak, must (M)", &need("M"), Some(report.thresholds.leak_must_max_ppm)),
        line("leak, should (S)", &need("S"), None),
        line("leak, locale packs (L)", &need("L"), None),
        line("leak, all", &report.leak, Some(report.thresholds.leak_max_ppm)),
        line("over-redaction", &report.over_redaction, Some(report.thresholds.over_max_ppm)),
        format!(
            "  {:<26} {} same, {} other, {} without; {} tokens seen",
            "one value, one token", tokens.same, tokens.other, tokens.none, tokens.seen
        ),
        format!("  {:<26} {} by several values, {} by several classes", "tokens shared", tokens.shared_by_values, tokens.shared_by_classes),
        format!("  {:<26} {}", "second run", if tokens.second_run_identical { "the same bytes" } else { "OTHER BYTES" }),
        format!(
            "  {:<26} {}",
            "another secret",
            match tokens.shared_with_other_secret {
                Some(0) => "no token in common".to_owned(),
                Some(count) => format!("{count} TOKENS IN COMMON"),
                None => "not tried: the secret comes from the environment".to_owned(),
            }
        ),
        line("words lost around values", &report.surroundings, None),
        format!("  {:<26} {} of values, {} of look-alikes", "records quarantined", report.leak.quarantined, report.over_redaction.quarantined),
    ]
}

/// Whether the thresholds hold.
#[must_use]
pub fn verdict(report: &Report) -> Vec<String> {
    if report.passed {
        return vec!["passed: all thresholds hold".to_owned()];
    }
    report.failed.iter().map(|sentence| format!("FAILED: {sentence}")).collect()
}

/// Names of persons: form by set, in all and of the half that is held out.
fn names(names: &NameReport, lines: &mut Vec<String>) {
    let cell = |halves: &Halves| format!("{}/{} {}", halves.all.bad, halves.all.planted, percent(halves.all.ppm));
    lines.push(String::new());
    lines.push(format!("names of persons left readable in {} records, form by set (in brackets: of the half that is held out)", names.records));
    let row = |name: &str, title: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>30}")).collect();
        format!("  {name:<16}{title:<24}{cells}")
    };
    let both = |halves: &Halves| format!("{} ({})", cell(halves), percent(halves.held_out.ppm));
    lines.push(row("", "", &names.sets.iter().map(|of| of.set.id().to_owned()).collect::<Vec<_>>()));
    for form in &names.forms {
        let cells: Vec<String> = names
            .sets
            .iter()
            .map(|of| form.sets.iter().find(|row| row.set == of.set).map_or_else(|| "-".to_owned(), |row| both(&row.halves)))
            .collect();
        lines.push(row(form.form, form.title, &cells));
    }
    lines.push(row("all", "", &names.sets.iter().map(|of| both(&of.halves)).collect::<Vec<_>>()));
    lines.push(row("at most", "", &names.sets.iter().map(|of| percent(names.thresholds.of(of.set))).collect::<Vec<_>>()));
    for (name, halves) in [("all", &names.words), ("without names", &names.words_alone), ("beside names", &names.words_beside)] {
        lines.push(format!("  ordinary words destroyed, {name:<14} {}", both(halves)));
    }
    lines.push(format!("  at most {}", percent(names.thresholds.words_max_ppm)));
    if !names.lost_words.is_empty() {
        let words: Vec<String> = names.lost_words.iter().map(|(word, count)| format!("{word} ({count})")).collect();
        lines.push(format!("  ordinary words lost most often: {}", words.join(", ")));
    }
    for example in names.examples.iter().take(EXAMPLES_MAX) {
        lines.push(format!("    {} {:<16} {}  =>  {}", example.set.id(), example.form, one_line(&example.planted), one_line(&example.clean)));
    }
}

fn matrix(names: &[&str], carriers: &[&str], rows: &[Row], lines: &mut Vec<String>) {
    for (number, carrier) in carriers.iter().enumerate() {
        lines.push(format!("  {:>2} = {carrier}", number + 1));
    }
    let head: String = (1..=carriers.len()).map(|number| format!("{number:>6}")).collect();
    lines.push(format!("{:NAME_COLUMNS$}{head}", ""));
    for name in names {
        let cells: String = carriers
            .iter()
            .map(|carrier| {
                let cell = rows.iter().find(|row| row.class == *name && row.carrier == *carrier);
                let text = match cell {
                    None | Some(Row { planted: 0, .. }) => "-".to_owned(),
                    Some(Row { bad: 0, .. }) => ".".to_owned(),
                    Some(row) => format!("{}/{}", row.bad, row.planted),
                };
                format!("{text:>6}")
            })
            .collect();
        lines.push(format!("{name:NAME_COLUMNS$}{cells}"));
    }
}

fn worst(title: &str, rows: &[Row], how: &str, lines: &mut Vec<String>) {
    let worst = Report::worst(rows);
    if worst.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(format!("{title} ({} in all)", worst.len()));
    for row in worst.into_iter().take(WORST_MAX) {
        lines.push(format!("  {:<22} {:<16} {} of {} {how}", row.class, row.carrier, row.bad, row.planted));
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{23ce}' } else { c }).collect()
}

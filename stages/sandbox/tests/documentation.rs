//! The tables of docs/THREATS.md are those of the code. `UPDATE=1` writes them. (The probe matrix has a test of its own: it is measured.)

mod common;

use std::fmt::Write;

use sandbox::canary;
use sandbox::launch::Limits;
use sandbox::layer::Layer;
use sandbox::syscalls::explain;

#[test]
fn the_tables_of_the_threats_page_are_current() {
    common::section_is_current("layers", &layers());
    common::section_is_current("limits", &limits());
    common::section_is_current("calls", &calls());
    common::section_is_current("probes", &probes());
    common::section_is_current("properties", &format!("{}\n", canary::properties().join(", ")));
}

fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut table = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        writeln!(table, "| {} |", row.join(" | ")).expect("memory does not fail");
    }
    table
}

fn layers() -> String {
    let required = |layer: Layer| if layer.required() { "yes" } else { "where present" };
    let rows = Layer::ALL.into_iter().map(|layer| [layer.name(), layer.done(), required(layer), layer.why()].map(str::to_owned));
    table(["layer", "what is done", "required", "why it is needed beside the others"], rows)
}

fn limits() -> String {
    let rows = Limits::default().rows().into_iter().map(|row| {
        let value = row.value.map_or_else(|| "by step".to_owned(), |value| value.to_string());
        [row.name.to_owned(), value, row.why.to_owned()]
    });
    table(["limit", "value", "what it is for"], rows)
}

fn calls() -> String {
    let rows = explain().into_iter().map(|row| [row.call.to_owned(), row.phase.to_owned(), row.verdict, row.why.to_owned()]);
    table(["call", "when", "what happens", "needed for"], rows)
}

fn probes() -> String {
    let rows = canary::explain().map(|(property, probe, layer, must)| [property, probe, layer.name(), must].map(str::to_owned));
    table(["property", "probe", "layer", "must"], rows)
}

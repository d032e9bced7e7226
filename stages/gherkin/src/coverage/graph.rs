//! The journey graph: calls and events from top to bottom, what no test does dashed and in another colour.

use std::collections::BTreeMap;
use std::fmt::Write;

use stage_runtime::layout::{Layout, NODE_HEIGHT, NODE_WIDTH, Place};
use stage_runtime::markup::{escape, grouped, shorten};

use super::report::Told;

/// Transitions a picture shows; the table has more.
const EDGES_MAX: usize = 36;
/// Of these, places that are kept for what no test does.
const UNTESTED_MIN: usize = 12;
/// Characters of a label.
const LABEL_CHARS: usize = 27;

/// A wide picture is made smaller down to this part of its size, so that its texts can be read; beyond, it scrolls.
const SCALE_MIN: f64 = 0.72;

/// Draws the picture.
pub(super) fn draw(out: &mut String, told: &Told<'_>) {
    let all = told.transitions();
    let edges = chosen(&all);
    let mut nodes: Vec<u32> = edges.iter().flat_map(|((from, to), _)| [*from, *to]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let index: BTreeMap<u32, usize> = nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
    let ends: Vec<(usize, usize)> = edges.iter().map(|((from, to), _)| (index[from], index[to])).collect();
    let layout = Layout::new(nodes.len(), &ends, None);
    let (width, height) = (layout.width, layout.height);
    let _ = write!(
        out,
        "<div class=\"figure\" tabindex=\"0\" role=\"region\" aria-label=\"The journey graph\"><svg viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" style=\"min-width:{:.0}px\" role=\"img\" aria-labelledby=\"graph-t graph-d\">\n\
         <title id=\"graph-t\">What customers do, and what tests do of it</title>\n\
         <desc id=\"graph-d\">Calls and events from top to bottom, joined by arrows; the wider the arrow, the more customers. What some test does is drawn with \
         full lines and a tick; what no test does is dashed and has a cross. The table of transitions below says the same in words.</desc>\n<defs>{}{}</defs>\n",
        width * SCALE_MIN,
        marker("tip", "head"),
        marker("tip-not", "head not")
    );
    let max = edges.iter().map(|(_, done)| done.customers).max().unwrap_or(1).max(1) as f64;
    let mut labels = String::new();
    let mut taken = Vec::new();
    for (((from, to), done), path) in edges.iter().zip(&layout.paths) {
        let stroke = 1.4 + 5.0 * (done.customers as f64 / max).sqrt();
        let (class, tip, state) = if done.tested { ("edge", "tip", "tested") } else { ("edge not", "tip-not", "no test does it") };
        let _ = writeln!(
            out,
            "<path class=\"{class}\" stroke-width=\"{stroke:.1}\" marker-end=\"url(#{tip})\" d=\"{}\"><title>{} then {}: at least {} customers, {state}</title></path>",
            path.d,
            escape(&told.label(*from)),
            escape(&told.label(*to)),
            grouped(done.customers)
        );
        let (x, y) = free_place(&path.labels, &mut taken, &layout.places);
        let anchor = if path.is_back { "start" } else { "middle" };
        let sign = if done.tested { "" } else { "\u{2717} " };
        let _ = writeln!(
            labels,
            "<text class=\"halo\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{sign}{}</text>",
            y + 4.0,
            grouped(done.customers)
        );
    }
    for (node, place) in nodes.iter().zip(&layout.places) {
        draw_node(out, told, *node, place);
    }
    out.push_str(&labels);
    out.push_str("</svg></div>\n");
    if all.len() > edges.len() {
        let _ = writeln!(
            out,
            "<p class=\"note\">{} of {} transitions are drawn: the most walked, and of those that no test makes at least {UNTESTED_MIN} where there are so many.</p>",
            edges.len(),
            grouped(all.len() as u64)
        );
    }
}

type Row = ((u32, u32), super::measure::Done);

/// The transitions that are drawn, most walked first; repetitions of a call are told by the table.
fn chosen(all: &[Row]) -> Vec<Row> {
    let steps = || all.iter().filter(|((from, to), _)| from != to).copied();
    let mut chosen: Vec<Row> = steps().filter(|(_, done)| !done.tested).take(UNTESTED_MIN).collect();
    let kept = chosen.len();
    chosen.extend(steps().filter(|row| !chosen[..kept].contains(row)).take(EDGES_MAX - kept).collect::<Vec<_>>());
    chosen.sort_by_key(|row| all.iter().position(|other| other == row));
    chosen
}

fn marker(id: &str, class: &str) -> String {
    format!(
        "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"1\" refY=\"5\" markerWidth=\"12\" markerHeight=\"12\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
         <path class=\"{class}\" d=\"M0 0L10 5L0 10z\"/></marker>"
    )
}

/// The first of the places that covers no other number and no node; else the first.
fn free_place(candidates: &[(f64, f64)], taken: &mut Vec<(f64, f64)>, nodes: &[Place]) -> (f64, f64) {
    let is_free = |&&(x, y): &&(f64, f64)| {
        let clear = |(other_x, other_y): (f64, f64), width: f64, height: f64| (x - other_x).abs() > width || (y - other_y).abs() > height;
        taken.iter().all(|&other| clear(other, 48.0, 15.0))
            && nodes.iter().all(|node| clear((node.x, node.y), NODE_WIDTH / 2.0 + 18.0, NODE_HEIGHT / 2.0 + 8.0))
    };
    let place = candidates.iter().find(is_free).or(candidates.first()).copied().unwrap_or_default();
    taken.push(place);
    place
}

/// A call without what all paths begin with, `*` for each placeholder: `POST accounts/*/transfers 201`.
fn short_label(label: &str) -> String {
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let part = |part: &str| if part.starts_with("${") { "*".to_owned() } else { part.to_owned() };
    let mut words = label.split(' ');
    let (Some(method), Some(path), Some(status), None) = (words.next(), words.next(), words.next(), words.next()) else { return label.to_owned() };
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty() && *part != "api" && !is_version(part)).map(part).collect();
    if path.starts_with('/') && !parts.is_empty() { format!("{method} {} {status}", parts.join("/")) } else { label.to_owned() }
}

fn draw_node(out: &mut String, told: &Told<'_>, act: u32, place: &Place) {
    let tested = told.measured.acts.get(&act).is_some_and(|done| done.tested);
    let (class, sign, state) = if tested { ("node", '\u{2713}', "tested") } else { ("node not", '\u{2717}', "no test does it") };
    let label = told.label(act);
    let _ = writeln!(
        out,
        "<g class=\"{class}\"><title>{}: {state}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"6\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{sign} {}</text></g>",
        escape(&label),
        place.x - NODE_WIDTH / 2.0,
        place.y - NODE_HEIGHT / 2.0,
        place.x,
        place.y + 4.5,
        escape(&shorten(&short_label(&label), LABEL_CHARS))
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_begin_where_paths_differ() {
        for (label, expected) in [
            ("POST /api/v1/accounts/${iban}/transfers 201", "POST accounts/*/transfers 201"),
            ("GET /api/v2 200", "GET /api/v2 200"),
            ("payment received again", "payment received again"),
            ("queue drained", "queue drained"),
        ] {
            assert_eq!(short_label(label), expected);
        }
    }
}

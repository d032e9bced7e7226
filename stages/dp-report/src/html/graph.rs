//! The journey graph: layered from top to bottom, drawn from released edges alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use stage_runtime::layout::{Layout, NODE_HEIGHT, NODE_WIDTH, Place};

use super::text::{escape, grouped, in_words, shorten};
use crate::report::{Key, MetricReport, NumberReport};

/// Edges a picture shows; the table has all.
const EDGES_MAX: usize = 32;
const START: &str = "start of a journey";
const END: &str = "end of a journey";

/// An event type, or the outside before and after a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'a> {
    Start,
    Event(&'a str),
    End,
}

impl<'a> Node<'a> {
    fn label(self) -> &'a str {
        match self {
            Self::Start => START,
            Self::Event(name) => name,
            Self::End => END,
        }
    }
}

/// The picture.
pub(super) fn draw(out: &mut String, metric: &MetricReport) {
    let mut edges: Vec<(Node<'_>, Node<'_>, &NumberReport)> = metric
        .numbers
        .iter()
        .filter_map(|number| match &number.key {
            Key::Edge { from, to } => {
                let from = from.as_deref().map_or(Node::Start, Node::Event);
                Some((from, to.as_deref().map_or(Node::End, Node::Event), number))
            }
            Key::Name { .. } | Key::Family { .. } => None,
        })
        .collect();
    edges.sort_by_key(|(.., number)| std::cmp::Reverse(number.value));
    let all = edges.len();
    edges.truncate(EDGES_MAX);
    let nodes: Vec<Node<'_>> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let index: BTreeMap<Node<'_>, usize> = nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
    let ends: Vec<(usize, usize)> = edges.iter().map(|(from, to, _)| (index[from], index[to])).collect();
    let layout = Layout::new(nodes.len(), &ends, index.get(&Node::End).copied());

    let _ = write!(
        out,
        "<div class=\"figure\"><svg viewBox=\"0 0 {:.0} {:.0}\" width=\"{:.0}\" role=\"img\" aria-labelledby=\"graph-t graph-d\">\n<title id=\"graph-t\">{}</title>\n\
         <desc id=\"graph-d\">Event types from top to bottom, joined by arrows; the wider the arrow, the more customers. Dashed arrows lead back. The table \
         below has the numbers.</desc>\n<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"1\" refY=\"5\" markerWidth=\"12\" markerHeight=\"12\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n",
        layout.width,
        layout.height,
        layout.width,
        escape(&metric.title)
    );
    let max = edges.iter().map(|(.., number)| number.display).max().unwrap_or(1).max(1) as f64;
    let mut labels = String::new();
    let mut taken = Vec::new();
    for ((_, _, number), path) in edges.iter().zip(&layout.paths) {
        let width = 1.2 + 6.5 * (number.display as f64 / max).sqrt();
        let back = if path.is_back { " back" } else { "" };
        let _ = writeln!(
            out,
            "<path class=\"edge{back}\" stroke-width=\"{width:.1}\" marker-end=\"url(#tip)\" d=\"{}\"><title>{}</title></path>",
            path.d,
            escape(&in_words(number))
        );
        let (x, y) = free_place(&path.labels, &mut taken, &layout.places);
        let anchor = if path.is_back { "start" } else { "middle" };
        let _ =
            writeln!(labels, "<text class=\"halo\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>", y + 4.0, grouped(number.display));
    }
    for (node, place) in nodes.iter().zip(&layout.places) {
        draw_node(out, *node, place);
    }
    out.push_str(&labels);
    out.push_str("</svg></div>\n");
    if all > EDGES_MAX {
        let _ = writeln!(out, "<p class=\"note\">The {EDGES_MAX} most frequent of {all} steps are drawn; the table has all.</p>");
    }
}

/// The first of the places that covers no other number and no node; else the first.
fn free_place(candidates: &[(f64, f64)], taken: &mut Vec<(f64, f64)>, nodes: &[Place]) -> (f64, f64) {
    let is_free = |&&(x, y): &&(f64, f64)| {
        let clear = |(other_x, other_y): (f64, f64), width: f64, height: f64| (x - other_x).abs() > width || (y - other_y).abs() > height;
        taken.iter().all(|&other| clear(other, 42.0, 15.0))
            && nodes.iter().all(|node| clear((node.x, node.y), NODE_WIDTH / 2.0 + 18.0, NODE_HEIGHT / 2.0 + 8.0))
    };
    let place = candidates.iter().find(is_free).or(candidates.first()).copied().unwrap_or_default();
    taken.push(place);
    place
}

fn draw_node(out: &mut String, node: Node<'_>, place: &Place) {
    let class = if matches!(node, Node::Event(_)) { "node" } else { "node outside" };
    let _ = writeln!(
        out,
        "<g class=\"{class}\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"{}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>",
        escape(node.label()),
        place.x - NODE_WIDTH / 2.0,
        place.y - NODE_HEIGHT / 2.0,
        if matches!(node, Node::Event(_)) { 6 } else { 16 },
        place.x,
        place.y + 4.5,
        escape(&shorten(node.label(), 28))
    );
}

//! A layered layout (Sugiyama, Tagawa and Toda, 1981): turn back edges around, put each node below its predecessors, give long edges
//! a place in each layer they cross, order the layers by barycentres, then pull neighbours together. For the pictures of all stages; it draws nothing.

use std::fmt::Write;

/// Width of a node.
pub const NODE_WIDTH: f64 = 196.0;
/// Height of a node.
pub const NODE_HEIGHT: f64 = 32.0;
const BEND_WIDTH: f64 = 46.0;
const GAP: f64 = 22.0;
const LAYER_HEIGHT: f64 = 92.0;
const MARGIN: f64 = 12.0;
/// Room for the arrow's head, which the line itself must not cover.
const TIP: f64 = 11.0;
/// How much more a bend pulls at a bend than at a node: long edges become straight.
const BEND_PULL: f64 = 6.0;
const SWEEPS: usize = 12;

/// Centre of a node.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// An edge as an SVG path.
#[derive(Debug)]
pub struct Path {
    /// The attribute `d`.
    pub d: String,
    /// Points where its number may stand, the best one first.
    pub labels: Vec<(f64, f64)>,
    /// Whether it leads back up: it runs around the right side.
    pub is_back: bool,
}

/// Where everything goes. Paths are in the order of the edges given.
#[derive(Debug)]
pub struct Layout {
    /// Of each node.
    pub places: Vec<Place>,
    /// Of each edge.
    pub paths: Vec<Path>,
    /// Of the picture.
    pub width: f64,
    /// Of the picture.
    pub height: f64,
}

/// A node, or the bend of a long edge.
struct Slot {
    layer: usize,
    width: f64,
    x: f64,
    above: Vec<usize>,
    below: Vec<usize>,
}

impl Layout {
    /// Lays out `nodes` nodes joined by `edges`, the most important edge first; `last` is kept below all others.
    #[must_use]
    pub fn new(nodes: usize, edges: &[(usize, usize)], last: Option<usize>) -> Self {
        let back = back_edges(nodes, edges);
        let layers = layers(nodes, edges, &back, last);
        let mut slots: Vec<Slot> =
            layers.iter().map(|&layer| Slot { layer, width: NODE_WIDTH, x: 0.0, above: Vec::new(), below: Vec::new() }).collect();
        let chains: Vec<Vec<usize>> = edges.iter().zip(&back).map(|(&(from, to), &is_back)| chain(&mut slots, from, to, is_back)).collect();
        let mut rows = vec![Vec::new(); slots.iter().map(|slot| slot.layer + 1).max().unwrap_or(1)];
        slots.iter().enumerate().for_each(|(number, slot)| rows[slot.layer].push(number));
        order(&mut rows, &slots);
        align(&rows, &mut slots);

        let y = |layer: usize| MARGIN + NODE_HEIGHT / 2.0 + LAYER_HEIGHT * layer as f64;
        let left = slots.iter().map(|slot| slot.x - slot.width / 2.0).fold(f64::INFINITY, f64::min).min(1e6);
        slots.iter_mut().for_each(|slot| slot.x += MARGIN - left);
        let mut right = slots.iter().map(|slot| slot.x + slot.width / 2.0).fold(0.0, f64::max);
        let places: Vec<Place> = slots[..nodes].iter().map(|slot| Place { x: slot.x, y: y(slot.layer) }).collect();
        let mut loops = 0;
        let paths = edges.iter().zip(&chains).zip(&back).map(|((&(from, to), chain), &is_back)| {
            if is_back {
                loops += 1;
                return back_path(places[from], places[to], loops, &mut right);
            }
            let points: Vec<(f64, f64)> = chain.iter().map(|&slot| (slots[slot].x, y(slots[slot].layer))).collect();
            forward_path(&points)
        });
        let paths = paths.collect();
        Self { places, paths, width: right + MARGIN, height: y(rows.len() - 1) + NODE_HEIGHT / 2.0 + MARGIN }
    }
}

/// Edges that close a circle, seen from a depth-first walk that takes important edges first.
fn back_edges(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    fn walk(node: usize, edges: &[(usize, usize)], seen: &mut [Seen], back: &mut [bool]) {
        seen[node] = Seen::Open;
        for (number, &(from, to)) in edges.iter().enumerate() {
            if from == node {
                match seen[to] {
                    Seen::No => walk(to, edges, seen, back),
                    Seen::Open => back[number] = true,
                    Seen::Done => {}
                }
            }
        }
        seen[node] = Seen::Done;
    }
    let (mut seen, mut back) = (vec![Seen::No; nodes], vec![false; edges.len()]);
    // Nodes that nothing leads to begin the walk, then the rest in the order of their most important edge.
    let begins = (0..nodes).filter(|&node| edges.iter().all(|&(_, to)| to != node));
    for node in begins.chain(edges.iter().map(|&(from, _)| from)).chain(0..nodes).collect::<Vec<_>>() {
        if seen[node] == Seen::No {
            walk(node, edges, &mut seen, &mut back);
        }
    }
    back
}

/// Longest path from the top along edges that do not lead back; `last` goes below everything.
fn layers(nodes: usize, edges: &[(usize, usize)], back: &[bool], last: Option<usize>) -> Vec<usize> {
    let mut layers = vec![0_usize; nodes];
    for _ in 0..nodes {
        for (&(from, to), _) in edges.iter().zip(back).filter(|(_, is_back)| !**is_back) {
            layers[to] = layers[to].max(layers[from] + 1);
        }
    }
    // A node that nothing leads to stands right above its first successor.
    for node in 0..nodes {
        let is_top = edges.iter().zip(back).all(|(&(_, to), &is_back)| is_back || to != node);
        let first = edges.iter().zip(back).filter(|(edge, is_back)| !**is_back && edge.0 == node).map(|(edge, _)| layers[edge.1]).min();
        if let (true, Some(first)) = (is_top, first) {
            layers[node] = first.saturating_sub(1);
        }
    }
    if let Some(last) = last {
        layers[last] = layers.iter().copied().max().unwrap_or(0);
        if (0..nodes).any(|node| node != last && layers[node] == layers[last]) {
            layers[last] += 1;
        }
    }
    layers
}

/// The slots an edge runs through, bends made where it crosses a layer. Edges that lead back are drawn outside and take none.
fn chain(slots: &mut Vec<Slot>, from: usize, to: usize, is_back: bool) -> Vec<usize> {
    let mut chain = vec![from];
    if !is_back {
        for layer in slots[from].layer + 1..slots[to].layer {
            slots.push(Slot { layer, width: BEND_WIDTH, x: 0.0, above: Vec::new(), below: Vec::new() });
            chain.push(slots.len() - 1);
        }
        chain.push(to);
        for pair in chain.windows(2) {
            slots[pair[0]].below.push(pair[1]);
            slots[pair[1]].above.push(pair[0]);
        }
    }
    chain
}

/// Orders each row by the mean position of its neighbours, downwards and upwards in turn.
fn order(rows: &mut [Vec<usize>], slots: &[Slot]) {
    let mut position = vec![0.0; slots.len()];
    let note = |row: &[usize], position: &mut [f64]| {
        row.iter().enumerate().for_each(|(place, &slot)| position[slot] = place as f64 / row.len().max(2) as f64);
    };
    rows.iter().for_each(|row| note(row, &mut position));
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        for step in 0..rows.len() {
            let row = &mut rows[if downwards { step } else { rows_last(slots) - step }];
            let mean = |slot: usize| {
                let neighbours = if downwards { &slots[slot].above } else { &slots[slot].below };
                mean_of(neighbours, &position).unwrap_or(position[slot])
            };
            let mut keyed: Vec<(f64, usize)> = row.iter().map(|&slot| (mean(slot), slot)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *row = keyed.into_iter().map(|(_, slot)| slot).collect();
            note(row, &mut position);
        }
    }
}

fn rows_last(slots: &[Slot]) -> usize {
    slots.iter().map(|slot| slot.layer).max().unwrap_or(0)
}

fn mean_of(slots: &[usize], position: &[f64]) -> Option<f64> {
    (!slots.is_empty()).then(|| slots.iter().map(|&slot| position[slot]).sum::<f64>() / slots.len() as f64)
}

/// Gives each slot an x near the mean of its neighbours, order and distances kept.
fn align(rows: &[Vec<usize>], slots: &mut [Slot]) {
    for row in rows {
        let total: f64 = row.iter().map(|&slot| slots[slot].width + GAP).sum();
        let mut at = -total / 2.0;
        for &slot in row {
            slots[slot].x = at + slots[slot].width / 2.0;
            at += slots[slot].width + GAP;
        }
    }
    for sweep in 0..SWEEPS {
        for step in 0..rows.len() {
            let row = &rows[if sweep % 2 == 0 { step } else { rows.len() - 1 - step }];
            let x: Vec<f64> = slots.iter().map(|slot| slot.x).collect();
            let wanted: Vec<f64> = row.iter().map(|&slot| pull(slot, slots, &x)).collect();
            let distance = |a: usize, b: usize| (slots[row[a]].width + slots[row[b]].width) / 2.0 + GAP;
            let (mut pushed_right, mut pushed_left) = (wanted.clone(), wanted);
            for place in 1..row.len() {
                pushed_right[place] = pushed_right[place].max(pushed_right[place - 1] + distance(place - 1, place));
            }
            for place in (1..row.len()).rev() {
                pushed_left[place - 1] = pushed_left[place - 1].min(pushed_left[place] - distance(place - 1, place));
            }
            for (place, &slot) in row.iter().enumerate() {
                slots[slot].x = f64::midpoint(pushed_right[place], pushed_left[place]);
            }
        }
    }
}

/// Mean x of the slots above and below.
fn pull(slot: usize, slots: &[Slot], x: &[f64]) -> f64 {
    let is_bend = |slot: usize| slots[slot].width < NODE_WIDTH;
    let (mut sum, mut weights) = (0.0, 0.0);
    for &other in slots[slot].above.iter().chain(&slots[slot].below) {
        let weight = if is_bend(slot) && is_bend(other) { BEND_PULL } else { 1.0 };
        sum += x[other] * weight;
        weights += weight;
    }
    if weights > 0.0 { sum / weights } else { x[slot] }
}

fn forward_path(points: &[(f64, f64)]) -> Path {
    let last = points.len() - 1;
    let mut d = String::new();
    let mut segments = Vec::new();
    for (number, pair) in points.windows(2).enumerate() {
        let ((x0, mut y0), (x1, mut y1)) = (pair[0], pair[1]);
        if number == 0 {
            y0 += NODE_HEIGHT / 2.0;
            let _ = write!(d, "M{x0:.1} {y0:.1}");
        }
        if number + 1 == last {
            y1 -= NODE_HEIGHT / 2.0 + TIP;
        }
        let middle = f64::midpoint(y0, y1);
        let _ = write!(d, "C{x0:.1} {middle:.1} {x1:.1} {middle:.1} {x1:.1} {y1:.1}");
        segments.push(((x0, y0), (x1, y1)));
    }
    // From the middle segment outwards.
    let centre = (segments.len() / 2).min(segments.len().saturating_sub(1));
    segments.rotate_left(centre);
    let labels = segments.iter().flat_map(|&(from, to)| [0.5, 0.35, 0.65, 0.2, 0.8].map(|t| on_curve(from, to, t))).collect();
    Path { d, labels, is_back: false }
}

/// The point at `t` of a segment, whose control points lie level with its middle.
fn on_curve((x0, y0): (f64, f64), (x1, y1): (f64, f64), t: f64) -> (f64, f64) {
    let (rest, middle) = (1.0 - t, f64::midpoint(y0, y1));
    let bezier = |a: f64, b: f64, c: f64, d: f64| a * rest.powi(3) + 3.0 * b * t * rest.powi(2) + 3.0 * c * t.powi(2) * rest + d * t.powi(3);
    (bezier(x0, x0, x1, x1), bezier(y0, middle, middle, y1))
}

/// Around the right side; each further one lies further out.
fn back_path(from: Place, to: Place, number: usize, right: &mut f64) -> Path {
    let (x0, x1) = (from.x + NODE_WIDTH / 2.0, to.x + NODE_WIDTH / 2.0);
    let is_loop = from.y == to.y && x0 == x1;
    let out = if is_loop { x0 + 44.0 } else { right.max(x0).max(x1) + 30.0 + 6.0 * (number % 3) as f64 };
    let (y0, y1) = (from.y + 7.0, to.y - if is_loop { 7.0 } else { -7.0 });
    let middle = f64::midpoint(x0, x1);
    // A cubic reaches three quarters of the way to its control points.
    let control = if is_loop { out } else { middle + (out - middle) * 4.0 / 3.0 };
    let label = (middle + (control - middle) * 0.75 + 5.0, f64::midpoint(y0, y1));
    *right = right.max(label.0 + 44.0);
    let end = x1 + TIP;
    Path { d: format!("M{x0:.1} {y0:.1}C{control:.1} {y0:.1} {control:.1} {y1:.1} {end:.1} {y1:.1}"), labels: vec![label], is_back: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_lead_down_and_circles_lead_back() {
        let edges = [(0, 1), (1, 2), (2, 1), (2, 3), (1, 1), (0, 3)];
        let layout = Layout::new(4, &edges, Some(3));
        let back: Vec<bool> = layout.paths.iter().map(|path| path.is_back).collect();
        assert_eq!(back, [false, false, true, false, true, false]);
        for ((from, to), path) in edges.iter().zip(&layout.paths).filter(|(_, path)| !path.is_back) {
            assert!(layout.places[*from].y < layout.places[*to].y, "{path:?}");
        }
    }

    #[test]
    fn nodes_of_a_layer_do_not_overlap_and_all_fits() {
        let edges: Vec<(usize, usize)> = (1..20).map(|node| (node / 3, node)).chain([(19, 0), (18, 2), (5, 19)]).collect();
        let layout = Layout::new(20, &edges, None);
        for (number, a) in layout.places.iter().enumerate() {
            assert!(a.x - NODE_WIDTH / 2.0 >= 0.0 && a.x + NODE_WIDTH / 2.0 <= layout.width && a.y < layout.height);
            for b in &layout.places[number + 1..] {
                assert!(a.y != b.y || (a.x - b.x).abs() >= NODE_WIDTH, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn an_edge_alone_and_a_loop_alone_are_drawn() {
        assert_eq!(Layout::new(2, &[(0, 1)], Some(1)).paths.len(), 1);
        assert!(Layout::new(1, &[(0, 0)], None).paths[0].is_back);
    }
}

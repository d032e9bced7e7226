//! Hierarchical clustering by average linkage (UPGMA, Sokal and Michener 1958) over weighted sets, along nearest-neighbour chains (Murtagh 1983): quadratic in
//! the number of things, which is capped. Ties go to the smaller number, so the same things in the same order give the same clusters.

use std::collections::BTreeMap;

/// A feature and how strongly a thing has it, sorted by feature.
pub(super) type Features = Vec<(u32, u32)>;

/// Likeness of two things, 0 to 1: weights of what both have over weights of what either has (Ruzicka 1958; Jaccard for sets).
pub(super) fn likeness(a: &Features, b: &Features, weights: &[u64]) -> f64 {
    let (mut both, mut either) = (0_u64, 0_u64);
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let (feature, least, most) = match (left.peek(), right.peek()) {
            (Some(&&(one, strength)), Some(&&(other, of_other))) if one == other => {
                left.next();
                right.next();
                (one, strength.min(of_other), strength.max(of_other))
            }
            (Some(&&(one, strength)), other) if other.is_none_or(|&&(other, _)| one < other) => {
                left.next();
                (one, 0, strength)
            }
            (_, Some(&&(other, strength))) => {
                right.next();
                (other, 0, strength)
            }
            _ => break,
        };
        let weight = weights.get(feature as usize).copied().unwrap_or(0);
        both += weight * u64::from(least);
        either += weight * u64::from(most);
    }
    if either == 0 { 1.0 } else { both as f64 / either as f64 }
}

/// A cluster: positions of its things, sorted, and of the one that is most like all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Positions.
    pub members: Vec<usize>,
    /// Position of the medoid.
    pub medoid: usize,
}

/// Clusters of things whose average likeness is at least `least`.
pub(super) fn clusters(things: &[Features], weights: &[u64], least: f64) -> Vec<Cluster> {
    let count = things.len();
    let mut alike = vec![0.0_f64; count * count];
    for one in 0..count {
        for other in 0..one {
            let likeness = likeness(&things[one], &things[other], weights);
            alike[one * count + other] = likeness;
            alike[other * count + one] = likeness;
        }
    }
    let own = alike.clone();
    let mut members: BTreeMap<usize, Vec<usize>> = (0..count).map(|number| (number, vec![number])).collect();
    let mut chain: Vec<usize> = Vec::new();
    // Things whose nearest is too far stay as they are: with average linkage no later merge brings anything nearer.
    let mut done: Vec<Vec<usize>> = Vec::new();
    while let Some(first) = members.keys().next().copied() {
        let top = *chain.last().unwrap_or(&first);
        if chain.is_empty() {
            chain.push(top);
        }
        let before = chain.len().checked_sub(2).and_then(|at| chain.get(at)).copied();
        // The one before wins ties, so that a chain ends.
        let nearest = members.keys().copied().filter(|other| *other != top).fold(None, |best: Option<(f64, usize)>, other| {
            let likeness = alike[top * count + other];
            let wins = best.is_none_or(|(known, _)| likeness > known) || best.is_some_and(|(known, _)| likeness >= known) && Some(other) == before;
            if wins { Some((likeness, other)) } else { best }
        });
        match nearest.filter(|(likeness, _)| *likeness >= least) {
            None => {
                done.extend(members.remove(&top));
                chain.pop();
            }
            Some((_, other)) if Some(other) == before => {
                chain.truncate(chain.len() - 2);
                unite(top.min(other), top.max(other), &mut members, &mut alike, count);
            }
            Some((_, other)) => chain.push(other),
        }
    }
    let mut clusters: Vec<Cluster> = done.into_iter().map(|members| Cluster { medoid: medoid(&members, &own, count), members }).collect();
    clusters.sort_by(|a, b| a.members.cmp(&b.members));
    clusters
}

/// Joins the second to the first; their likeness to others is the average over members (Lance and Williams 1967).
fn unite(one: usize, other: usize, members: &mut BTreeMap<usize, Vec<usize>>, alike: &mut [f64], count: usize) {
    let Some(mut joining) = members.remove(&other) else { return };
    let Some(known) = members.get_mut(&one) else { return };
    let (of_one, of_other) = (known.len() as f64, joining.len() as f64);
    known.append(&mut joining);
    known.sort_unstable();
    for third in members.keys().copied().filter(|third| *third != one) {
        let likeness = (of_one * alike[one * count + third] + of_other * alike[other * count + third]) / (of_one + of_other);
        alike[one * count + third] = likeness;
        alike[third * count + one] = likeness;
    }
}

/// The member that is most like all; of several the first.
fn medoid(members: &[usize], own: &[f64], count: usize) -> usize {
    let sum = |one: usize| members.iter().map(|other| own[one * count + other]).sum::<f64>();
    let best = members.iter().copied().fold(None, |best: Option<(f64, usize)>, one| {
        let likeness = sum(one);
        if best.is_none_or(|(known, _)| likeness > known) { Some((likeness, one)) } else { best }
    });
    best.map_or(0, |(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_alike_is_together() {
        let things: Vec<Features> =
            vec![vec![(0, 1), (1, 1)], vec![(2, 1), (3, 1)], vec![(0, 1), (1, 1), (4, 1)], vec![(2, 1), (3, 2)], vec![(9, 1)]];
        let found = clusters(&things, &[1; 10], 0.5);
        let members: Vec<&[usize]> = found.iter().map(|cluster| cluster.members.as_slice()).collect();
        assert_eq!(members, [&[0, 2][..], &[1, 3], &[4]]);
    }

    #[test]
    fn strength_and_weight_count() {
        assert!((likeness(&vec![(0, 1)], &vec![(0, 3)], &[1]) - 1.0 / 3.0).abs() < 1e-12);
        assert!((likeness(&vec![(0, 1), (1, 1)], &vec![(0, 1)], &[9, 1]) - 0.9).abs() < 1e-12);
        assert!((likeness(&Vec::new(), &Vec::new(), &[]) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn everything_is_in_one_cluster_and_like_its_own(things in prop::collection::vec(prop::collection::btree_map(0_u32..6, 1_u32..4, 0..5), 0..24)) {
            let things: Vec<Features> = things.into_iter().map(|features| features.into_iter().collect()).collect();
            let weights = [5, 3, 2, 1, 1, 7];
            let found = clusters(&things, &weights, 0.4);
            let mut all: Vec<usize> = found.iter().flat_map(|cluster| cluster.members.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..things.len()).collect::<Vec<_>>());
            let between = |a: &Cluster, b: &Cluster| {
                let sum: f64 = a.members.iter().flat_map(|one| b.members.iter().map(move |other| (one, other))).map(|(one, other)| likeness(&things[*one], &things[*other], &weights)).sum();
                sum / (a.members.len() * b.members.len()) as f64
            };
            for (at, cluster) in found.iter().enumerate() {
                prop_assert!(cluster.members.contains(&cluster.medoid));
                for other in &found[..at] {
                    prop_assert!(between(cluster, other) < 0.4 + 1e-9, "two clusters that should be one");
                }
            }
        }
    }
}

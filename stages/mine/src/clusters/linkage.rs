//! Hierarchical clustering by average linkage (UPGMA, Sokal and Michener 1958) over weighted sets, along nearest-neighbour chains (Murtagh 1983): quadratic in
//! the number of things, which is capped. Ties go to the smaller number, so the same things in the same order give the same clusters.

/// A feature and how strongly a thing has it, sorted by feature.
pub(super) type Features = Vec<(u32, u32)>;

/// Compares one thing with many: its features are laid out by number, so that another one is compared in one pass over the other's.
pub(super) struct Comparer<'w> {
    weights: &'w [u64],
    /// How strongly the thing at hand has each feature, and which those are.
    strengths: Vec<u32>,
    features: Vec<u32>,
    /// The weights of all it has.
    mass: u64,
}

impl<'w> Comparer<'w> {
    /// Nothing at hand, what is most unlike all. `weights` are by feature; a feature without one weighs nothing.
    pub(super) fn new(weights: &'w [u64]) -> Self {
        Self { weights, strengths: vec![0; weights.len()], features: Vec::new(), mass: 0 }
    }

    /// Weights of all that a thing has.
    pub(super) fn mass(&self, thing: &Features) -> u64 {
        thing.iter().map(|&(feature, strength)| self.weights.get(feature as usize).copied().unwrap_or(0) * u64::from(strength)).sum()
    }

    /// Takes a thing up in the place of the one before.
    pub(super) fn take(&mut self, thing: &Features) {
        for feature in self.features.drain(..) {
            self.strengths[feature as usize] = 0;
        }
        for &(feature, strength) in thing {
            if let Some(known) = self.strengths.get_mut(feature as usize) {
                *known = strength;
                self.features.push(feature);
            }
        }
        self.mass = self.mass(thing);
    }

    /// Likeness of the thing at hand and another one of this mass, 0 to 1: weights of what both have over weights of what either has (Ruzicka 1958;
    /// Jaccard for sets).
    pub(super) fn likeness(&self, other: &Features, mass: u64) -> f64 {
        let both: u64 = other
            .iter()
            .filter_map(|&(feature, strength)| {
                let own = self.strengths.get(feature as usize)?;
                Some(self.weights.get(feature as usize)? * u64::from(strength.min(*own)))
            })
            .sum();
        // What both have was counted twice.
        let either = self.mass + mass - both;
        if either == 0 { 1.0 } else { both as f64 / either as f64 }
    }
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
    let mut comparer = Comparer::new(weights);
    let masses: Vec<u64> = things.iter().map(|thing| comparer.mass(thing)).collect();
    for one in 0..count {
        comparer.take(&things[one]);
        for other in 0..one {
            let likeness = comparer.likeness(&things[other], masses[other]);
            alike[one * count + other] = likeness;
            alike[other * count + one] = likeness;
        }
    }
    let own = alike.clone();
    let mut members: Vec<Vec<usize>> = (0..count).map(|number| vec![number]).collect();
    // Those that may still be joined, sorted.
    let mut open: Vec<usize> = (0..count).collect();
    let mut chain: Vec<usize> = Vec::new();
    // Things whose nearest is too far stay as they are: with average linkage no later merge brings anything nearer.
    let mut done: Vec<Vec<usize>> = Vec::new();
    while let Some(&first) = open.first() {
        let top = *chain.last().unwrap_or(&first);
        if chain.is_empty() {
            chain.push(top);
        }
        let before = chain.len().checked_sub(2).and_then(|at| chain.get(at)).copied();
        let row = &alike[top * count..(top + 1) * count];
        // The one before wins ties, so that a chain ends.
        let mut nearest = before.map(|before| (row[before], before));
        for &other in open.iter().filter(|other| **other != top) {
            if nearest.is_none_or(|(known, _)| row[other] > known) {
                nearest = Some((row[other], other));
            }
        }
        match nearest.filter(|(likeness, _)| *likeness >= least) {
            None => {
                done.push(std::mem::take(&mut members[top]));
                close(top, &mut open);
                chain.pop();
            }
            Some((_, other)) if Some(other) == before => {
                chain.truncate(chain.len() - 2);
                let (one, other) = (top.min(other), top.max(other));
                close(other, &mut open);
                unite(one, other, &open, &mut members, &mut alike);
            }
            Some((_, other)) => chain.push(other),
        }
    }
    let mut clusters: Vec<Cluster> = done.into_iter().map(|members| Cluster { medoid: medoid(&members, &own, count), members }).collect();
    clusters.sort_by(|a, b| a.members.cmp(&b.members));
    clusters
}

fn close(one: usize, open: &mut Vec<usize>) {
    if let Ok(at) = open.binary_search(&one) {
        open.remove(at);
    }
}

/// Joins the second to the first; their likeness to others is the average over members (Lance and Williams 1967).
fn unite(one: usize, other: usize, open: &[usize], members: &mut [Vec<usize>], alike: &mut [f64]) {
    let count = members.len();
    let mut joining = std::mem::take(&mut members[other]);
    let (of_one, of_other) = (members[one].len() as f64, joining.len() as f64);
    members[one].append(&mut joining);
    members[one].sort_unstable();
    for third in open.iter().copied().filter(|third| *third != one) {
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

    fn likeness(one: &Features, other: &Features, weights: &[u64]) -> f64 {
        let mut comparer = Comparer::new(weights);
        // What was taken up before is nothing to what comes.
        comparer.take(&vec![(0, 7), (1, 7)]);
        comparer.take(one);
        comparer.likeness(other, comparer.mass(other))
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

//! Labelled sessions beside the workspace, scored by the real step; skipped where there are none. Floors hold what was reached.

mod score_support;

use score_support::{Scored, read_sessions, score};

/// Normal and abnormal sessions of the whole data set, which the files sample: precision is stated for these.
const WHOLE: (f64, f64) = (553_366.0, 16_838.0);

/// F1 of flagging these shares of the normal and of the abnormal sessions.
fn f1(normal: f64, abnormal: f64) -> f64 {
    let (false_alarms, found) = (WHOLE.0 * normal, WHOLE.1 * abnormal);
    2.0 * found / (WHOLE.1 + found + false_alarms)
}

fn share(scored: &[Scored], flags: impl Fn(&Scored) -> bool) -> f64 {
    scored.iter().filter(|scored| flags(scored)).count() as f64 / scored.len() as f64
}

/// The best F1 over all thresholds.
fn best_f1(normal: &[Scored], abnormal: &[Scored]) -> f64 {
    let thresholds = normal.iter().chain(abnormal).map(|scored| scored.millibits);
    let at = |threshold| f1(share(normal, |s| s.millibits > threshold), share(abnormal, |s| s.millibits > threshold));
    thresholds.map(at).fold(0.0, f64::max)
}

type Sessions = Vec<Vec<u32>>;

/// Edits a session so that it differs.
fn edit(kind: &str, session: &[u32], known: &[u32], chance: &mut impl FnMut(usize) -> usize) -> Vec<u32> {
    for _ in 0..50 {
        let mut edited = session.to_vec();
        let at = chance(edited.len());
        match kind {
            "swap" if at + 1 < edited.len() => edited.swap(at, at + 1),
            "move" => {
                let event = edited.remove(at);
                edited.insert(chance(edited.len() + 1), event);
            }
            "delete" => drop(edited.remove(at)),
            "duplicate" => edited.insert(at, edited[at]),
            "truncate" => edited.truncate(at.max(1)),
            "insert known" => edited.insert(at, known[chance(known.len())]),
            "insert unseen" => edited.insert(at, 1_000_000),
            _ => {}
        }
        if edited != session {
            return edited;
        }
    }
    session.to_vec()
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says what it measured, and where there is nothing to measure")]
fn anomalies_and_edits_of_labelled_sessions_are_found() {
    let files = ["train", "normal", "abnormal"].map(read_sessions);
    let [Some(train), Some(normal), Some(abnormal)] = files else {
        eprintln!("skipped: no labelled sessions beside the workspace");
        return;
    };
    let mut state = 1_u64;
    let mut chance = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below.max(1)
    };
    let known: Vec<u32> = train.iter().flatten().copied().collect::<std::collections::BTreeSet<u32>>().into_iter().collect();
    let kinds =
        [("swap", 0.24), ("move", 0.5), ("delete", 0.9), ("duplicate", 0.9), ("truncate", 0.9), ("insert known", 0.85), ("insert unseen", 1.0)];
    let mut sessions = [train.clone(), normal.clone(), abnormal.clone()].concat();
    for (kind, _) in kinds {
        sessions.extend(normal.iter().map(|session| edit(kind, session, &known, &mut chance)));
    }
    let scored = score(&sessions, &[("train_journeys", &train.len().to_string())]);
    let (of_train, rest) = scored.split_at(train.len());
    let (of_normal, rest) = rest.split_at(normal.len());
    let (of_abnormal, edited) = rest.split_at(abnormal.len());
    let own = f1(share(of_normal, |s| s.flagged), share(of_abnormal, |s| s.flagged));
    let best = best_f1(of_normal, of_abnormal);
    let mut by_score: Vec<u64> = of_train.iter().map(|scored| scored.millibits).collect();
    by_score.sort_unstable_by_key(|millibits| std::cmp::Reverse(*millibits));
    for per_mille in [1, 2, 5] {
        let threshold = by_score[train.len() * per_mille / 1_000];
        let (false_alarms, found) = (share(of_normal, |s| s.millibits > threshold), share(of_abnormal, |s| s.millibits > threshold));
        eprintln!("train share {per_mille}/1000: F1 {:.4}, false alarms {false_alarms:.4}, found {found:.4}", f1(false_alarms, found));
    }
    eprintln!("best F1 {best:.4}, own flags {own:.4}");
    assert!(best >= 0.985 && own >= 0.98, "best {best:.4}, own {own:.4}");
    for ((kind, least), edited) in kinds.iter().zip(edited.chunks(normal.len())) {
        let found = share(edited, |s| s.flagged);
        eprintln!("{kind}: {found:.3}");
        assert!(found >= *least, "{kind}: {found:.3}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says what it measured")]
fn an_unlabelled_night_is_ranked() {
    let files = ["train", "normal", "abnormal"].map(read_sessions);
    let [Some(train), Some(normal), Some(abnormal)] = files else { return };
    let ordinary: Sessions = [train, normal].concat();
    let of_ordinary = |share: f64| (ordinary.len() as f64 * share).round() as usize;
    // As many abnormal ones as the whole data set has, and nearly as many as the last round leaves out.
    let usual = of_ordinary(WHOLE.1 / WHOLE.0);
    for (start, odd) in [(0, usual), (600, usual), (1_400, usual), (0, of_ordinary(0.045))] {
        let sessions = [ordinary.clone(), abnormal[start..start + odd].to_vec()].concat();
        let scored = score(&sessions, &[]);
        let (of_normal, of_abnormal) = scored.split_at(ordinary.len());
        let best = best_f1(of_normal, of_abnormal);
        let own = f1(share(of_normal, |s| s.flagged), share(of_abnormal, |s| s.flagged));
        eprintln!("unlabelled, {odd} abnormal from {start}: best F1 {best:.4}, own flags {own:.4}");
        assert!(best >= 0.93 && own >= 0.72, "best {best:.4}, own {own:.4}");
    }
}

#[test]
fn kinds_of_journeys_are_not_flagged_however_many_there_are() {
    // Five kinds of three in a hundred each, and a broken one.
    let mut sessions: Sessions =
        (0..4_000).map(|number| if number % 100 < 15 { vec![1, 2, 3, 4, 10 + number % 5] } else { vec![1, 2, 3, 4] }).collect();
    sessions.push(vec![1, 2, 4]);
    let scored = score(&sessions, &[]);
    let flagged: Vec<usize> = scored.iter().enumerate().filter(|(_, scored)| scored.flagged).map(|(number, _)| number).collect();
    assert_eq!(flagged, [4_000]);
}

//! Every sync of the ledger fails in turn, at each place where something must be durable. After it the disk may hold the old file or the new one,
//! of each: whichever it is, the ledger charges at least what could have been seen, or refuses.

use super::super::file::failing;
use super::*;

/// A ledger in the middle of a spend.
type Held = Option<(Ledger, Reservation)>;

/// What is done once a sync is set to fail, and how many spends were drawn, or may be, when it has succeeded.
struct Act {
    name: &'static str,
    syncs: u32,
    /// Brings the ledger to where the act begins, and says what is left of it in hand.
    prepare: fn(&Bench) -> Held,
    run: fn(&Bench, Held) -> Result<(), LedgerError>,
    /// Spends whose noise may have been drawn before.
    drawn: u64,
}

/// The ledger's own sync, then the anchor's and that of its folder.
const OF_AN_ENTRY: u32 = 3;

fn begun(bench: &Bench) -> Held {
    let mut ledger = bench.open().unwrap();
    let reservation = new_reserve(&mut ledger, 1);
    Some((ledger, reservation))
}

/// A line torn off by a death, after a reserve that is open.
fn torn(bench: &Bench) -> Held {
    drop(begun(bench));
    let bytes = std::fs::read(bench.ledger()).unwrap();
    std::fs::write(bench.ledger(), [&bytes[..], b"{\"entry\":{"].concat()).unwrap();
    None
}

/// An entry that no anchor names yet.
fn ahead(bench: &Bench) -> Held {
    let anchor = std::fs::read(bench.anchor()).unwrap();
    drop(begun(bench));
    std::fs::write(bench.anchor(), anchor).unwrap();
    None
}

const ACTS: [Act; 6] = [
    Act { name: "reserve", syncs: OF_AN_ENTRY, prepare: |_| None, run: |bench, _| bench.open()?.reserve(&request(1)).map(drop), drawn: 0 },
    Act {
        name: "commit",
        syncs: OF_AN_ENTRY,
        prepare: begun,
        run: |_, held| {
            let (mut ledger, reservation) = held.unwrap();
            let outcome = ledger.commit(reservation, Digest::of(b"report"), &charges(RHO, DELTA));
            if outcome.is_err() {
                assert_eq!(ledger.reserve(&request(2)), Err(LedgerError::Poisoned), "a handle whose disk failed is of no further use");
            }
            outcome
        },
        drawn: 1,
    },
    Act {
        name: "lose",
        syncs: OF_AN_ENTRY,
        prepare: begun,
        run: |_, held| {
            let (mut ledger, reservation) = held.unwrap();
            ledger.lose(reservation)
        },
        drawn: 1,
    },
    // Two entries: TORN and LOST.
    Act { name: "recover", syncs: 2 * OF_AN_ENTRY, prepare: torn, run: |bench, _| bench.open()?.recover(|_| None).map(drop), drawn: 1 },
    Act { name: "open", syncs: OF_AN_ENTRY, prepare: ahead, run: |bench, _| bench.open().map(drop), drawn: 0 },
    Act {
        name: "change the policy",
        syncs: OF_AN_ENTRY,
        prepare: |_| None,
        run: |bench, _| bench.open()?.change_policy(&bench.policy, false, "no change", DAY),
        drawn: 0,
    },
];

type Disk = (Vec<u8>, Vec<u8>);

fn disk(bench: &Bench) -> Disk {
    (std::fs::read(bench.ledger()).unwrap(), std::fs::read(bench.anchor()).unwrap())
}

#[test]
fn a_failed_sync_anywhere_loses_no_spend() {
    for act in &ACTS {
        for syncs in 0..act.syncs {
            let bench = Bench::new(Schedule::Once);
            let held = (act.prepare)(&bench);
            let before = disk(&bench);
            failing::after(Some(syncs));
            let outcome = (act.run)(&bench, held);
            assert!(failing::has_failed(), "{}: there is no sync {syncs}", act.name);
            assert!(matches!(outcome, Err(LedgerError::Io { .. })), "{} goes on after its sync {syncs} failed: {outcome:?}", act.name);
            assert!(!bench.dir.path().join("anchor.json.new").exists());
            let after = disk(&bench);
            for (ledger, anchor) in [(&before.0, &before.1), (&after.0, &before.1), (&after.0, &after.1), (&before.0, &after.1)] {
                std::fs::write(bench.ledger(), ledger).unwrap();
                std::fs::write(bench.anchor(), anchor).unwrap();
                // The anchor is written once the ledger is durable, so this pair is left by no crash but by a restore.
                let restored = ledger == &before.0 && ledger != &after.0 && anchor != &before.1;
                check_after(&bench, act, restored);
            }
        }
        let bench = Bench::new(Schedule::Once);
        let held = (act.prepare)(&bench);
        failing::after(Some(act.syncs));
        (act.run)(&bench, held).unwrap();
        assert!(!failing::has_failed(), "{} has more than {} syncs", act.name, act.syncs);
        failing::after(None);
    }
}

/// What the next process finds: refused, or at least as much spent as was drawn, and recovered once.
fn check_after(bench: &Bench, act: &Act, restored: bool) {
    let mut ledger = match bench.open() {
        Ok(ledger) => ledger,
        Err(error) => return assert!(restored && matches!(error, LedgerError::RolledBack(_)), "{}: {error}", act.name),
    };
    ledger.recover(|open| (act.name == "commit" && open.query == query(1)).then(|| (Digest::of(b"report"), charges(RHO, DELTA)))).unwrap();
    let spent = ledger.summary().spent_nano_rho.0;
    assert!(spent >= act.drawn * RHO && spent <= RHO, "{}: {spent}", act.name);
    if act.name == "commit" {
        assert_eq!(ledger.committed(&query(1)), Some((1, Digest::of(b"report"))), "the staged report is completed, not drawn again");
    }
    let once = disk(bench);
    let mut ledger = bench.open_after(ledger);
    assert_eq!(ledger.recover(|_| None), Ok(None));
    assert_eq!(disk(bench), once, "a second recovery changes nothing");
    spend(&mut ledger, 7);
    drop(ledger);
    assert_eq!(bench.spent(), spent + RHO);
}

/// File, folder, anchor, folder of the anchor. Nothing can be spent until the same call has made all of them durable.
#[test]
fn a_failed_sync_while_creating_leaves_no_ledger_that_can_be_spent_from() {
    for syncs in 0..4 {
        let bench = Bench::new(Schedule::Once);
        std::fs::remove_file(bench.ledger()).unwrap();
        std::fs::remove_file(bench.anchor()).unwrap();
        let create = || Ledger::create(&bench.ledger(), &bench.anchor(), &bench.policy, DAY);
        failing::after(Some(syncs));
        assert!(matches!(create(), Err(LedgerError::Io { .. })) && failing::has_failed(), "{syncs}");
        if syncs < 3 {
            assert_eq!(bench.open().unwrap_err(), LedgerError::Missing("anchor"));
            // What was written may be lost or not.
            if syncs == 0 {
                std::fs::write(bench.ledger(), b"").unwrap();
            }
            create().unwrap();
        } else {
            assert_eq!(create(), Err(LedgerError::Exists("anchor")), "its name was given, and may be lost: then the same call completes it");
            std::fs::remove_file(bench.anchor()).unwrap();
            create().unwrap();
        }
        spend(&mut bench.open().unwrap(), 1);
        assert_eq!(bench.spent(), RHO);
    }
}

/// The order of a crash-safe append: the line is on the disk before an anchor names it, the anchor's bytes are before its name is, and the name is before
/// the caller may go on. Any other order can end, without power, in an anchor that names what is not there, or in noise without a spend.
#[test]
fn the_line_is_synced_before_the_anchor_and_the_anchor_before_its_name() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    let inode = |path: &std::path::Path| std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap());
    for _ in 0..2 {
        file::failing::synced();
        let reservation = new_reserve(&mut ledger, 1);
        let expected = [inode(&bench.ledger()), inode(&bench.anchor()), inode(bench.dir.path())];
        assert_eq!(file::failing::synced(), expected, "reserve");
        ledger.lose(reservation).unwrap();
        assert_eq!(file::failing::synced(), [inode(&bench.ledger()), inode(&bench.anchor()), inode(bench.dir.path())], "its end");
    }
}

//! `logminer retention`: raw data and runs whose time is over go.

use schemas::exit::Exit;
use schemas::policy::Profile;
use serde_json::json;

use super::args::RetentionOptions;
use super::prepare;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::report::{grouped, print_line};
use crate::retention::survey::distrusted;
use crate::retention::{Act, Item, Rules, apply, survey};

pub(super) fn run(options: &RetentionOptions) -> Result<Exit, Failure> {
    if options.raw_days.is_none() && options.runs_days.is_none() && options.unfinished_days.is_none() {
        return Err(Failure::usage("apply retention: say what goes after how long, with --raw-days, --runs-days or --unfinished-days"));
    }
    let runs = &options.places.runs;
    if !runs.is_dir() {
        return Err(Failure::usage(format!("apply retention to {}: it is no folder", crate::names::shown(runs))));
    }
    let (_, today) = prepare::date(options.date.as_deref())?;
    let rules = Rules {
        today,
        raw_days: options.raw_days,
        runs_days: options.runs_days,
        unfinished_days: options.unfinished_days,
        include_latest: options.include_latest,
    };
    let signer = Keys::open(&options.places.keys, Profile::Development)?.signer()?;
    let items = survey(runs, &signer.public(), &rules)?;
    let shredded = if options.dry_run { None } else { Some(apply(runs, &options.places.audit(), &signer, &rules, &items)?) };
    if options.json {
        let shredded = shredded.map(|it| json!({ "files": it.files, "bytes": it.bytes, "names_elsewhere": it.names_elsewhere }));
        print_line(&json!({ "dry_run": options.dry_run, "items": items, "raw_shredded": shredded }).to_string());
    } else {
        print(&items, options.dry_run);
        if let Some(shredded) = shredded.filter(|shredded| shredded.names_elsewhere > 0) {
            print_line(&format!(
                "{} files had more than one name; names outside the runs folder lead to zeros or to nothing now",
                grouped(shredded.names_elsewhere)
            ));
        }
    }
    distrusted(&items).map_or(Ok(Exit::Done), Err)
}

fn print(items: &[Item], dry_run: bool) {
    if items.is_empty() {
        print_line("nothing is due");
    }
    for item in items {
        let amount = format!("{} files, {} bytes", grouped(item.files), grouped(item.bytes));
        let (done, would) = match item.act {
            Act::ShredRaw => ("raw data shredded", "raw data would be shredded"),
            Act::KeepRelease => ("removed, its release kept", "would be removed, its release kept"),
            Act::Remove => ("removed", "would be removed"),
            Act::Spare => ("spared", "would be spared"),
        };
        let what = if dry_run { would } else { done };
        match &item.why {
            Some(why) => print_line(&format!("{}  {what}: {why}", item.folder)),
            None => print_line(&format!("{}  {what}: {amount}", item.folder)),
        }
    }
}

//! The step `discover`: on some nights, which names enough customers share.
//!
//! With a reserve it draws the table of every metric whose keys are found in the data, at the price of a discovery, and adds the names that pass their
//! thresholds to the list; values are dropped. Keys that are known already are left out before bounding (the list is public, so that costs nothing):
//! customers spend their bound on what is not known yet. Without a reserve it hands the list on and looks at no contribution.

use schemas::metric::Counter;
use schemas::privacy::{Charge, Keys, Noise, ReleaseParameters, check_charges, discovery_charges_of};
use stage_runtime::{StepContext, StepError};

use crate::bound::{self, Limit};
use crate::known::Known;
use crate::metric::spec;
use crate::names::Names;
use crate::noise::OsEntropy;
use crate::release::{self, Plan};
use crate::{gather, refused, write_charges};

/// What the parameters of a reserve are recognised by.
const RESERVED: &str = "nano_rho";

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let mut known = Known::read(context, "known")?;
    if context.parameter(RESERVED).is_none() {
        return known.write(context, "known_key");
    }
    let job = context.job();
    let parameters = ReleaseParameters::from_parameters(&job.parameters).map_err(refused)?;
    let charges = discovery_charges_of(&job.policy.report, parameters.nano_rho, parameters.atto_delta).map_err(refused)?;
    check_charges(&charges, parameters.nano_rho, parameters.atto_delta).map_err(refused)?;
    let day = job.logical_day;
    let names = Names::read(context)?;
    let limits: Vec<Limit> = charges.iter().map(|charge| limit(charge, &known, &names)).collect();
    let (rows, counts) = bound::count(context, &names, &limits, &|context, sink| gather::gather(context, &names, sink))?;
    context.report.add(Counter::RecordsIn, rows);
    let plan = charges.iter().filter_map(plan).collect();
    let mut released = release::draw(plan, &counts, &names, &job.policy.report, &mut OsEntropy::default())?;
    release::spell(context, &names, &mut released)?;
    for part in released {
        for number in part.numbers {
            known.add(number.metric, number.name, day);
            context.report.add(Counter::NumbersReleased, 1);
        }
    }
    known.write(context, "known_key")?;
    write_charges(context, charges, &parameters)
}

fn limit(charge: &Charge, known: &Known, names: &Names) -> Limit {
    let except = known.numbered(charge.metric, names).filter_map(|(_, key)| key).collect();
    Limit { except, ..Limit::new(charge.metric, charge.l0) }
}

fn plan(charge: &Charge) -> Option<Plan> {
    let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
    Some(Plan { spec: spec(charge.metric)?, keys: Keys::Discovered, noise, half_width: noise.half_width(), charge: charge.clone() })
}

//! Who is at the other end of a journey. Versions follow channel, system and time of day: whoever looks at one of them alone sees the others.

use crate::random::Random;

pub(super) const CHANNELS: [&str; 3] = ["mobile", "web", "branch"];
pub(super) const SYSTEMS: [&str; 2] = ["ios", "android"];
pub(super) const CURRENCIES: [&str; 5] = ["EUR", "SEK", "CHF", "USD", "GBP"];
pub(super) const REGIONS: [&str; 4] = ["north", "south", "east", "west"];
pub(super) const SEGMENTS: [&str; 3] = ["retail", "premium", "business"];
pub(super) const VERSIONS: [&str; 9] = ["8.0.3", "8.1.0", "8.1.2", "8.2.0", "8.2.1", "5.10.0", "5.11.0", "2.4.7", "2.5.0"];

/// The place of the first version of the mobile app that has the fault.
pub(super) const VERSION_8_2: u8 = 3;
/// One behind the last version of the mobile app.
pub(super) const VERSIONS_MOBILE: u8 = 5;

/// What is drawn once for a customer; places in the lists above.
#[derive(Clone, Copy)]
pub(super) struct Customer {
    pub(super) number: u32,
    pub(super) currency: u8,
    pub(super) region: u8,
    pub(super) segment: u8,
    pub(super) system: u8,
}

impl Customer {
    pub(super) fn draw(number: u32, random: &mut Random) -> Self {
        let mut draw = |weights: &[u32]| random.weighted(weights) as u8;
        Self { number, currency: draw(&[64, 14, 9, 8, 5]), region: draw(&[3, 3, 2, 2]), segment: draw(&[80, 13, 7]), system: draw(&[45, 55]) }
    }
}

/// What is the same in all records of a journey; places in the lists above.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) customer: Customer,
    pub(super) channel: u8,
    pub(super) version: u8,
    /// The number in the session's id.
    pub(super) session: u64,
}

impl Client {
    pub(super) fn draw(customer: Customer, start_ms: u32, random: &mut Random) -> Self {
        let hour = start_ms / 3_600_000 % 24;
        // Counters are open in the daytime.
        let channel = random.weighted(if (8..18).contains(&hour) { &[54, 26, 20] } else { &[66, 34, 0] }) as u8;
        let late = usize::from(hour >= 12);
        let version = match (channel, customer.system) {
            (0, 0) => random.weighted(&[[8, 14, 28, 40, 10], [5, 8, 17, 40, 30]][late]),
            (0, _) => random.weighted(&[[22, 34, 38, 5, 1], [14, 26, 38, 16, 6]][late]),
            (1, _) => 5 + random.weighted(&[[92, 8], [15, 85]][late]),
            _ => 7 + random.weighted(&[70, 30]),
        } as u8;
        Self { customer, channel, version, session: random.bits() }
    }

    pub(super) fn is_mobile(&self) -> bool {
        self.channel == 0
    }

    pub(super) fn is_web(&self) -> bool {
        self.channel == 1
    }

    pub(super) fn is_branch(&self) -> bool {
        self.channel == 2
    }
}

//! Expiry dates of cards, by the words before them. Together with the card number they are cardholder data (PCI DSS 3.3), so they are dropped.
//!
//! Format: `MM/YY`, `MM/YYYY`, `MMYY`, `YYYY-MM`, month 01-12. Context: `exp`, `expiry`, `valid thru` and the like right before it.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Spot, Trigger,
    cue::{self, List},
};

/// An expiry date.
pub(crate) const EXPIRY: Detector = Detector {
    id: "expiry",
    trigger: Trigger::Digits,
    find,
    matches: &["card expiry 12/27", "exp: 0927", "valid thru 2027-12", "exp date 09/2027", "good thru 01-28"],
    misses: &["12/27", "expires in 3000", "expiry 2027-12-01", "exp 1327", "valid until 12:27", "exp 12/27/99"],
};

#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "exp", "expiry", "expiration", "exp date", "expiry date", "expiration date", "valid thru", "valid through", "good thru", "card expires",
    "gültig bis", "caducidad", "expiration carte", "mm yy",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let month = |group: usize, from: usize| {
        let digits = spot.groups.get(group).and_then(|group| spot.text.get(group.start + from..group.start + from + 2))?;
        Some(matches!(digits, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']))
    };
    let separated = spot.groups.get(1).is_some_and(|group| matches!(group.separator, b'/' | b'-'));
    let ends = |count: usize| spot.groups.get(count).is_none_or(|group| group.separator == b' ');
    let end = match (spot.shape::<2>(), spot.groups.first()?.len()) {
        (Some([2, 2 | 4]), _) if separated && ends(2) && month(0, 0)? => spot.end_of(2),
        (Some([4, 2]), _) if separated && ends(2) && month(1, 0)? => spot.end_of(2),
        (_, 4) if ends(1) && month(0, 0)? => spot.end,
        _ => return None,
    };
    if spot.byte(end) == b':' {
        return None;
    }
    cue::behind(spot, List::Expiry).and_then(|_| Found::by_cue(spot.at, end, PiiClass::Secret))
}

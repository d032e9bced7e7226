//! Request bodies: which fields the calls of a route carry, learnt from what the log says of each call.
//!
//! ```text
//! skeleton   a shard counts the fields of successful calls that may have a body, by route, and those of calls that have none   -> body_part
//! templates  what the route's calls have and those have not is the body's; a value that too few customers share is not shown -> body
//! ```
//! A log may show the body itself ([`name`]: `request.body.amount`, or JSON in `request_body`); else fields beside the call are taken for it
//! when most successful calls of the route have them, and neither calls without a body nor those of most other routes. What only the answer holds looks the same there, so such
//! a body is a proposal. Which fields and values those are depends on the set of records alone.

pub(crate) mod census;
mod choose;
mod learn;
mod name;

pub(crate) use choose::choose;
pub(crate) use learn::{OfBlock, Path};

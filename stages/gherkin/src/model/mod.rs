//! The part of Gherkin that every runner reads alike, as types: what cannot be written portably cannot be built.
//!
//! [`text`] makes the pieces of text safe, [`step`] is the closed vocabulary of steps, [`feature`] holds scenarios and features,
//! [`render`] prints them. There are no outlines, rules, backgrounds or tables: none of the runners agrees on all of them.

mod feature;
mod render;
mod step;
mod text;

pub use feature::{Feature, Scenario, Tag};
pub use render::{body, render};
pub use step::{Call, Keyword, Step};
pub use text::{EventName, Kept, Line, Method, Path, Slug, is_plural, singular};

//! 我要代办: the form and its receipt.

mod apply;
mod done;

pub use apply::{Apply, Loading};
pub use done::Done;

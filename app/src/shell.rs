//! What frames every page: the two programs put these pieces together.

mod aloud;
mod boot;
mod broken;
mod fetched;
mod foot;
mod offline;
mod tools;
mod top;

pub use aloud::{BUTTON as ALOUD_BUTTON, Reader};
pub use boot::{Booted, boot};
pub use broken::Guard;
pub use fetched::{Draw, NotLoaded, fetched, not_here_words};
pub use foot::Foot;
pub use offline::OfflineStrip;
pub use tools::Tools;
pub use top::{Announcer, Skip, Top};

//! Kinds of case. A new kind is one file in `kinds/` and one line in [`kinds!`](crate::kinds).

use crate::field::{Answers, Envelope, Field};
use crate::matter::Limit;
use crate::workflow::Flow;

/// Everything about one kind of case that is not common to all.
pub trait Kind {
    /// Its name in the database, on the wire and as a key of the locale.
    const NAME: &'static str;
    /// Its questions, in order.
    const FIELDS: &'static [Field];
    /// Its life.
    const FLOW: Flow;
    /// Its life where it is about something that only staff may know.
    const PRIVATE_FLOW: Flow = Self::FLOW;
    /// The time promised where neither a matter nor a category promises one.
    const LIMIT: Option<&'static Limit> = None;

    /// What the server needs of checked answers.
    fn envelope(answers: &Answers) -> Envelope;
}

/// Makes the enum of kinds and hands each question on to its kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $file:ident),+ $(,)?) => {
        $(mod $file; pub use $file::$name;)+

        /// The kinds of case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum KindName {
            $($(#[$doc])* $name),+
        }

        impl KindName {
            /// Every kind.
            pub const ALL: &'static [KindName] = &[$(KindName::$name),+];

            /// Its name in the database, on the wire and in the locale.
            pub fn name(self) -> &'static str {
                match self { $(KindName::$name => $name::NAME),+ }
            }

            /// Its questions.
            pub fn fields(self) -> &'static [Field] {
                match self { $(KindName::$name => $name::FIELDS),+ }
            }

            /// Its life.
            pub fn flow(self) -> Flow {
                match self { $(KindName::$name => $name::FLOW),+ }
            }

            /// Its life where it is about something that only staff may know.
            pub fn private_flow(self) -> Flow {
                match self { $(KindName::$name => $name::PRIVATE_FLOW),+ }
            }

            /// The time promised where neither a matter nor a category promises one.
            pub fn limit(self) -> Option<&'static $crate::matter::Limit> {
                match self { $(KindName::$name => $name::LIMIT),+ }
            }

            /// What the server needs of checked answers.
            pub fn envelope(self, answers: &Answers) -> Envelope {
                match self { $(KindName::$name => $name::envelope(answers)),+ }
            }

            /// The kind of that name.
            pub fn of(name: &str) -> Option<KindName> {
                KindName::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}
pub(crate) use kinds;

//! 请回电: somebody who would rather talk asks to be called.

use crate::field::{Answers, Context, Envelope, Field, Need, Shape, always};
use crate::kind::Kind;
use crate::matter::{Limit, LimitUnit};
use crate::workflow::{Flow, HANDLED};

/// The kind.
pub struct CallBack;

/// Words about what it is about are at most this many characters: the rest is for the telephone.
pub const CALL_WORDS_MAX: usize = 200;

impl Kind for CallBack {
    const NAME: &'static str = "call_back";
    const FIELDS: &'static [Field] = FIELDS;
    const FLOW: Flow = &[HANDLED];
    // From acceptance, which has a clock of its own of one day: within two in all.
    const LIMIT: Option<&'static Limit> = Some(&Limit {
        days: 1,
        unit: LimitUnit::WorkingDays,
        note: None,
    });

    fn envelope(answers: &Answers) -> Envelope {
        let name = answers.text("contact_name").to_owned();
        Envelope {
            applicant: name.clone(),
            contact: name,
            phone: answers.text("contact_phone").to_owned(),
            home: answers.get("home"),
            ..Envelope::default()
        }
    }
}

// As little as a call needs. Without a home the street's back office calls; with one, their own
// community does.
#[rustfmt::skip]
const FIELDS: &[Field] = &[
    Field { name: "contact_name",  page: "caller",  shape: Shape::Name,                                    need: Need::Required, asked: always },
    Field { name: "contact_phone", page: "caller",  shape: Shape::Phone,                                   need: Need::Required, asked: always },
    Field { name: "call_at",       page: "call_at", shape: Shape::Choice(times),                           need: Need::Required, asked: always },
    Field { name: "home",          page: "home",    shape: Shape::Home,                                    need: Need::Optional, asked: always },
    Field { name: "note",          page: "note",    shape: Shape::Text { max: CALL_WORDS_MAX, lines: 3 },  need: Need::Optional, asked: always },
    Field { name: "consent",       page: "check",   shape: Shape::Consent,                                 need: Need::Required, asked: always },
];

fn times(_: &Answers, _: &Context<'_>) -> &'static [&'static str] {
    &["any", "morning", "afternoon"]
}

//! 随手拍: something wrong in the street, photographed, and put right.

use crate::field::{Answers, Context, Envelope, Field, Need, Shape, always};
use crate::id::PhotoId;
use crate::issue::{PHOTOS_MAX, WORDS_MAX};
use crate::kind::Kind;
use crate::place::Spot;
use crate::workflow::{ANALYSED, CALLED, Flow, HANDLED, MERGED, PUBLISHED, UNPUBLISHED};

/// The kind.
pub struct IssueReport;

impl Kind for IssueReport {
    const NAME: &'static str = "issue_report";
    const FIELDS: &'static [Field] = FIELDS;
    const FLOW: Flow = &[HANDLED, CALLED, PUBLISHED, MERGED, ANALYSED];
    const PRIVATE_FLOW: Flow = &[HANDLED, CALLED, UNPUBLISHED, MERGED, ANALYSED];

    fn envelope(answers: &Answers) -> Envelope {
        let spot = answers.get::<Spot>("place");
        let name = answers.text("contact_name").to_owned();
        let phone = answers.text("contact_phone").to_owned();
        Envelope {
            applicant: name.clone(),
            contact: name,
            category: answers.get("category"),
            at: spot.map(|spot| spot.at),
            anonymous: phone.is_empty(),
            phone,
            ..Envelope::default()
        }
    }
}

// All on one page: whoever stands in the rain wants to be done in half a minute. 长辈版 asks one
// question a page all the same.
#[rustfmt::skip]
const FIELDS: &[Field] = &[
    Field { name: "photos",        page: "report", shape: Shape::Photos { min: 0, max: PHOTOS_MAX },  need: Need::Optional,        asked: always },
    Field { name: "place",         page: "report", shape: Shape::Place,                               need: Need::Required,        asked: always },
    Field { name: "words",         page: "report", shape: Shape::Text { max: WORDS_MAX, lines: 3 },   need: Need::When(unseen),    asked: always },
    Field { name: "category",      page: "report", shape: Shape::Category,                            need: Need::Required,        asked: always },
    Field { name: "extra",         page: "report", shape: Shape::Extra,                               need: Need::When(must_tell), asked: has_questions },
    Field { name: "anonymous",     page: "report", shape: Shape::Tick,                                need: Need::Optional,        asked: may_be_nameless },
    Field { name: "contact_name",  page: "report", shape: Shape::Name,                                need: Need::Optional,        asked: named },
    Field { name: "contact_phone", page: "report", shape: Shape::Phone,                               need: Need::When(not_sent),  asked: named },
    Field { name: "consent",       page: "report", shape: Shape::Consent,                             need: Need::Required,        asked: not_sent },
];

/// A photo says what is wrong; without one somebody has to.
fn unseen(answers: &Answers, context: &Context<'_>) -> bool {
    let photos: Vec<PhotoId> = answers.get("photos").unwrap_or_default();
    photos.is_empty() && !context.vouched
}

fn has_questions(answers: &Answers, context: &Context<'_>) -> bool {
    context.category(answers).is_some_and(|category| !category.extra.is_empty())
}

fn must_tell(answers: &Answers, context: &Context<'_>) -> bool {
    let category = context.category(answers);
    category.is_some_and(|category| category.extra.iter().any(|extra| extra.required))
}

fn may_be_nameless(answers: &Answers, context: &Context<'_>) -> bool {
    context.category(answers).is_some_and(|category| category.anonymous) && !context.vouched
}

fn named(answers: &Answers, context: &Context<'_>) -> bool {
    let nameless = answers.get("anonymous") == Some(true);
    !(nameless && may_be_nameless(answers, context))
}

fn not_sent(_: &Answers, context: &Context<'_>) -> bool {
    !context.vouched
}

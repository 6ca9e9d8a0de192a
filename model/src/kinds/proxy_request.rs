//! 我要代办: a matter handled for a resident, at the door if need be.

use crate::field::{Answers, Context, Envelope, Field, Need, Shape, always};
use crate::kind::Kind;
use crate::matter::{Channel, RouteBy};
use crate::workflow::{Flow, HANDLED, ORIGINALS};

/// The kind.
pub struct ProxyRequest;

/// How long an authorisation may run, in days.
pub const AUTHORITY_MAX_DAYS: i64 = 365;

impl Kind for ProxyRequest {
    const NAME: &'static str = "proxy_request";
    const FIELDS: &'static [Field] = FIELDS;
    const FLOW: Flow = &[HANDLED, ORIGINALS];

    fn envelope(answers: &Answers) -> Envelope {
        let applicant = answers.text("applicant_name").to_owned();
        let (contact, phone) = if answers.text("for_whom") == "me" {
            (applicant.clone(), answers.text("applicant_phone"))
        } else {
            (answers.text("proxy_name").to_owned(), answers.text("proxy_phone"))
        };
        Envelope {
            matter: answers.get("matter"),
            applicant,
            contact,
            phone: phone.to_owned(),
            home: answers.get("home"),
            registered: answers.get("registered"),
            slot: answers.get("slot"),
            station: answers.get("station"),
            ..Envelope::default()
        }
    }
}

#[rustfmt::skip]
const FIELDS: &[Field] = &[
    Field { name: "matter",            page: "matter",    shape: Shape::Matter,                     need: Need::Required,          asked: always },
    Field { name: "for_whom",          page: "who",       shape: Shape::Choice(whom),               need: Need::Required,          asked: always },
    Field { name: "relation",          page: "who",       shape: Shape::Choice(relations),          need: Need::Required,          asked: for_somebody_else },
    Field { name: "applicant_name",    page: "applicant", shape: Shape::Name,                       need: Need::Required,          asked: always },
    Field { name: "applicant_phone",   page: "applicant", shape: Shape::Phone,                      need: Need::When(for_me),      asked: always },
    Field { name: "applicant_id",      page: "applicant", shape: Shape::IdNumber,                   need: Need::Optional,          asked: always },
    Field { name: "proxy_name",        page: "proxy",     shape: Shape::Name,                       need: Need::Required,          asked: by_proxy },
    Field { name: "proxy_phone",       page: "proxy",     shape: Shape::Phone,                      need: Need::Required,          asked: by_proxy },
    Field { name: "authorised_until",  page: "authority", shape: Shape::Day { within_days: AUTHORITY_MAX_DAYS }, need: Need::Required, asked: authorises },
    Field { name: "signature",         page: "authority", shape: Shape::Signature,                  need: Need::Required,          asked: authorises },
    Field { name: "home",              page: "home",      shape: Shape::Home,                       need: Need::Required,          asked: always },
    Field { name: "registered",        page: "home",      shape: Shape::Community,                  need: Need::Optional,          asked: by_register },
    Field { name: "handling",          page: "handling",  shape: Shape::Choice(handlings),          need: Need::Required,          asked: always },
    Field { name: "slot",              page: "slot",      shape: Shape::Slot,                       need: Need::Required,          asked: at_a_time },
    Field { name: "station",           page: "station",   shape: Shape::Station,                    need: Need::Required,          asked: at_a_station },
    Field { name: "materials",         page: "materials", shape: Shape::Materials,                  need: Need::Required,          asked: needs_papers },
    Field { name: "note",              page: "note",      shape: Shape::Text { max: 500, lines: 4 }, need: Need::Optional,         asked: always },
    Field { name: "consent",           page: "check",     shape: Shape::Consent,                    need: Need::Required,          asked: always },
    Field { name: "consent_sensitive", page: "check",     shape: Shape::Consent,                    need: Need::Required,          asked: tells_sensitive },
];

fn whom(_: &Answers, _: &Context<'_>) -> &'static [&'static str] {
    &["me", "parent", "other"]
}

fn relations(_: &Answers, _: &Context<'_>) -> &'static [&'static str] {
    &["spouse", "child", "relative", "neighbour", "carer", "other"]
}

/// The worker comes, one goes to a station, or, where the applicant must appear, somebody goes along.
fn handlings(answers: &Answers, context: &Context<'_>) -> &'static [&'static str] {
    match context.matter(answers) {
        Some(matter) if matter.channel != Channel::Proxy => &["accompany"],
        Some(matter) if matter.visit => &["visit", "station"],
        _ => &["station"],
    }
}

fn for_me(answers: &Answers, _: &Context<'_>) -> bool {
    answers.text("for_whom") == "me"
}

fn for_somebody_else(answers: &Answers, _: &Context<'_>) -> bool {
    answers.text("for_whom") == "other"
}

fn by_proxy(answers: &Answers, _: &Context<'_>) -> bool {
    matches!(answers.text("for_whom"), "parent" | "other")
}

/// Going along needs no authority: the applicant is there.
fn authorises(answers: &Answers, context: &Context<'_>) -> bool {
    let proxied = context.matter(answers).is_none_or(|m| m.channel == Channel::Proxy);
    by_proxy(answers, context) && proxied
}

fn by_register(answers: &Answers, context: &Context<'_>) -> bool {
    context.matter(answers).is_some_and(|matter| matter.route_by == RouteBy::Register)
}

fn at_a_time(answers: &Answers, _: &Context<'_>) -> bool {
    matches!(answers.text("handling"), "visit" | "accompany")
}

fn at_a_station(answers: &Answers, _: &Context<'_>) -> bool {
    answers.text("handling") == "station"
}

fn needs_papers(answers: &Answers, context: &Context<'_>) -> bool {
    context.matter(answers).is_some_and(|m| m.materials.iter().any(|paper| !paper.office_has))
}

/// Identity numbers and what tells of health or hardship are sensitive personal information
/// (个人信息保护法 Art. 28–29): agreed to apart.
fn tells_sensitive(answers: &Answers, context: &Context<'_>) -> bool {
    answers.has("applicant_id")
        || answers.has("materials")
        || context.matter(answers).is_some_and(|matter| matter.sensitive)
}

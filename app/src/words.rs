//! Words for every enum of the model. Each match is exhaustive: a new variant does not compile
//! until it has words in both languages.

use crate::api;
use model::api::Happened;
use model::area::{Level, Role};
use model::calendar::Light;
use model::facility::Category;
use model::field::Have;
use model::kinds::KindName;
use model::matter::{LifeEvent, Limit, LimitUnit};
use model::problem::{Code, Problem};
use model::text::Fault;
use model::workflow::{Refused, State, Verb};

macro_rules! words_of {
    ($(#[$doc:meta])* $function:ident, $enum:ident, $set:ident: $($variant:ident => $key:ident),+ $(,)?) => {
        $(#[$doc])*
        pub fn $function(what: $enum) -> &'static str {
            match what { $($enum::$variant => tr!(words.$set.$key)),+ }
        }
    };
}

words_of! {
    /// Where a case stands, as a chip says it.
    state, State, state:
    Submitted => submitted, Accepted => accepted, Assigned => assigned, InProgress => in_progress,
    AwaitingResident => awaiting_resident, Done => done, Confirmed => confirmed, Lapsed => lapsed,
    Rejected => rejected, Withdrawn => withdrawn, Merged => merged,
}

words_of! {
    /// What can be done, as a button says it.
    verb, Verb, verb:
    Accept => accept, Reject => reject, Withdraw => withdraw, Assign => assign, Reassign => reassign,
    Start => start, AskReturn => ask_return, AllowReturn => allow_return, RefuseReturn => refuse_return,
    BookVisit => book_visit, AskMaterial => ask_material, Supply => supply, Supplement => supplement,
    Urge => urge, TakeOriginals => take_originals, ReturnOriginals => return_originals,
    AskExtension => ask_extension, AllowExtension => allow_extension,
    RefuseExtension => refuse_extension, Finish => finish, Confirm => confirm, Reopen => reopen,
    Resume => resume, Lapse => lapse, WithdrawSilent => withdraw_silent,
    CallDepartment => call_department, ReplyCall => reply_call, EndCall => end_call,
    Review => review, Publish => publish, Hide => hide, Tag => tag, Merge => merge,
    Unmerge => unmerge,
}

words_of! {
    /// What was done, as the resident's timeline says it.
    done, Verb, happened:
    Accept => accept, Reject => reject, Withdraw => withdraw, Assign => assign, Reassign => reassign,
    Start => start, AskReturn => ask_return, AllowReturn => allow_return, RefuseReturn => refuse_return,
    BookVisit => book_visit, AskMaterial => ask_material, Supply => supply, Supplement => supplement,
    Urge => urge, TakeOriginals => take_originals, ReturnOriginals => return_originals,
    AskExtension => ask_extension, AllowExtension => allow_extension,
    RefuseExtension => refuse_extension, Finish => finish, Confirm => confirm, Reopen => reopen,
    Resume => resume, Lapse => lapse, WithdrawSilent => withdraw_silent,
    CallDepartment => call_department, ReplyCall => reply_call, EndCall => end_call,
    Review => review, Publish => publish, Hide => hide, Tag => tag, Merge => merge,
    Unmerge => unmerge,
}

/// Where a case stands, as staff read it: whom it waits for is not them.
pub fn state_to_staff(of: State) -> &'static str {
    match of {
        State::AwaitingResident => tr!(staff.case.awaiting_resident),
        of => state(of),
    }
}

/// What happened, as the resident's timeline says it.
pub fn happened(fact: &Happened) -> &'static str {
    fact.verb.map_or(tr!(words.happened.handed_in), done)
}

words_of! {
    /// What is wrong with an answer; the same words at the field and in the summary.
    fault, Fault, fault:
    Missing => missing, TooLong => too_long, BadName => bad_name, BadPhone => bad_phone,
    BadIdNumber => bad_id_number, IdNumberSlip => id_number_slip, BadDate => bad_date,
    DatePast => date_past, DateTooFar => date_too_far, BadChoice => bad_choice, Unknown => unknown,
    BadSlot => bad_slot, FarAway => far_away, BadNumber => bad_number, TooManyPhotos => too_many_photos, NotAgreed => not_agreed,
    PlainPin => plain_pin,
    Malformed => malformed,
}

words_of! {
    /// What went wrong, and what to do next.
    code, Code, code:
    Malformed => malformed, KeyNeeded => key_needed, SignInNeeded => sign_in_needed,
    SignInWrong => sign_in_wrong, NoTablet => no_tablet, ShiftOver => shift_over,
    Forbidden => forbidden, ReasonNeeded => reason_needed, CsrfWrong => csrf_wrong,
    NotFound => not_found, MethodNotAllowed => method_not_allowed, CaseChanged => case_changed,
    SlotTaken => slot_taken, PhotoTaken => photo_taken,
    FamilyFull => family_full, Refused => refused, TooLarge => too_large,
    NotAPicture => not_a_picture, MediaType => media_type, Invalid => invalid,
    KeyReused => key_reused, TooOften => too_often, Internal => internal, Busy => busy,
    TimedOut => timed_out,
}

words_of! {
    /// Why the workflow does not allow it.
    refused, Refused, refused:
    WrongState => wrong_state, NotYours => not_yours, OnWordOnly => on_word_only,
    WordsNeeded => words_needed, ReasonNeeded => reason_needed, StaffNeeded => staff_needed,
    SlotNeeded => slot_needed, SlotPast => slot_past, NothingAdded => nothing_added,
    PapersNeeded => papers_needed, RatingNeeded => rating_needed, DaysNeeded => days_needed,
    AlreadyPending => already_pending, NothingPending => nothing_pending,
    ExtendedBefore => extended_before, OriginalsHeld => originals_held,
    NoOriginals => no_originals, UrgedJustNow => urged_just_now, TooLate => too_late,
    TooEarly => too_early, NobodyToAsk => nobody_to_ask, PhotoNeeded => photo_needed,
    PublicWordsNeeded => public_words_needed, NotReviewed => not_reviewed,
    NeverPublic => never_public,
    CaseNeeded => case_needed, StandsForOthers => stands_for_others,
    AlreadyCalled => already_called, NotCalled => not_called, BadTags => bad_tags,
    TooMuch => too_much,
}

words_of! {
    /// How pressing a deadline is.
    light, Light, light: Green => green, Amber => amber, Red => red,
}

words_of! {
    /// A moment of life.
    life_event, LifeEvent, event:
    Retirement => retirement, OldAge => old_age, Illness => illness, Birth => birth,
    Disability => disability, Hardship => hardship, Work => work, Moving => moving,
    Veteran => veteran, Death => death, Papers => papers, Law => law,
}

words_of! {
    /// A category of facilities.
    category, Category, category:
    Government => government, Health => health, Care => care, Education => education,
    Culture => culture, Shopping => shopping, Daily => daily, Public => public,
}

words_of! {
    /// What a member of staff is.
    role, Role, role:
    Window => window, Grid => grid, Department => department, Supervisor => supervisor,
    Volunteer => volunteer,
}

words_of! {
    /// How large an area is.
    level, Level, level:
    District => district, Street => street, Community => community, Grid => grid,
}

words_of! {
    /// Whether the resident has a paper.
    have, Have, have: Photo => photo, Home => home, Missing => missing, Unsure => unsure,
}

words_of! {
    /// A kind of case.
    kind, KindName, kind: ProxyRequest => proxy_request, IssueReport => issue_report,
    CallBack => call_back,
}

/// A promised time: `10个工作日`.
pub fn limit(limit: &Limit) -> String {
    match limit.unit {
        LimitUnit::WorkingDays => tr!(words.limit.working_days, days = limit.days),
        LimitUnit::Days => tr!(words.limit.days, days = limit.days),
    }
}

macro_rules! words_by_name {
    ($(#[$doc:meta])* $function:ident: $($name:literal => $set:ident.$key:ident),+ $(,)?) => {
        $(#[$doc])*
        pub fn $function(name: &str) -> Option<&'static str> {
            Some(match name { $($name => tr!(words.$set.$key),)+ _ => return None })
        }
    };
}

words_by_name! {
    /// The name of a question, or of a part of one (`estate`, `door`); none for an unknown name.
    field:
    "matter" => field.matter, "for_whom" => field.for_whom, "relation" => field.relation,
    "applicant_name" => field.applicant_name, "applicant_phone" => field.applicant_phone,
    "applicant_id" => field.applicant_id, "proxy_name" => field.proxy_name,
    "proxy_phone" => field.proxy_phone, "authorised_until" => field.authorised_until,
    "signature" => field.signature, "home" => field.home, "estate" => field.estate,
    "door" => field.door, "registered" => field.registered, "handling" => field.handling,
    "slot" => field.slot, "station" => field.station, "materials" => field.materials,
    "note" => field.note, "consent" => field.consent,
    "consent_sensitive" => field.consent_sensitive, "photos" => field.photos,
    "place" => field.place, "words" => field.words, "category" => field.category,
    "extra" => field.extra, "anonymous" => field.anonymous, "contact_name" => field.contact_name,
    "contact_phone" => field.contact_phone, "call_at" => field.call_at,
}

words_by_name! {
    /// The heading of a page of several questions; none for an unknown name.
    page:
    "matter" => page.matter, "who" => page.who, "applicant" => page.applicant,
    "proxy" => page.proxy, "authority" => page.authority, "home" => page.home,
    "handling" => page.handling, "slot" => page.slot, "station" => page.station,
    "materials" => page.materials, "note" => page.note, "check" => page.check,
    "report" => page.report, "caller" => page.caller, "call_at" => field.call_at,
}

/// One choice of one question: the same key means another thing elsewhere (`other`, `station`).
pub fn choice(field: &str, name: &str) -> Option<&'static str> {
    Some(match (field, name) {
        ("for_whom", "me") => tr!(words.choice.me),
        ("for_whom", "parent") => tr!(words.choice.parent),
        ("for_whom", "other") => tr!(words.choice.other),
        ("relation", "spouse") => tr!(words.choice.spouse),
        ("relation", "child") => tr!(words.choice.child),
        ("relation", "relative") => tr!(words.choice.relative),
        ("relation", "neighbour") => tr!(words.choice.neighbour),
        ("relation", "carer") => tr!(words.choice.carer),
        ("relation", "other") => tr!(words.choice.relation_other),
        ("handling", "visit") => tr!(words.choice.visit),
        ("handling", "station") => tr!(words.choice.go_to_station),
        ("handling", "accompany") => tr!(words.choice.accompany),
        ("call_at", "any") => tr!(words.choice.call_any),
        ("call_at", "morning") => tr!(words.choice.call_morning),
        ("call_at", "afternoon") => tr!(words.choice.call_afternoon),
        _ => return None,
    })
}

/// What to tell somebody about a call that failed: what happened and what to do.
pub fn error(error: &api::Error) -> String {
    match error {
        api::Error::Offline => tr!(words.error.offline).to_owned(),
        api::Error::Garbled => tr!(words.error.garbled).to_owned(),
        api::Error::Problem(told) => problem(told),
    }
}

/// What to tell somebody about a problem.
pub fn problem(problem: &Problem) -> String {
    let reason = problem.refused.filter(|_| problem.code == Code::Refused);
    let mut said = reason
        .map_or_else(|| code(problem.code), refused)
        .to_owned();
    if let Some(seconds) = problem.retry_after_s {
        said = join(said, tr!(words.error.wait, seconds = seconds));
    }
    match &problem.request_id {
        Some(id) if problem.status >= 500 => join(said, tr!(words.error.request, id = id.clone())),
        _ => said,
    }
}

fn join(first: String, second: String) -> String {
    let stop = if crate::locale() == crate::Locale::en {
        ". "
    } else {
        "。"
    };
    format!("{first}{stop}{second}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};
    use model::field::Shape;
    use std::collections::BTreeSet;

    /// Every label, hint and choice that a form of any kind can show has words in both languages.
    #[test]
    fn every_kind_is_worded() {
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            for kind in KindName::ALL {
                assert!(!super::kind(*kind).is_empty());
                for question in kind.fields() {
                    assert!(field(question.name).is_some(), "field {}", question.name);
                    assert!(page(question.page).is_some(), "page {}", question.page);
                }
            }
        }
    }

    /// The choices depend on the answers: each branch of `handling` and the plain ones.
    #[test]
    fn every_choice_is_worded() {
        use model::field::{Answers, Context};
        let street = empty_street();
        let matters = [matter("proxy", true), matter("accompany", false)];
        let context = Context {
            street: &street,
            matters: &matters,
            facilities: &[],
            categories: &[],
            vouched: false,
            now: model::time::TimeMs(0),
        };
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            for kind in KindName::ALL {
                for chosen in ["", "proxy", "accompany"] {
                    let mut answers = Answers::default();
                    answers.set("matter", &chosen);
                    for question in kind.fields() {
                        let Shape::Choice(choices) = question.shape else {
                            continue;
                        };
                        for name in choices(&answers, &context) {
                            assert!(
                                choice(question.name, name).is_some(),
                                "{} {name}",
                                question.name
                            );
                        }
                    }
                }
            }
        }
    }

    /// Two states, verbs, faults … never say the same, or nobody could tell them apart.
    #[test]
    fn words_are_distinct() {
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            distinct(State::ALL.map(state));
            distinct(Verb::ALL.map(done));
            distinct(Role::ALL.map(role));
            distinct(LifeEvent::ALL.map(life_event));
            distinct(Category::ALL.map(category));
            distinct([Light::Red, Light::Amber, Light::Green].map(light));
            for code in Code::ALL {
                assert!(!super::code(code).is_empty());
            }
        }
    }

    fn distinct<const N: usize>(words: [&'static str; N]) {
        let set: BTreeSet<_> = words.into_iter().collect();
        assert_eq!(set.len(), N, "{words:?}");
    }

    #[test]
    fn an_error_says_what_to_do() {
        set_locale(Locale::zh_CN);
        let mut told = Problem::new(Code::Refused);
        told.refused = Some(Refused::UrgedJustNow);
        assert_eq!(problem(&told), refused(Refused::UrgedJustNow));

        let mut told = Problem::new(Code::TooOften);
        told.retry_after_s = Some(30);
        assert_eq!(problem(&told), "试得太快了，请等一会儿再试。请等 30 秒再试");

        let mut told = Problem::new(Code::Internal);
        told.request_id = Some("7f3a".into());
        assert!(problem(&told).ends_with("7f3a"));
        assert_eq!(error(&api::Error::Offline), tr!(words.error.offline));
    }

    fn empty_street() -> model::street::Street {
        model::street::Street {
            name: String::new(),
            sample: true,
            hotlines: Vec::new(),
            retention: Vec::new(),
            areas: Vec::new(),
            estates: Vec::new(),
            notices: Vec::new(),
            calendar: model::calendar::Calendar::default(),
        }
    }

    fn matter(channel: &str, visit: bool) -> model::matter::Matter {
        let text = format!(
            r#"{{"id":"{channel}","name":"","plain":"","events":[],"who":"","limit":null,"fee":null,
            "channel":{{"kind":"{channel}","reason":""}},"visit":{visit},"source":null}}"#
        );
        serde_json::from_str(&text).expect("a matter")
    }
}

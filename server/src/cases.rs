//! What is done with cases: handing in, acting, looking up. Decisions are the model's; here they
//! are made durable once, and told to whoever listens.

pub mod public;
pub mod view;

use crate::http::error::{Error, Result};
use crate::live::Told;
use crate::notify::{self, News, Occasion};
use crate::routing::{Directory, Routed, can_handle};
use crate::slots;
use crate::state::App;
use crate::store::{
    self, Answer, Case, CaseEvent, Done, FamilyRow, Helped, History, Message, NewReport, NewStep,
    Once, OnceKey, Report, StepDraft,
};
use model::api::family::{FamilyLink, MadeFamilyLink};
use model::api::{Act, Change, NewCase, Submitted, Track, Tracked};
use model::event::Words;
use model::field::{Context, Envelope, FieldFault, normalised, photos};
use model::id::{AreaId, CaseId, EventId, PhotoId, StaffId};
use model::privacy::last_four;
use model::problem::Code;
use model::receipt::Receipt;
use model::search::half_width;
use model::text::Fault;
use model::time::TimeMs;
use model::workflow::{
    ACCEPT_WITHIN_WORKING_DAYS, Action, Actor, Fact, Progress, Refused, Slot, State, Verb, Visit,
    step,
};
use serde::Serialize;
use uuid::Uuid;
use view::Reader;

/// Receipt numbers are drawn until a free one is found: with a million cases one draw in a
/// hundred is taken, so that so many in a row means something else is wrong.
const DRAWS: u32 = 16;
/// Cases taken apart at one go.
const ORPHANS: u32 = 100;

/// What this key was answered before; none where it is new.
pub async fn answered(app: &App, key: &OnceKey) -> Result<Option<Answer>> {
    match app.store.answered(key).await? {
        Some(done) => once(done).map(Some),
        None => Ok(None),
    }
}

/// The answer of a key that was used before.
fn once(done: Done) -> Result<Answer> {
    match done {
        Done::Repeated(answer) => Ok(answer),
        Done::Reused => Err(Code::KeyReused.into()),
        Done::New => Err(Error::broken("a new key has no answer yet")),
    }
}

fn json(status: u16, body: &impl Serialize) -> Result<Answer> {
    let body = serde_json::to_vec(body).map_err(Error::broken)?;
    Ok(Answer { status, body })
}

/// Takes a case in: checked, routed, durable; with the note of who helped, where it is to be kept.
pub async fn submit(
    app: &App,
    sent: NewCase,
    helped: Option<Helped>,
    key: OnceKey,
) -> Result<Answer> {
    let draft = Draft {
        helped,
        ..draft(app, sent, None)?
    };
    match draft.saved(app, Some(&key)).await? {
        (Done::New, answer) => Ok(answer),
        (earlier, _) => once(earlier),
    }
}

/// Takes in a case that another system answers for. `token` is what that system asks after it by.
pub async fn submit_vouched(app: &App, sent: NewCase, token: String) -> Result<()> {
    let draft = draft(app, sent, Some(token))?;
    draft.saved(app, None).await.map(drop)
}

/// A checked case. With a token, another system answers for it.
fn draft(app: &App, sent: NewCase, token: Option<String>) -> Result<Draft> {
    let street = app.street();
    let now = app.now();
    let fields = sent.kind.fields();
    let context = Context {
        vouched: token.is_some(),
        ..street.context(now)
    };
    let answers = normalised(fields, &sent.answers, &context).map_err(Error::Invalid)?;
    let envelope = sent.kind.envelope(&answers);
    let routed = street.route(&envelope).map_err(Error::broken)?;
    Ok(Draft {
        visit: first_visit(&street, &envelope, &routed, now)?,
        sent: NewCase { answers, ..sent },
        envelope,
        routed,
        token,
        helped: None,
        now,
    })
}

/// The visit that was asked for, if its time is on offer.
fn first_visit(
    street: &Directory,
    envelope: &Envelope,
    routed: &Routed,
    now: TimeMs,
) -> Result<Option<Visit>> {
    let Some(slot) = envelope.slot else {
        return Ok(None);
    };
    let staff = routed.visitor.clone().ok_or_else(bad_slot)?;
    let hours = street.hours_of(&staff);
    let earliest = now.plus_seconds(slots::LEAD_S);
    if slots::is_offered(&hours, &street.street().calendar, earliest, slot) {
        Ok(Some(Visit { slot, staff }))
    } else {
        Err(bad_slot())
    }
}

fn bad_slot() -> Error {
    Error::Invalid(vec![FieldFault {
        field: "slot".to_owned(),
        fault: Fault::BadSlot,
    }])
}

/// A checked case that only lacks its number.
struct Draft {
    sent: NewCase,
    envelope: Envelope,
    routed: Routed,
    visit: Option<Visit>,
    token: Option<String>,
    helped: Option<Helped>,
    now: TimeMs,
}

impl Draft {
    /// Saves it under the first number that is free.
    async fn saved(&self, app: &App, key: Option<&OnceKey>) -> Result<(Done, Answer)> {
        let street = app.street();
        for _ in 0..DRAWS {
            match self.save(app, &street, key).await {
                Err(store::Error::Taken(store::Taken::Receipt)) => {}
                saved => return Ok(saved?),
            }
        }
        Err(Error::broken("no free receipt number was drawn"))
    }

    /// One attempt: a number drawn, everything written in one transaction.
    async fn save(
        &self,
        app: &App,
        street: &Directory,
        key: Option<&OnceKey>,
    ) -> Result<(Done, Answer), store::Error> {
        let fact = self.fact(street);
        let progress = Progress::submitted(&fact);
        let case = self.case(street, fact, progress.clone());
        let (id, receipt, secret) = (case.id, case.receipt, case.secret.clone());
        let due = progress.due;
        let told = self.messages(app, street, &case);
        let draft = app.store.draft_case(case)?.telling(told);
        let submitted = Submitted {
            case: id,
            receipt,
            secret,
            at: self.now,
            responsible: street.responsible(&progress, &self.routed.area),
            answer_by: due.unwrap_or_else(|| self.answer_by(street)),
            head: draft.head_hex(),
        };
        let body = serde_json::to_vec(&submitted).unwrap_or_default();
        let answer = Answer { status: 201, body };
        let saved = key.map(|key| Once {
            key: key.clone(),
            answer: answer.clone(),
        });
        let done = app.store.create_case(draft, saved).await?;
        if matches!(done, Done::New) {
            tell(app, id, &progress, &self.routed.area);
            metrics::counter!("cases_submitted_total").increment(1);
            tracing::info!(case = %id, receipt = %receipt.digits(), "case handed in");
        }
        Ok((done, answer))
    }

    fn messages(&self, app: &App, street: &Directory, case: &store::NewCase) -> Vec<Message> {
        let news = News {
            case: case.id,
            area: &case.area,
            progress: &case.progress,
            occasion: Occasion::HandedIn,
            fact: Some(&case.fact),
            reachable: !self.envelope.phone.is_empty(),
        };
        told(app, street, &news)
    }

    fn answer_by(&self, street: &Directory) -> model::calendar::Due {
        let calendar = &street.street().calendar;
        calendar.add_working_days(self.now.china_date(), ACCEPT_WITHIN_WORKING_DAYS)
    }

    fn fact(&self, street: &Directory) -> Fact {
        let named = photos(self.sent.kind.fields(), &self.sent.answers);
        Fact {
            visit: self.visit.clone(),
            due: Some(self.answer_by(street)),
            photos: named.into_iter().map(|(id, _)| id).collect(),
            anonymous: self.envelope.anonymous,
            ..Fact::new(self.now, Actor::Resident, State::Submitted)
        }
    }

    fn case(&self, street: &Directory, fact: Fact, progress: Progress) -> store::NewCase {
        let matter = self.envelope.matter.clone();
        let named = photos(self.sent.kind.fields(), &self.sent.answers);
        store::NewCase {
            id: CaseId(Uuid::now_v7()),
            receipt: Receipt::of(rand::random()),
            kind: self.sent.kind,
            matter_name: self.about(street),
            matter,
            area: self.routed.area.clone(),
            estate: self.routed.estate.clone(),
            station: self.envelope.station.clone(),
            secret: crate::keys::token(),
            phone: self.envelope.phone.clone(),
            answers: self.sent.answers.clone(),
            photos: named
                .into_iter()
                .map(|(id, field)| (id, field.to_owned()))
                .collect(),
            report: self.report(),
            helped: self.helped.clone(),
            progress,
            fact,
        }
    }

    /// What it is about, as it is called today.
    fn about(&self, street: &Directory) -> Option<String> {
        let matter = self.envelope.matter.as_ref();
        let matter = matter.and_then(|id| street.matter(id));
        let category = self.envelope.category.as_ref();
        let category = category.and_then(|id| street.category(id));
        matter
            .map(|matter| matter.name.clone())
            .or_else(|| category.map(|category| category.name.clone()))
    }

    fn report(&self) -> Option<NewReport> {
        Some(NewReport {
            category: self.envelope.category.clone()?,
            at: self.envelope.at?,
            token: self.token.clone(),
            words: self.sent.answers.text("words").to_owned(),
        })
    }
}

/// A decided action, and the case as it will be.
struct Decided {
    after: Case,
    step: NewStep,
}

/// Somebody acts on a case they may see. `answer` writes what they are told, from the case as it
/// is afterwards and the code of a visit newly booked.
pub async fn act(
    app: &App,
    case: Case,
    act: &Act,
    reader: Reader<'_>,
    key: OnceKey,
    answer: impl FnOnce(&Directory, &Case, Option<String>) -> Result<Answer>,
) -> Result<Answer> {
    if act.seen_seq != case.record.progress.seq {
        return Err(Code::CaseChanged.into());
    }
    let street = app.street();
    let parent = parent_of(app, &case, &act.action, reader).await?;
    let who = (&reader.actor(), reader.family());
    let decided = decide(&street, &case, &act.action, who, app.now())?;
    let told = step_messages(app, &street, &decided);
    let draft = app.store.draft_step(&case.record, decided.step)?;
    let draft = draft.telling(told);
    let mut after = decided.after;
    after.record.head = draft.head();
    add_photos(app, &mut after, &draft).await;
    if matches!(act.action.verb, Verb::Merge | Verb::Unmerge) {
        after.beside.parent = parent;
    }
    let code = match draft.door_code(&case.record) {
        Some(code) => Some(code),
        None if after.record.progress.visit.is_some() => {
            app.store.door_code(after.record.id).await?
        }
        None => None,
    };
    let answer = answer(&street, &after, code)?;
    let saved = Once {
        key,
        answer: answer.clone(),
    };
    match app.store.append_step(draft, Some(saved)).await? {
        Done::New => {
            done(app, &after, act.action.verb).await;
            Ok(answer)
        }
        other => once(other),
    }
}

/// The clock acts on a case.
pub async fn act_by_clock(app: &App, case: Case, verb: Verb) -> Result<()> {
    let street = app.street();
    let decided = decide(
        &street,
        &case,
        &Action::new(verb),
        (&Actor::System, None),
        app.now(),
    )?;
    let told = step_messages(app, &street, &decided);
    let draft = app.store.draft_step(&case.record, decided.step)?;
    app.store.append_step(draft.telling(told), None).await?;
    done(app, &decided.after, verb).await;
    Ok(())
}

/// The case that is to stand for another. Whoever merges must see both; it must be of the street,
/// handled, and not merged itself, and the other must stand for none.
async fn parent_of(
    app: &App,
    case: &Case,
    action: &Action,
    reader: Reader<'_>,
) -> Result<Option<(Report, Progress)>> {
    let (Verb::Merge, Some(into)) = (action.verb, action.into) else {
        return Ok(None);
    };
    if !case.beside.stands_for.is_empty() {
        return Err(Refused::StandsForOthers.into());
    }
    let unfit = || Error::from(Refused::CaseNeeded);
    let report = app.store.report(into).await.map_err(|error| match error {
        store::Error::NotFound => unfit(),
        error => error.into(),
    })?;
    let History { area, progress, .. } = app.store.history(into).await?;
    let seen = match reader {
        Reader::Resident | Reader::Family(_) => false,
        Reader::Staff(staff) => {
            progress.assignee.as_ref() == Some(&staff.id) || app.street().sees(staff, &area)
        }
    };
    let stands = report.state.is_open() || report.state == State::Done;
    if seen && stands && into != case.record.id && case.beside.report.is_some() {
        Ok(Some((report, progress)))
    } else {
        Err(unfit())
    }
}

/// Tells whoever listens, those of cases for which it stands among them; and lets those go when
/// it will not be handled any more.
async fn done(app: &App, case: &Case, verb: Verb) {
    let after = &case.record;
    tell(app, after.id, &after.progress, &after.area);
    for other in &case.beside.stands_for {
        let change = Change {
            case: other.report.case,
            seq: other.seq,
            state: State::Merged,
        };
        app.live.tell(Told {
            change,
            area: after.area.clone(),
            assignee: None,
            called: Vec::new(),
        });
    }
    let ended = matches!(after.progress.state, State::Withdrawn | State::Rejected);
    if ended && !case.beside.stands_for.is_empty() {
        // What is missed here, the clock's next look finds.
        let _ = Box::pin(free_orphans(app)).await;
    }
    let name = verb_name(verb);
    metrics::counter!("case_actions_total", "verb" => name.clone()).increment(1);
    tracing::info!(case = %after.id, receipt = %after.receipt.digits(), verb = name, "case acted on");
}

/// Takes apart what was merged into a case that will not be handled any more: the thing reported
/// is still there for the others. Returns how many.
pub async fn free_orphans(app: &App) -> Result<usize> {
    let mut freed = 0;
    for id in app.store.orphans(ORPHANS).await? {
        let case = app.store.case(id).await?;
        match act_by_clock(app, case, Verb::Unmerge).await {
            Ok(()) => freed += 1,
            // Somebody was quicker.
            Err(Error::Plain(Code::CaseChanged) | Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(freed)
}

/// The name of a verb on the wire.
pub fn verb_name(verb: Verb) -> String {
    let name = serde_json::to_value(verb).ok();
    let name = name.as_ref().and_then(|name| name.as_str());
    name.unwrap_or_default().to_owned()
}

/// What an action of `actor` leads to; a family member's name goes with the words.
fn decide(
    street: &Directory,
    case: &Case,
    action: &Action,
    (actor, family): (&Actor, Option<&str>),
    now: TimeMs,
) -> Result<Decided> {
    let record = &case.record;
    let rules = view::rules(street, record, now);
    let fact = step(&rules, &record.progress, action, actor)?;
    let named = action.staff.as_ref().filter(|_| fact.staff.is_some());
    if named.is_some_and(|id| !street.staff(id).is_some_and(|s| can_handle(s.role))) {
        return Err(Refused::StaffNeeded.into());
    }
    let department = |id: &StaffId| street.seed.departments.iter().any(|d| d.staff == *id);
    if fact
        .call
        .as_ref()
        .is_some_and(|call| !department(&call.staff))
    {
        return Err(Refused::StaffNeeded.into());
    }
    if let Some(visit) = &fact.visit {
        on_offer(street, visit, now)?;
    }
    let mut progress = record.progress.clone();
    progress.apply(&fact);
    let words = Words {
        family: family.map(str::to_owned),
        ..Words::of(action)
    };
    let mut after = case.clone();
    after.record.updated_at = now;
    after.events.push(CaseEvent {
        id: EventId(Uuid::nil()),
        seq: record.progress.seq,
        fact: fact.clone(),
        words: words.clone(),
    });
    after.record.progress = progress.clone();
    let photos = photos_of(case, &fact)?;
    Ok(Decided {
        after,
        step: NewStep {
            progress,
            fact,
            words,
            photos,
        },
    })
}

/// The pictures that come with a step, each with the field it stands under. What everybody is to
/// see is the case's own, or handed in now.
fn photos_of(case: &Case, fact: &Fact) -> Result<Vec<(PhotoId, String)>> {
    let own = |id: PhotoId| case.photos.iter().any(|photo| photo.id == id);
    let mut photos: Vec<_> = fact
        .photos
        .iter()
        .map(|id| (*id, "event".to_owned()))
        .collect();
    for shown in &fact.shown {
        if shown.covers.is_some_and(|covered| !own(covered)) {
            return Err(Code::NotFound.into());
        }
        if !own(shown.photo) && !photos.iter().any(|(id, _)| *id == shown.photo) {
            photos.push((shown.photo, "public".to_owned()));
        }
    }
    Ok(photos)
}

/// Staff may book at short notice, but only whole slots of the visitor's hours: times that
/// overlap would be booked twice without anybody noticing.
fn on_offer(street: &Directory, visit: &Visit, now: TimeMs) -> Result<()> {
    let Visit { slot, staff } = visit;
    let calendar = &street.street().calendar;
    if slots::is_offered(&street.hours_of(staff), calendar, now, *slot) {
        Ok(())
    } else {
        Err(bad_slot())
    }
}

/// Photos handed in with an action, as they will stand at the case. One that is not there makes
/// the step itself fail.
async fn add_photos(app: &App, after: &mut Case, draft: &StepDraft) {
    for (id, field) in draft.photos() {
        if let Ok(mut photo) = app.store.photo(*id).await {
            photo.case = Some(after.record.id);
            photo.field = field.clone();
            after.photos.push(photo);
        }
    }
}

/// The messages of a step, for its own transaction.
fn step_messages(app: &App, street: &Directory, decided: &Decided) -> Vec<Message> {
    let Some(verb) = decided.step.fact.verb else {
        return Vec::new();
    };
    let after = &decided.after.record;
    let news = News {
        case: after.id,
        area: &after.area,
        progress: &after.progress,
        occasion: Occasion::Done(verb),
        fact: Some(&decided.step.fact),
        reachable: !after.kind.envelope(&after.answers).phone.is_empty(),
    };
    told(app, street, &news)
}

/// The messages that tell of `news`; none where nobody would carry them.
fn told(app: &App, street: &Directory, news: &News<'_>) -> Vec<Message> {
    match &app.settings.notify {
        Some(_) => notify::messages(street, news),
        None => Vec::new(),
    }
}

fn tell(app: &App, case: CaseId, progress: &Progress, area: &AreaId) {
    app.live.tell(Told {
        change: change(case, progress),
        area: area.clone(),
        assignee: progress.assignee.clone(),
        called: progress
            .calls
            .iter()
            .map(|call| call.staff.clone())
            .collect(),
    });
}

/// Makes a link for a family member; its secret is told this once.
pub async fn add_family(app: &App, case: &Case, name: String, key: OnceKey) -> Result<Answer> {
    let new = FamilyRow {
        id: Uuid::now_v7(),
        name,
        at: app.now(),
        used: None,
    };
    let secret = crate::keys::token();
    let draft = app.store.draft_family(&case.record, &new, &secret)?;
    let made = MadeFamilyLink {
        link: FamilyLink {
            id: new.id,
            name: new.name,
            made: new.at,
            used: None,
        },
        secret,
    };
    let answer = json(201, &made)?;
    let saved = Once {
        key,
        answer: answer.clone(),
    };
    match app.store.add_family(draft, saved).await? {
        Done::New => Ok(answer),
        other => once(other),
    }
}

/// Has every open page of a case look at it again, though no event was added.
pub fn tell_again(app: &App, case: &Case) {
    let record = &case.record;
    tell(app, record.id, &record.progress, &record.area);
}

/// Where a case stands, for those who listen.
pub fn change(case: CaseId, progress: &Progress) -> Change {
    Change {
        case,
        seq: progress.seq,
        state: progress.state,
    }
}

/// An answer of JSON with status 200.
pub fn ok(body: &impl Serialize) -> Result<Answer> {
    json(200, body)
}

/// Looks a case up by its number and the last four digits of the telephone left with it. A wrong
/// number and wrong digits look alike.
pub async fn track(app: &App, receipt: Receipt, sent: &Track) -> Result<Tracked> {
    let head = app.store.case_by_receipt(receipt).await?;
    let envelope = head.kind.envelope(&head.answers);
    let typed: String = sent.last_four.trim().chars().map(half_width).collect();
    if typed.chars().count() != 4 || last_four(&envelope.phone) != typed {
        return Err(Code::NotFound.into());
    }
    Ok(view::tracked(&app.street(), head, app.now()))
}

/// The fault of a receipt number or code that cannot be one.
pub fn malformed(field: &str, fault: Fault) -> Error {
    Error::Invalid(vec![FieldFault {
        field: field.to_owned(),
        fault,
    }])
}

/// Moments at which a worker's slots are taken, from `from` to the end of what is offered.
pub async fn taken(
    app: &App,
    staff: &model::id::StaffId,
    from: TimeMs,
) -> Result<std::collections::BTreeSet<TimeMs>> {
    let until = from.plus_days(slots::DAYS_AHEAD + 1);
    let taken: Vec<Slot> = app.store.taken_slots(staff, from, until).await?;
    Ok(taken.into_iter().map(|slot| slot.start).collect())
}

//! A case as its resident, its staff and its tracker see it.

use crate::routing::Directory;
use crate::store::{
    Beside, Case, CaseEvent, CaseRecord, FamilyRow, Holder, Other, PhotoRow, Queued, Report,
};
use model::api::report::{Alike, StandsFor};
use model::api::{CaseView, Entry, Happened, PhotoInfo, QueueItem, StaffCase, Standing, Tracked};
use model::area::{Role, Staff};
use model::calendar::{Due, Light};
use model::field::Shape;
use model::id::{CategoryId, PhotoId};
use model::place::{Spot, metres_between};
use model::privacy::{family_sees_pictures, for_family, mask_name};
use model::time::TimeMs;
use model::workflow::{Actor, Face, Fact, Progress, Rules, Verb, allowed};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// Whoever holds the case's own secret.
    Resident,
    /// A family member.
    Family(&'a FamilyRow),
    /// A member of staff.
    Staff(&'a Staff),
}

impl Reader<'_> {
    /// As whom they act.
    pub fn actor(self) -> Actor {
        match self {
            Reader::Resident => Actor::Resident,
            Reader::Family(_) => Actor::Family,
            Reader::Staff(staff) => Actor::Staff {
                id: staff.id.clone(),
                role: staff.role,
            },
        }
    }

    /// Under which name the same key may be used once.
    pub fn scope(self) -> String {
        match self {
            Reader::Resident => "resident".to_owned(),
            Reader::Family(row) => format!("family {}", row.id),
            Reader::Staff(staff) => format!("staff {}", staff.id),
        }
    }
}

impl<'a> Reader<'a> {
    /// What the resident calls the family member who looks.
    pub fn family(self) -> Option<&'a str> {
        match self {
            Reader::Family(row) => Some(&row.name),
            Reader::Resident | Reader::Staff(_) => None,
        }
    }
}

impl<'a> From<&'a Holder> for Reader<'a> {
    fn from(holder: &'a Holder) -> Reader<'a> {
        match holder {
            Holder::Resident => Reader::Resident,
            Holder::Family(row) => Reader::Family(row),
        }
    }
}

/// The rules that hold for a case at `now`.
pub fn rules<'a>(directory: &'a Directory, case: &CaseRecord, now: TimeMs) -> Rules<'a> {
    let category = case.kind.envelope(&case.answers).category;
    rules_in(directory, case, category.as_ref(), now)
}

/// The same, where the category is known already: an envelope is most of what finding it costs.
fn rules_in<'a>(
    directory: &'a Directory,
    case: &CaseRecord,
    category: Option<&CategoryId>,
    now: TimeMs,
) -> Rules<'a> {
    let matter = case.matter.as_ref().and_then(|id| directory.matter(id));
    let category = category.and_then(|id| directory.category(id));
    let by_matter = matter.and_then(|matter| matter.limit.as_ref());
    let secret = category.is_some_and(|category| !category.public);
    Rules {
        flow: match secret {
            true => case.kind.private_flow(),
            false => case.kind.flow(),
        },
        calendar: &directory.street().calendar,
        limit: by_matter
            .or(category.map(|category| &category.limit))
            .or(case.kind.limit()),
        photo_at_finish: category.is_some_and(|category| category.photo_at_finish),
        now,
    }
}

/// The colour of the clock, while somebody still has to do something.
pub fn light(directory: &Directory, progress: &Progress, now: TimeMs) -> Option<Light> {
    colour(directory, progress, progress.due, now)
}

fn colour(
    directory: &Directory,
    progress: &Progress,
    due: Option<Due>,
    now: TimeMs,
) -> Option<Light> {
    let due = due.filter(|_| progress.state.is_open())?;
    Some(directory.street().calendar.light(due, now))
}

/// The clock that concerns a member of staff: a department is to answer its call, and the rest of
/// the case is not its own unless it handles it.
fn clock_of(progress: &Progress, staff: &Staff) -> Option<Due> {
    let handles = progress.assignee.as_ref() == Some(&staff.id);
    let whole = progress
        .due
        .filter(|_| handles || staff.role != Role::Department);
    let called = progress.open_call(&staff.id).map(|call| call.due);
    [called, whole.filter(|_| handles || called.is_none())]
        .into_iter()
        .flatten()
        .min_by_key(|due| due.at)
}

/// The case as `reader` sees it.
pub fn case_view(directory: &Directory, case: &Case, now: TimeMs, reader: Reader<'_>) -> CaseView {
    let Case {
        record,
        events,
        beside,
        ..
    } = case;
    let category = record.kind.envelope(&record.answers).category;
    let rules = rules_in(directory, record, category.as_ref(), now);
    let for_staff = matches!(reader, Reader::Staff(_));
    let photos: Vec<PhotoInfo> = shown_photos(case, reader).map(photo_info).collect();
    let entries = events.iter();
    CaseView {
        case: record.id,
        receipt: record.receipt,
        kind: record.kind,
        matter: record.matter.clone(),
        matter_name: record.matter_name.clone(),
        at: record.at,
        progress: Standing::from(&record.progress),
        light: light(directory, &record.progress, now),
        responsible: directory.responsible(&record.progress, &record.area),
        allowed: own_verbs(&rules, &record.progress, reader),
        timeline: entries
            .filter(|event| for_staff || concerns_resident(&event.fact))
            .map(|event| entry(directory, event, for_staff))
            .map(|entry| with_shown(entry, &photos))
            .collect(),
        answers: match reader {
            Reader::Family(_) => for_family(record.kind.fields(), &record.answers),
            Reader::Resident | Reader::Staff(_) => record.answers.clone(),
        },
        photos,
        // Whoever is far away opens no door, and has no tries to spend.
        visit_code: record.progress.visit.is_some() && reader.family().is_none(),
        head: record.head_hex(),
        category_name: category_name(record),
        category,
        publication: record.progress.publication,
        voices: beside.report.as_ref().map_or(0, |report| report.voices),
        merged: beside
            .parent
            .as_ref()
            .map(|(report, progress)| stands_for(directory, report, progress, now)),
        helped_by: record
            .helper
            .as_ref()
            .and_then(|id| directory.staff_name(id)),
        family: reader.family().map(str::to_owned),
    }
}

/// The pictures of a case that `reader` may see: a family member no papers (see
/// [`model::privacy::for_family`]), hence none that the resident added when asked for some.
pub fn shown_photos<'a>(
    case: &'a Case,
    reader: Reader<'a>,
) -> impl Iterator<Item = &'a PhotoRow> + 'a {
    let fields = case.record.kind.fields();
    let is_paper = |photo: &PhotoRow| {
        let asked = fields.iter().find(|field| field.name == photo.field);
        asked.is_some_and(|field| !family_sees_pictures(&field.shape))
    };
    let later = case.events.iter().skip(1);
    let of_resident: Vec<PhotoId> = later
        .filter(|event| brings_papers(&event.fact))
        .flat_map(|event| event.fact.photos.iter().copied())
        .collect();
    let all = reader.family().is_none();
    case.photos
        .iter()
        .filter(move |photo| all || !(is_paper(photo) || of_resident.contains(&photo.id)))
}

/// Whether the pictures of an event may be of somebody's papers.
fn brings_papers(fact: &Fact) -> bool {
    let originals = matches!(fact.verb, Some(Verb::TakeOriginals | Verb::ReturnOriginals));
    fact.actor == Actor::Resident || fact.on_word || originals
}

/// An entry that names no picture its reader does not see.
fn with_shown(mut entry: Entry, shown: &[PhotoInfo]) -> Entry {
    let is_shown = |id: &PhotoId| shown.iter().any(|photo| photo.id == *id);
    entry.fact.photos.retain(is_shown);
    entry
}

/// The name of its category when it was handed in; none for a kind without categories.
fn category_name(case: &CaseRecord) -> Option<String> {
    let name = case.matter_name.clone();
    name.filter(|_| case.matter.is_none())
}

/// What everybody may read and see, as last decided.
fn face(case: &Case) -> Option<Face> {
    let mut events = case.events.iter().rev();
    let reviewed = events.find(|event| event.fact.verb == Some(Verb::Review))?;
    Some(Face {
        words: reviewed.words.public.clone().unwrap_or_default(),
        photos: reviewed.fact.shown.clone(),
    })
}

/// How the street sorts cases is no news to a resident.
fn concerns_resident(fact: &Fact) -> bool {
    fact.verb != Some(Verb::Tag)
}

/// The case that stands for another, as the other's resident is told.
fn stands_for(
    directory: &Directory,
    report: &Report,
    progress: &Progress,
    now: TimeMs,
) -> StandsFor {
    StandsFor {
        case: report.case,
        state: progress.state,
        since: progress.since,
        due: progress.due,
        light: light(directory, progress, now),
        public: report.shown,
    }
}

fn others(directory: &Directory, beside: &Beside) -> Vec<Alike> {
    let at = beside.report.as_ref().map(|report| report.at);
    let away = |other: &Other| at.map_or(0.0, |at| metres_between(at, other.report.at));
    let others = beside.stands_for.iter();
    others
        .map(|other| alike(directory, other, away(other)))
        .collect()
}

/// Another case in a list for staff.
pub fn alike(directory: &Directory, other: &Other, metres: f64) -> Alike {
    let report = &other.report;
    Alike {
        case: report.case,
        receipt: other.receipt,
        category_name: directory.category(&report.category).map(|c| c.name.clone()),
        state: report.state,
        handed_in: report.handed_in,
        metres: metres.round() as u32,
        publication: report.publication,
        voices: report.voices,
        words: report.words.clone(),
        photo: report.photos.first().map(|shown| shown.photo),
    }
}

/// What somebody may do in their own right: for staff, without what is the resident's to do.
fn own_verbs(rules: &Rules<'_>, progress: &Progress, reader: Reader<'_>) -> Vec<Verb> {
    let mut verbs = allowed(rules, progress, &reader.actor());
    if matches!(reader, Reader::Staff(_)) {
        let theirs = allowed(rules, progress, &Actor::Resident);
        verbs.retain(|verb| !theirs.contains(verb));
    }
    verbs
}

/// Whether a member of staff has anything to do in a case as it stands.
pub fn may_act(directory: &Directory, case: &CaseRecord, now: TimeMs, staff: &Staff) -> bool {
    let rules = rules(directory, case, now);
    !own_verbs(&rules, &case.progress, Reader::Staff(staff)).is_empty()
}

fn entry(directory: &Directory, event: &CaseEvent, for_staff: bool) -> Entry {
    let to_staff = event.words.to_staff.clone().filter(|_| for_staff);
    Entry {
        seq: event.seq,
        by: match &event.fact.actor {
            Actor::Staff { id, .. } => directory.staff_name(id),
            Actor::Family => event.words.family.clone(),
            Actor::Resident | Actor::System => None,
        },
        to: names(directory, &event.fact),
        to_resident: event.words.to_resident.clone(),
        to_staff,
        papers: event.words.papers.clone(),
        fact: Happened::from(&event.fact),
    }
}

fn names(directory: &Directory, fact: &Fact) -> Option<String> {
    let called = fact.call.as_ref().map(|call| &call.staff);
    let ended = fact.staff.as_ref();
    let department = match fact.verb {
        Some(Verb::CallDepartment) => called,
        Some(Verb::ReplyCall | Verb::EndCall) => ended,
        _ => None,
    };
    if let Some(id) = department {
        return directory.department_name(id);
    }
    let visitor = fact.visit.as_ref().map(|visit| &visit.staff);
    fact.staff
        .as_ref()
        .or(visitor)
        .and_then(|id| directory.staff_name(id))
}

fn photo_info(photo: &PhotoRow) -> PhotoInfo {
    PhotoInfo {
        id: photo.id,
        status: photo.status,
        field: photo.field.clone(),
        width: photo.width,
        height: photo.height,
    }
}

/// The case as a member of staff sees it. `door_code` is given only to the visitor; `same_words` is
/// how many others came with the same shortly before.
pub fn staff_case(
    directory: &Directory,
    case: &Case,
    now: TimeMs,
    staff: &Staff,
    door_code: Option<String>,
    same_words: u32,
) -> StaffCase {
    let record = &case.record;
    let rules = rules(directory, record, now);
    let on_word = match staff.role {
        Role::Volunteer => Vec::new(),
        _ if record.progress.anonymous => Vec::new(),
        _ => allowed(&rules, &record.progress, &Actor::Resident),
    };
    let estate = record.estate.as_ref().and_then(|id| directory.estate(id));
    let mut view = case_view(directory, case, now, Reader::Staff(staff));
    view.progress.due = clock_of(&record.progress, staff);
    view.light = colour(directory, &record.progress, view.progress.due, now);
    StaffCase {
        view,
        progress: record.progress.clone(),
        on_word,
        grid_name: directory.area_name(&record.area),
        estate_name: estate.map(|estate| estate.name.clone()),
        door_code: door_code.filter(|_| is_visitor(&record.progress, staff)),
        templates: directory.templates_for(record.matter.as_ref()),
        colleagues: directory.colleagues(&record.area),
        departments: directory.departments(record),
        face: face(case),
        photo_at_finish: rules.photo_at_finish,
        stands_for: others(directory, &case.beside),
        same_words,
    }
}

/// Whether the visit that is booked is this person's.
pub fn is_visitor(progress: &Progress, staff: &Staff) -> bool {
    let visit = progress.visit.as_ref();
    visit.is_some_and(|visit| visit.staff == staff.id)
}

/// One line of the queue, as `staff` sees it.
pub fn queue_item(directory: &Directory, queued: Queued, now: TimeMs, staff: &Staff) -> QueueItem {
    let Queued {
        record: case,
        voices,
    } = queued;
    let envelope = case.kind.envelope(&case.answers);
    let assignee = case.progress.assignee.as_ref();
    let due = clock_of(&case.progress, staff);
    let place = place(&case);
    QueueItem {
        case: case.id,
        receipt: case.receipt,
        kind: case.kind,
        category_name: category_name(&case),
        matter_name: case.matter_name,
        due,
        light: colour(directory, &case.progress, due, now),
        at: case.at,
        place,
        voices,
        grid_name: directory.area_name(&case.area),
        applicant: mask_name(&envelope.applicant),
        assignee: assignee.and_then(|id| directory.staff_name(id)),
        grid: case.area,
        progress: case.progress,
    }
}

/// Where on the street it is.
fn place(case: &CaseRecord) -> Option<Spot> {
    let mut fields = case.kind.fields().iter();
    let field = fields.find(|field| matches!(field.shape, Shape::Place))?;
    case.answers.get(field.name)
}

/// What is told to somebody who knows the number and the last four digits.
pub fn tracked(directory: &Directory, case: CaseRecord, now: TimeMs) -> Tracked {
    let due: Option<Due> = case.progress.due;
    Tracked {
        receipt: case.receipt,
        kind: case.kind,
        category: category_name(&case),
        matter: case.matter_name,
        state: case.progress.state,
        since: case.progress.since,
        due,
        light: light(directory, &case.progress, now),
    }
}

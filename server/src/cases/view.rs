//! A case as its resident, its staff and its tracker see it.

use crate::routing::Directory;
use crate::store::{Case, CaseEvent, CaseRecord, PhotoRow};
use model::api::{CaseView, Entry, Happened, PhotoInfo, QueueItem, StaffCase, Standing, Tracked};
use model::area::{Role, Staff};
use model::calendar::{Due, Light};
use model::privacy::mask_name;
use model::time::TimeMs;
use model::workflow::{Actor, Face, Fact, Progress, Rules, Verb, allowed};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// Whoever holds the secret.
    Resident,
    /// A member of staff.
    Staff(&'a Staff),
}

impl Reader<'_> {
    /// As whom they act.
    pub fn actor(self) -> Actor {
        match self {
            Reader::Resident => Actor::Resident,
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
            Reader::Staff(staff) => format!("staff {}", staff.id),
        }
    }
}

/// The rules that hold for a case at `now`.
pub fn rules<'a>(directory: &'a Directory, case: &CaseRecord, now: TimeMs) -> Rules<'a> {
    let matter = case.matter.as_ref().and_then(|id| directory.matter(id));
    let envelope = case.kind.envelope(&case.answers);
    let category = envelope.category.and_then(|id| directory.category(&id));
    let by_matter = matter.and_then(|matter| matter.limit.as_ref());
    Rules {
        flow: case.kind.flow(),
        calendar: &directory.street().calendar,
        limit: by_matter.or(category.map(|category| &category.limit)),
        photo_at_finish: category.is_some_and(|category| category.photo_at_finish),
        now,
    }
}

/// The colour of the clock, while somebody still has to do something.
pub fn light(directory: &Directory, progress: &Progress, now: TimeMs) -> Option<Light> {
    let due = progress.due.filter(|_| progress.state.is_open())?;
    Some(directory.street().calendar.light(due, now))
}

/// The case as `reader` sees it.
pub fn case_view(directory: &Directory, case: &Case, now: TimeMs, reader: Reader<'_>) -> CaseView {
    let Case {
        record,
        events,
        photos,
    } = case;
    let rules = rules(directory, record, now);
    let for_staff = matches!(reader, Reader::Staff(_));
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
        timeline: entries.map(|e| entry(directory, e, for_staff)).collect(),
        answers: record.answers.clone(),
        photos: photos.iter().map(photo_info).collect(),
        visit_code: record.progress.visit.is_some(),
        head: record.head_hex(),
        category_name: category_name(directory, record),
        category: record.kind.envelope(&record.answers).category,
        publication: record.progress.publication,
        voices: 0,
        merged: None,
    }
}

/// The name of the category; none where it has gone from the street's list.
fn category_name(directory: &Directory, case: &CaseRecord) -> Option<String> {
    let id = case.kind.envelope(&case.answers).category?;
    directory
        .category(&id)
        .map(|category| category.name.clone())
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

/// What somebody may do in their own right: for staff, without what is the resident's to do.
fn own_verbs(rules: &Rules<'_>, progress: &Progress, reader: Reader<'_>) -> Vec<Verb> {
    let mut verbs = allowed(rules, progress, &reader.actor());
    if matches!(reader, Reader::Staff(_)) {
        let theirs = allowed(rules, progress, &Actor::Resident);
        verbs.retain(|verb| !theirs.contains(verb));
    }
    verbs
}

fn entry(directory: &Directory, event: &CaseEvent, for_staff: bool) -> Entry {
    let to_staff = event.words.to_staff.clone().filter(|_| for_staff);
    Entry {
        seq: event.seq,
        by: match &event.fact.actor {
            Actor::Staff { id, .. } => directory.staff_name(id),
            _ => None,
        },
        to: names(directory, &event.fact),
        to_resident: event.words.to_resident.clone(),
        to_staff,
        papers: event.words.papers.clone(),
        fact: Happened::from(&event.fact),
    }
}

fn names(directory: &Directory, fact: &Fact) -> Option<String> {
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

/// The case as a member of staff sees it. `door_code` is given only to the visitor.
pub fn staff_case(
    directory: &Directory,
    case: &Case,
    now: TimeMs,
    staff: &Staff,
    door_code: Option<String>,
) -> StaffCase {
    let record = &case.record;
    let rules = rules(directory, record, now);
    let on_word = match staff.role {
        Role::Volunteer => Vec::new(),
        _ => allowed(&rules, &record.progress, &Actor::Resident),
    };
    let estate = record.estate.as_ref().and_then(|id| directory.estate(id));
    StaffCase {
        view: case_view(directory, case, now, Reader::Staff(staff)),
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
        stands_for: Vec::new(),
    }
}

/// Whether the visit that is booked is this person's.
pub fn is_visitor(progress: &Progress, staff: &Staff) -> bool {
    let visit = progress.visit.as_ref();
    visit.is_some_and(|visit| visit.staff == staff.id)
}

/// One line of the queue.
pub fn queue_item(directory: &Directory, case: CaseRecord, now: TimeMs) -> QueueItem {
    let envelope = case.kind.envelope(&case.answers);
    let assignee = case.progress.assignee.as_ref();
    QueueItem {
        case: case.id,
        receipt: case.receipt,
        kind: case.kind,
        category_name: category_name(directory, &case),
        matter_name: case.matter_name,
        light: light(directory, &case.progress, now),
        at: case.at,
        grid_name: directory.area_name(&case.area),
        applicant: mask_name(&envelope.applicant),
        assignee: assignee.and_then(|id| directory.staff_name(id)),
        grid: case.area,
        progress: case.progress,
    }
}

/// What is told to somebody who knows the number and the last four digits.
pub fn tracked(directory: &Directory, case: CaseRecord, now: TimeMs) -> Tracked {
    let due: Option<Due> = case.progress.due;
    Tracked {
        receipt: case.receipt,
        kind: case.kind,
        category: category_name(directory, &case),
        matter: case.matter_name,
        state: case.progress.state,
        since: case.progress.since,
        due,
        light: light(directory, &case.progress, now),
    }
}

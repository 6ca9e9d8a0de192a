//! What the unit tests of the staff's pages begin with.

use model::api::{
    CaseView, Entry, Happened, PhotoInfo, PhotoStatus, Responsible, StaffCase, Standing,
};
use model::area::Role;
use model::field::Answers;
use model::id::{CaseId, CategoryId, PhotoId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::{Actor, Fact, Progress, Publication, State};
use uuid::Uuid;

/// A submission that led to `state`, at the beginning of time.
pub fn fact(state: State) -> Fact {
    Fact::new(TimeMs(0), Actor::Resident, state)
}

/// What the resident of [`report`] wrote.
pub const WORDS: &str = "3号楼门口的路灯不亮了";

/// A report from the street with pictures, each a number and the field it answers; those of the
/// field `event` came with an action of staff.
pub fn report(photos: &[(u128, &str)]) -> StaffCase {
    let info = |&(number, field): &(u128, &str)| PhotoInfo {
        id: PhotoId(Uuid::from_u128(number)),
        status: PhotoStatus::Ready,
        field: field.to_owned(),
        width: None,
        height: None,
    };
    let done = Fact {
        actor: Actor::Staff {
            id: StaffId::parse("grid").expect("a slug"),
            role: Role::Grid,
        },
        photos: photos
            .iter()
            .filter(|(_, field)| *field == "event")
            .map(|(number, _)| PhotoId(Uuid::from_u128(*number)))
            .collect(),
        ..fact(State::InProgress)
    };
    let mut answers = Answers::default();
    answers.set("words", &WORDS);
    let progress = Progress::submitted(&fact(State::Submitted));
    let view = CaseView {
        case: CaseId(Uuid::from_u128(7)),
        receipt: Receipt::of(7),
        kind: KindName::IssueReport,
        matter: None,
        matter_name: Some("路灯不亮".to_owned()),
        at: TimeMs(0),
        progress: Standing::from(&progress),
        light: None,
        responsible: Responsible {
            name: String::new(),
            role: None,
            phone: None,
        },
        allowed: Vec::new(),
        timeline: vec![Entry {
            seq: 1,
            fact: Happened::from(&done),
            by: None,
            to: None,
            to_resident: None,
            to_staff: None,
            papers: Vec::new(),
        }],
        answers,
        helped_by: None,
        family: None,
        photos: photos.iter().map(info).collect(),
        visit_code: false,
        head: String::new(),
        category: CategoryId::parse("light").ok(),
        category_name: Some("路灯不亮".to_owned()),
        publication: Publication::Private,
        voices: 1,
        merged: None,
    };
    StaffCase {
        view,
        progress,
        on_word: Vec::new(),
        grid_name: String::new(),
        estate_name: None,
        door_code: None,
        templates: Vec::new(),
        colleagues: Vec::new(),
        departments: Vec::new(),
        face: None,
        photo_at_finish: false,
        stands_for: Vec::new(),
        same_words: 0,
    }
}

//! The calls of the staff's pages.

use super::queue::query;
use super::session::Session;
use crate::api::{Call, Result};
use model::api::assist::{NewPin, Tablets, Volunteers};
use model::api::coverage::{Coverage, WhatIf, WhatIfQuery};
use model::api::report::AlikeCases;
use model::api::visits::{Visits, VisitsQuery};
use model::api::{Act, Audit, PhotoSize, Queue, QueueQuery, Slots, StaffCase, Why, path};
use model::id::{CaseId, PhotoId, StaffId};
use uuid::Uuid;
use web_sys::Blob;

/// A page of the queue.
pub async fn queue(session: Session, asked: &QueueQuery) -> Result<Queue> {
    let address = format!("{}{}", path::QUEUE, query::text(asked));
    session.send(|| Call::get(&address)).await
}

/// A case; that it was opened is recorded, with the reason where one is given.
pub async fn case(session: Session, case: CaseId, why: Option<Why>) -> Result<StaffCase> {
    let mut address = path::of_case(path::STAFF_CASE, case);
    if let Some(why) = why {
        address = format!("{address}?why={}", why.name());
    }
    session.send(|| Call::get(&address)).await
}

/// Acts on a case; keep `key` until it is answered.
pub async fn act(session: Session, case: CaseId, act: &Act, key: Uuid) -> Result<StaffCase> {
    let address = path::of_case(path::STAFF_ACTIONS, case);
    session.send(|| Call::post(&address, act).key(key)).await
}

/// Cases that may be the same thing.
pub async fn alike(session: Session, case: CaseId) -> Result<AlikeCases> {
    let address = path::of_case(path::STAFF_ALIKE, case);
    session.send(|| Call::get(&address)).await
}

/// When the case's worker can come.
pub async fn slots(session: Session, case: CaseId) -> Result<Slots> {
    let address = path::of_case(path::STAFF_SLOTS, case);
    session.send(|| Call::get(&address)).await
}

/// Which homes have which service, for a walker.
pub async fn coverage(session: Session, profile: &str) -> Result<Coverage> {
    let address = format!("{}?profile={profile}", path::COVERAGE);
    session.send(|| Call::get(&address)).await
}

/// What one more facility would change.
pub async fn what_if(session: Session, asked: &WhatIfQuery) -> Result<WhatIf> {
    let address = format!(
        "{}?profile={}&category={}&kind={}&at={}",
        path::WHAT_IF,
        asked.profile,
        asked.category,
        query::escape(&asked.kind),
        asked.at,
    );
    session.send(|| Call::get(&address)).await
}

/// Where one goes on a day, in order.
pub async fn visits(session: Session, asked: &VisitsQuery) -> Result<Visits> {
    let address = format!(
        "{}?date={}&station={}&estate={}",
        path::VISITS,
        asked.date,
        asked.station,
        asked.estate,
    );
    session.send(|| Call::get(&address)).await
}

/// Who opened a case.
pub async fn audit(session: Session, case: CaseId) -> Result<Audit> {
    let address = path::of_case(path::STAFF_AUDIT, case);
    session.send(|| Call::get(&address)).await
}

/// A picture of a case; that it was seen is recorded.
pub async fn photo(
    session: Session,
    case: CaseId,
    photo: PhotoId,
    size: PhotoSize,
) -> Result<Blob> {
    let address = path::of_photo(path::STAFF_PHOTO, case, photo, size);
    session.picture(|| Call::get(&address)).await
}

/// The shared tablets of one's area.
pub async fn tablets(session: Session) -> Result<Tablets> {
    session.send(|| Call::get(path::STAFF_TABLETS)).await
}

/// Ends a shared tablet.
pub async fn end_tablet(session: Session, tablet: Uuid) -> Result<()> {
    let address = path::STAFF_TABLET.replace("{tablet}", &tablet.to_string());
    session.send_only(|| Call::delete(&address)).await
}

/// The volunteers of one's area, with their hours of a month.
pub async fn volunteers(session: Session, month: &str) -> Result<Volunteers> {
    let address = format!("{}?month={month}", path::STAFF_VOLUNTEERS);
    session.send(|| Call::get(&address)).await
}

/// Gives a volunteer the PIN they have chosen.
pub async fn set_pin(session: Session, volunteer: &StaffId, pin: &NewPin) -> Result<()> {
    let address = path::STAFF_PIN.replace("{volunteer}", volunteer.as_str());
    session.send_only(|| Call::put(&address, pin)).await
}

/// Lets a volunteer try their PIN again. An id is a slug, which needs no escaping.
pub async fn unlock(session: Session, volunteer: &str) -> Result<()> {
    let address = path::STAFF_PIN_LOCK.replace("{volunteer}", volunteer);
    session.send_only(|| Call::delete(&address)).await
}

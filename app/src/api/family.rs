//! Links for family members.

use super::{Call, Result};
use model::api::family::{FamilyLinks, MadeFamilyLink, NewFamilyLink};
use model::api::path;
use model::id::CaseId;
use uuid::Uuid;

/// The links of a case.
pub async fn links(case: CaseId, secret: &str) -> Result<FamilyLinks> {
    let path = path::of_case(path::FAMILY, case);
    Call::get(&path).secret(secret).send().await
}

/// Makes one; the same `key` is the same link.
pub async fn make(case: CaseId, secret: &str, name: String, key: Uuid) -> Result<MadeFamilyLink> {
    let path = path::of_case(path::FAMILY, case);
    let call = Call::post(&path, &NewFamilyLink { name });
    call.secret(secret).key(key).send().await
}

/// Takes one back.
pub async fn take_back(case: CaseId, secret: &str, link: Uuid) -> Result<()> {
    let path = path::of_case(path::FAMILY_LINK, case);
    let path = path.replace("{link}", &link.to_string());
    Call::delete(&path).secret(secret).send_only().await
}

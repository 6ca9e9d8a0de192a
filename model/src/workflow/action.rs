//! What can be done to a case, by whom, and where it stands.

use super::{Face, Tags};
use crate::area::Role;
use crate::id::{CaseId, PhotoId, StaffId};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已提交.
    Submitted,
    /// 已受理.
    Accepted,
    /// 已派单.
    Assigned,
    /// 办理中.
    InProgress,
    /// 待您补充.
    AwaitingResident,
    /// 已办结.
    Done,
    /// 已评价.
    Confirmed,
    /// 期满结案: nobody said whether it was good; never counted as satisfied.
    Lapsed,
    /// 不予受理.
    Rejected,
    /// 已撤回.
    Withdrawn,
    /// 已并单: another case of the same thing stands for it.
    Merged,
}

impl State {
    /// Every state, in the order of a case's life.
    pub const ALL: [State; 11] = [
        State::Submitted,
        State::Accepted,
        State::Assigned,
        State::InProgress,
        State::AwaitingResident,
        State::Done,
        State::Confirmed,
        State::Lapsed,
        State::Rejected,
        State::Withdrawn,
        State::Merged,
    ];

    /// The name in the database and in addresses, as serde writes it.
    pub fn name(self) -> &'static str {
        match self {
            State::Submitted => "submitted",
            State::Accepted => "accepted",
            State::Assigned => "assigned",
            State::InProgress => "in_progress",
            State::AwaitingResident => "awaiting_resident",
            State::Done => "done",
            State::Confirmed => "confirmed",
            State::Lapsed => "lapsed",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Merged => "merged",
        }
    }

    /// Somebody of the staff still has to do something.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            State::Submitted
                | State::Accepted
                | State::Assigned
                | State::InProgress
                | State::AwaitingResident
        )
    }
}

/// What can be done to a case, without its particulars: the key of the table, of a button, of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// 受理.
    Accept,
    /// 不予受理.
    Reject,
    /// 撤回.
    Withdraw,
    /// 派单.
    Assign,
    /// 改派.
    Reassign,
    /// 开始办理.
    Start,
    /// 申请退单.
    AskReturn,
    /// 同意退单.
    AllowReturn,
    /// 不同意退单.
    RefuseReturn,
    /// 预约上门 or change the appointment.
    BookVisit,
    /// 请居民补充.
    AskMaterial,
    /// 补充 what was asked for.
    Supply,
    /// 补充说明: add words or photos unasked.
    Supplement,
    /// 催办.
    Urge,
    /// 收取原件.
    TakeOriginals,
    /// 归还原件.
    ReturnOriginals,
    /// 申请延期.
    AskExtension,
    /// 同意延期.
    AllowExtension,
    /// 不同意延期.
    RefuseExtension,
    /// 办结.
    Finish,
    /// 确认评价.
    Confirm,
    /// 不满意，重办.
    Reopen,
    /// 继续办: takes up a case that was withdrawn for silence.
    Resume,
    /// 期满结案, by the clock.
    Lapse,
    /// 逾期未补充，自动撤回, by the clock.
    WithdrawSilent,
    /// 吹哨: calls a department to the case.
    CallDepartment,
    /// 部门回复: the department says what it did.
    ReplyCall,
    /// 撤回吹哨: the department is not needed after all.
    EndCall,
    /// 审核: decides what everybody may read and see of it.
    Review,
    /// 公开.
    Publish,
    /// 隐藏.
    Hide,
    /// 标注: 痛点/难点/堵点 and free tags.
    Tag,
    /// 并单.
    Merge,
    /// 拆单.
    Unmerge,
}

impl Verb {
    /// Every verb, for tables and tests.
    pub const ALL: [Verb; 34] = [
        Verb::Accept,
        Verb::Reject,
        Verb::Withdraw,
        Verb::Assign,
        Verb::Reassign,
        Verb::Start,
        Verb::AskReturn,
        Verb::AllowReturn,
        Verb::RefuseReturn,
        Verb::BookVisit,
        Verb::AskMaterial,
        Verb::Supply,
        Verb::Supplement,
        Verb::Urge,
        Verb::TakeOriginals,
        Verb::ReturnOriginals,
        Verb::AskExtension,
        Verb::AllowExtension,
        Verb::RefuseExtension,
        Verb::Finish,
        Verb::Confirm,
        Verb::Reopen,
        Verb::Resume,
        Verb::Lapse,
        Verb::WithdrawSilent,
        Verb::CallDepartment,
        Verb::ReplyCall,
        Verb::EndCall,
        Verb::Review,
        Verb::Publish,
        Verb::Hide,
        Verb::Tag,
        Verb::Merge,
        Verb::Unmerge,
    ];
}

/// A stretch of time for a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// Begins.
    pub start: TimeMs,
    /// Has ended.
    pub end: TimeMs,
}

/// An action with its particulars, as a client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    /// What is to be done.
    pub verb: Verb,
    /// Words the resident reads; at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_resident: Option<String>,
    /// Words for colleagues alone; at most 1000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_staff: Option<String>,
    /// Photos handed in with it; at most 9.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoId>,
    /// Assign, Reassign: to whom. CallDepartment, EndCall: which department's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// BookVisit: when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// AskExtension: working days more, 1 to [`EXTENSION_MAX_DAYS`](super::EXTENSION_MAX_DAYS).
    /// CallDepartment: working days to answer in, 1 to [`CALL_MAX_DAYS`](super::CALL_MAX_DAYS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// TakeOriginals, ReturnOriginals: which papers, one a line. Personal: sealed with the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// Confirm: 1 (bad) to 5 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<u8>,
    /// Staff act on what the resident told them in person or by telephone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_word: bool,
    /// CallDepartment: it answers for the whole (主办); else it helps (协办).
    #[serde(default, skip_serializing_if = "is_false")]
    pub lead: bool,
    /// Review: what everybody may read and see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<Face>,
    /// Tag: all tags there are from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
    /// Merge: into which case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<CaseId>,
}

pub(super) fn is_false(b: &bool) -> bool {
    !b
}

impl Action {
    /// The bare action; particulars are set on the fields.
    pub fn new(verb: Verb) -> Action {
        Action {
            verb,
            to_resident: None,
            to_staff: None,
            photos: Vec::new(),
            staff: None,
            slot: None,
            days: None,
            papers: Vec::new(),
            rating: None,
            on_word: false,
            lead: false,
            face: None,
            tags: None,
            into: None,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Whoever holds the case's secret link.
    Resident,
    /// Whoever holds a link that the resident made for a family member.
    Family,
    /// A signed-in member of staff whose area holds the case.
    Staff {
        /// Who.
        id: StaffId,
        /// As what.
        role: Role,
    },
    /// The clock.
    System,
}

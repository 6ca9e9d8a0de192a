//! A public case in plain words: where it stands and what happened, as a neighbour reads it.

pub use crate::parts::state_to_neighbours as state;

use crate::parts::Moment;
use crate::words;
use model::api::report::{PublicEntry, PublicReport};
use model::workflow::{State, Verb};

/// Where it stands and what comes next, in a sentence.
pub fn standing(report: &PublicReport) -> String {
    let who = report.responsible.clone();
    match report.item.state {
        State::Submitted => tr!(reports.now.submitted).to_owned(),
        State::Accepted => tr!(reports.now.accepted, who = who),
        State::Assigned => tr!(reports.now.assigned, who = who),
        State::InProgress => tr!(reports.now.in_progress, who = who),
        State::AwaitingResident => tr!(reports.now.awaiting).to_owned(),
        State::Done => tr!(reports.now.done).to_owned(),
        State::Confirmed => tr!(reports.now.confirmed).to_owned(),
        State::Lapsed => tr!(reports.now.lapsed).to_owned(),
        State::Rejected => tr!(reports.now.rejected).to_owned(),
        State::Withdrawn => tr!(reports.now.withdrawn).to_owned(),
        State::Merged => tr!(reports.now.merged).to_owned(),
    }
}

/// What happened, newest first.
pub fn moments(report: &PublicReport) -> Vec<Moment> {
    let newest_first = report.timeline.iter().rev();
    newest_first
        .enumerate()
        .map(|(at, entry)| moment(entry, at == 0))
        .collect()
}

fn moment(entry: &PublicEntry, newest: bool) -> Moment {
    let (tone, sign) = look(entry.verb);
    Moment {
        tone: if newest && tone == "done" {
            "now"
        } else {
            tone
        },
        sign,
        title: happened(entry.verb).to_owned(),
        at: entry.at,
        words: Vec::new(),
        more: None,
    }
}

fn look(verb: Option<Verb>) -> (&'static str, &'static str) {
    match verb {
        None => ("done", "send"),
        Some(Verb::Reject) => ("bad", "cross"),
        Some(Verb::Reopen) => ("wait", "undo"),
        Some(Verb::Assign) => ("done", "person"),
        Some(Verb::Start) => ("done", "clock"),
        Some(Verb::CallDepartment) => ("done", "volume"),
        Some(Verb::AllowExtension) => ("wait", "calendar"),
        Some(_) => ("done", "check"),
    }
}

/// The server tells thirteen things of a case; another, should it come, is said as staff's word for
/// it.
fn happened(verb: Option<Verb>) -> &'static str {
    let Some(verb) = verb else {
        return tr!(reports.happened.handed_in);
    };
    match verb {
        Verb::Accept => tr!(reports.happened.accept),
        Verb::Reject => tr!(reports.happened.reject),
        Verb::Assign => tr!(reports.happened.assign),
        Verb::Start => tr!(reports.happened.start),
        Verb::CallDepartment => tr!(reports.happened.call_department),
        Verb::ReplyCall => tr!(reports.happened.reply_call),
        Verb::AllowExtension => tr!(reports.happened.allow_extension),
        Verb::Finish => tr!(reports.happened.finish),
        Verb::Confirm => tr!(reports.happened.confirm),
        Verb::Lapse => tr!(reports.happened.lapse),
        Verb::Reopen => tr!(reports.happened.reopen),
        Verb::Merge => tr!(reports.happened.merge),
        Verb::Unmerge => tr!(reports.happened.unmerge),
        other => words::done(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    /// A neighbour is not the one who handed it in: nothing may speak to them as to that one.
    #[test]
    fn nobody_is_spoken_to_as_the_one_who_handed_it_in() {
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            let told = [
                Verb::Accept,
                Verb::Reject,
                Verb::Assign,
                Verb::Start,
                Verb::CallDepartment,
                Verb::ReplyCall,
                Verb::AllowExtension,
                Verb::Finish,
                Verb::Confirm,
                Verb::Lapse,
                Verb::Reopen,
                Verb::Merge,
                Verb::Unmerge,
            ];
            let verbs = told.into_iter().map(Some).chain([None]).map(happened);
            for said in verbs.chain(State::ALL.map(state)) {
                let lower = said.to_lowercase();
                assert!(!lower.contains('您') && !lower.contains("you"), "{said}");
            }
        }
    }
}

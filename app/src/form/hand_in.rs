//! Hands the form in, and finds the page to go to when it could not be.

use super::wizard::CHECK;
use super::{Form, rows, wizard};
use crate::errand;
use crate::outbox::{Change, Entry, Outbox, Outcome, new_key};
use crate::{storage, words};
use leptos::prelude::*;
use model::api::NewCase;
use model::field::{self, FieldFault, Shape};
use model::problem::{Code, Problem};
use model::text::Fault;

/// Where to go now.
pub(super) struct Go {
    /// The address.
    pub address: String,
    /// The form is gone: nobody comes back to it by the back button.
    pub replace: bool,
}

impl Form {
    /// Hands the form in under the draft's key. None: stay, and look at what is said.
    pub(super) async fn hand_in(self, outbox: Outbox) -> Option<Go> {
        let entry = match self.entry() {
            Ok(entry) => entry,
            Err(faults) => return self.put_right(faults),
        };
        let key = entry.key;
        // Should the page die now, the draft still knows what may have gone out under its key.
        self.change(|_, draft| draft.first = Some(entry.case.clone()));
        match outbox.send_entry(entry).await {
            Outcome::Sent(receipt) => self.finish(receipt.case.to_string()),
            Outcome::Waiting if storage::in_memory() => {
                let back = outbox.take_back(key).await;
                self.keep_sent(back);
                self.stay()
            }
            Outcome::Waiting => self.finish(key.to_string()),
            Outcome::Refused(problem) => {
                let back = outbox.take_back(key).await;
                self.keep_sent(back);
                self.refuse(*problem)
            }
        }
    }

    /// The checked answers as they are sent.
    fn entry(self) -> Result<Entry, Vec<FieldFault>> {
        let kind = self.draft.with_untracked(|draft| draft.kind);
        let fields = kind.fields();
        let (answers, title) = self.look(|wizard, answers| {
            let title = wizard
                .context
                .matter(answers)
                .map(|matter| matter.name.clone())
                .or_else(|| Some(wizard.context.category(answers)?.name.clone()));
            (field::normalised(fields, answers, &wizard.context), title)
        });
        let title = title.unwrap_or_else(|| words::kind(kind).to_owned());
        let draft = self.draft.get_untracked();
        let case = NewCase {
            kind,
            answers: answers?,
        };
        let entry = match draft.first {
            Some(first) => {
                let change = (first != case).then(|| self.change_of(&first, case));
                Entry {
                    tried: true,
                    change,
                    ..Entry::new(draft.key, title, first)
                }
            }
            None => Entry::new(draft.key, title, case),
        };
        Ok(Entry {
            sent: draft.sent,
            ..entry
        })
    }

    /// What is different from the version that may have arrived.
    fn change_of(self, first: &NewCase, case: NewCase) -> Change {
        let words = self.look(|wizard, _| {
            let lines = rows::differences(&first.answers, &case.answers, wizard);
            [vec![tr!(proxy.later.lead).to_owned()], lines]
                .concat()
                .join("\n")
        });
        Change { case, words }
    }

    /// The outbox has it, or the server: this form is over.
    fn finish(self, name: String) -> Option<Go> {
        self.name.try_with_value(|draft| {
            storage::drop_draft(draft);
            errand::handed_in(draft);
        });
        Some(Go {
            address: format!("/proxy/done/{name}"),
            replace: true,
        })
    }

    /// No signal, and nothing may be written down to be sent later: the answers stay on the page.
    fn stay(self) -> Option<Go> {
        self.draft.try_with_untracked(|_| ())?;
        self.unsent.set_value(true);
        self.draw_again();
        None
    }

    /// What went up before the refusal need not go up again.
    fn keep_sent(self, back: Option<Entry>) {
        let Some(entry) = back else { return };
        self.draft.try_update(|draft| draft.sent.extend(entry.sent));
    }

    fn refuse(self, problem: Problem) -> Option<Go> {
        // The page may be gone by now; the draft is kept and says nothing is lost.
        self.draft.try_with_untracked(|_| ())?;
        let lost = matches!(problem.code, Code::PhotoTaken);
        // Under its key the server holds an earlier version of this case: another key would hand
        // it in twice.
        if problem.code != Code::KeyReused {
            self.change(|_, draft| draft.renew(new_key(), lost));
        }
        match problem.code {
            Code::SlotTaken => self.choose_again(),
            Code::Invalid if !problem.faults.is_empty() => self.put_right(problem.faults),
            _ => {
                self.refused.set_value(Some(problem));
                self.draw_again();
                None
            }
        }
    }

    /// The time is gone: back to the times, everything else kept.
    fn choose_again(self) -> Option<Go> {
        let is_slot = |shape: &Shape| matches!(shape, Shape::Slot);
        self.change(|wizard, draft| wizard.drop_shape(&mut draft.answers, is_slot));
        self.slot_taken.set_value(true);
        let page = self.look(|wizard, answers| wizard.page_with(answers, is_slot))?;
        Some(Go {
            address: self.link(&page, true),
            replace: false,
        })
    }

    /// To the page of the first fault. A picture the server does not know is sent again.
    fn put_right(self, faults: Vec<FieldFault>) -> Option<Go> {
        let page = self.look(|wizard, answers| {
            faults
                .iter()
                .find_map(|fault| wizard.page_of(answers, fault))
        });
        if faults
            .iter()
            .any(|fault| fault.fault == Fault::Unknown && is_picture(self, fault))
        {
            self.change(|_, draft| draft.sent.clear());
        }
        self.faults.set_value(faults);
        match page {
            Some(page) if page != CHECK => Some(Go {
                address: self.link(&page, true),
                replace: false,
            }),
            _ => {
                self.draw_again();
                None
            }
        }
    }
}

fn is_picture(form: Form, fault: &FieldFault) -> bool {
    let kind = form.draft.with_untracked(|draft| draft.kind);
    let mut fields = kind
        .fields()
        .iter()
        .filter(|field| field.name == wizard::head(&fault.field));
    fields.any(|field| {
        matches!(
            field.shape,
            Shape::Materials | Shape::Signature | Shape::Photos { .. }
        )
    })
}

//! `/help/call-back`: the form for somebody who would rather be called.

use super::proxy::Loading;
use crate::form::draft::Draft;
use crate::form::{Form, FormPages};
use crate::outbox::new_key;
use crate::state::facts;
use crate::{storage, when};
use leptos::prelude::*;
use model::field::Answers;
use model::kinds::KindName;
use std::collections::BTreeMap;

const ADDRESS: &str = "/help/call-back";

/// The form of 请回电.
#[component]
pub fn CallBack() -> impl IntoView {
    let facts = facts();
    // Fresher facts that arrive later must not draw a form anew under somebody's hand.
    let here = Memo::new(move |_| facts.together().is_some());
    move || {
        let ground = here.get().then(|| untrack(|| facts.together())).flatten();
        match ground {
            Some(ground) => {
                let form = Form::open(kept(), ground, ADDRESS.to_owned());
                view! { <FormPages form guide="/help".to_owned() /> }.into_any()
            }
            None => view! { <Loading title=tr!(shell.call_back_title) back="/help" /> }.into_any(),
        }
    }
}

/// The draft this phone keeps, or an empty one.
fn kept() -> Draft {
    let empty = Draft {
        kind: KindName::CallBack,
        answers: Answers::default(),
        key: new_key(),
        first: None,
        saved: when::now(),
        page: String::new(),
        sent: BTreeMap::new(),
    };
    storage::draft(&empty.name()).unwrap_or(empty)
}

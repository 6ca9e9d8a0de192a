//! Whether it may be noted who helped: the resident's to say.

use super::desk;
use crate::assist;
use crate::parts::{Asked, Choice, Group};
use leptos::prelude::*;

/// Asked on the last page before a form is handed in.
pub fn asked() -> AnyView {
    const GROUP: &str = "noted";
    let unnoted = assist::now().unnoted;
    let pick = |unnoted: bool| move |_| assist::change(|now| now.unnoted = unnoted);
    let asked = Asked {
        id: GROUP.to_owned(),
        title: tr!(assist.noted.title).to_owned(),
        ..Asked::default()
    };
    let yes = tr!(assist.noted.yes, name = untrack(|| desk().helper()));
    view! {
        <Group asked=asked>
            <div class="choices">
                <Choice group=GROUP value="yes" words=yes hint=tr!(assist.noted.yes_hint).to_owned()
                    checked=!unnoted on_pick=pick(false)/>
                <Choice group=GROUP value="no" words=tr!(assist.noted.no) checked=unnoted on_pick=pick(true)/>
            </div>
        </Group>
    }
    .into_any()
}

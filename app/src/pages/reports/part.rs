//! What somebody can do about a public case: say that they met it too, follow it, hand it on.

use crate::follow;
use crate::parts::{HandOn, Icon, MeToo, Note, Section, focus_id, origin};
use crate::{storage, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::report::ReportItem;

const FOLLOW: &str = "report-follow";

/// The buttons of a case.
#[component]
pub fn Part(
    /// The case.
    item: ReportItem,
    /// Told how many people met it, once that has changed.
    on_voices: Callback<u32>,
) -> impl IntoView {
    // Whoever handed it in is a voice already.
    let own = storage::link(item.case).is_some();
    let may_add = item.state.is_open() && !own;
    let followed = RwSignal::new(follow::of(item.case).is_some_and(|one| one.is_followed()));
    let given = Callback::new(move |given: follow::Given| {
        followed.set(true);
        on_voices.run(given.voices);
    });
    let me_too = may_add.then(|| {
        let item = item.clone();
        view! {
            <p>{tr!(reports.part.me_too)}</p>
            <MeToo item on_given=given/>
        }
    });
    let over = (!item.state.is_open() && !own).then(|| {
        view! {
            <Note title=tr!(reports.part.over)>
                <a class="btn" href="/report"><Icon name="camera"/>{tr!(reports.list.report)}</a>
            </Note>
        }
    });
    let own = own.then(|| {
        view! {
            <Note tone="good" title=tr!(reports.part.own)>
                <a class="btn" href=format!("/cases/{}", item.case)>{tr!(reports.part.to_own)}</a>
            </Note>
        }
    });
    view! {
        <Section title=tr!(reports.part.title)>
            {own}
            {me_too}
            {over}
            <Following item=item.clone() followed/>
            <Outside item/>
        </Section>
    }
}

/// 关注 and 取消关注.
#[component]
fn Following(item: ReportItem, followed: RwSignal<bool>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let told = RwSignal::new(None::<&'static str>);
    let failed = RwSignal::new(None::<String>);
    let item = StoredValue::new(item);
    let press = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        told.set(None);
        failed.set(None);
        let begin = !followed.get_untracked();
        spawn_local(async move {
            let Some(item) = item.try_get_value() else {
                return;
            };
            let answer = match begin {
                true => follow::begin(&item).await.map(|given| given.kept),
                false => follow::end(item.case).await.map(|()| true),
            };
            match answer {
                Ok(kept) => {
                    followed.try_set(begin);
                    told.try_set(Some(match (begin, kept) {
                        (true, true) => tr!(reports.part.followed),
                        (true, false) => tr!(reports.part.unkept),
                        (false, _) => tr!(reports.part.unfollowed),
                    }));
                    focus_id(FOLLOW);
                }
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
            busy.try_set(false);
        });
    };
    let flag = move || busy.get().then_some("true");
    let word = move || match followed.get() {
        true => tr!(reports.part.unfollow),
        false => tr!(reports.part.follow),
    };
    view! {
        <div class="btns">
            <button class="btn" type="button" id=FOLLOW aria-busy=flag aria-disabled=flag on:click=press>
                <Icon name="star"/>
                {word}
            </button>
        </div>
        <p class="hint" role="status">{move || told.get()}</p>
        <p class="error" role="alert">{move || failed.get()}</p>
    }
}

/// The public address, to whomever.
#[component]
fn Outside(item: ReportItem) -> impl IntoView {
    let title = tr!(reports.part.share_title, name = item.category_name);
    view! {
        <HandOn
            address=format!("{}/reports/{}", origin(), item.case)
            title=move || title.clone()
            share=tr!(reports.part.share)
            copy=tr!(reports.part.copy)
            copied=tr!(reports.part.copied)
            copy_failed=tr!(reports.part.copy_failed)
        />
    }
}

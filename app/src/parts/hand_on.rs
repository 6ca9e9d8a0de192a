use crate::parts::{Icon, can_share, copy_text, share_link};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Hands an address on: by the phone's own sharing where it has that, or copied; where the browser
/// copies nothing, it is shown to be copied by hand.
#[component]
pub fn HandOn<Title>(
    /// The address.
    address: String,
    /// What the phone's sharing calls it, asked when it is pressed.
    title: Title,
    /// On the button for sharing.
    #[prop(into)]
    share: String,
    /// On the button for copying.
    copy: &'static str,
    /// Said once it is copied.
    copied: &'static str,
    /// Said where it could not be.
    copy_failed: &'static str,
    /// Buttons before these two.
    #[prop(optional)]
    first: Option<AnyView>,
    /// Buttons after them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    Title: Fn() -> String + Send + 'static,
{
    let told = RwSignal::new("");
    let by_hand = RwSignal::new(false);
    let address = StoredValue::new(address);
    let press_copy = move |_| {
        spawn_local(async move {
            let done = copy_text(&address.get_value()).await;
            told.try_set(if done { copied } else { copy_failed });
            by_hand.try_set(!done);
        });
    };
    let share = can_share().then(|| {
        view! {
            <button class="btn" type="button" on:click=move |_| share_link(&address.get_value(), &title())>
                <Icon name="share"/>
                {share}
            </button>
        }
    });
    view! {
        <div class="share">
            {first}
            {share}
            <button class="btn" type="button" on:click=press_copy>
                <Icon name="save"/>
                {copy}
            </button>
            {children.map(|children| children())}
        </div>
        <p role="status">{move || told.get()}</p>
        <Show when=move || by_hand.get()>
            <p class="num address">{address.get_value()}</p>
        </Show>
    }
}

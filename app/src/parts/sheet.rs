use crate::parts::Icon;
use leptos::html::Dialog;
use leptos::prelude::*;

/// A dialog over the page. Opens and closes with `open`; Escape and its button close it too.
///
/// `<Sheet id="withdraw" title="…" open=open> body, `<div class="sheet-foot">` </Sheet>`
#[component]
pub fn Sheet(
    /// Its own id, for the heading.
    id: &'static str,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Wide, for pictures.
    #[prop(optional)]
    wide: bool,
    /// Its body, and its foot with the buttons.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        match (wanted, dialog.open()) {
            // Fails only for a dialog that is not in the page any more.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class=if wide { "sheet sheet-wide" } else { "sheet" } node_ref=dialog aria-labelledby=labelled_by
            on:close=move |_| { open.try_set(false); }>
            <div class="sheet-head">
                <h2 class="sheet-title" id=title_id>{title}</h2>
                <button class="btn btn-quiet sheet-close" type="button" on:click=move |_| open.set(false)>
                    <Icon name="cross"/>
                    {tr!(shell.close)}
                </button>
            </div>
            {children()}
        </dialog>
    }
}

use crate::parts::Icon;
use crate::state::Aloud;
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
    let aloud = use_context::<Aloud>();
    let hush = move || {
        if let Some(aloud) = aloud {
            aloud.hush();
        }
    };
    // Opened, it hides what was being read; closed, it takes that with it.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if now || before == Some(true) {
            hush();
        }
        now
    });
    on_cleanup(hush);
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
            // What reads aloud draws itself here: the page behind an open sheet hears no press.
            <div class="sheet-aloud">{aloud.map(read_aloud)}</div>
            {children()}
        </dialog>
    }
}

/// 念给我听 for the sheet; none for staff.
fn read_aloud(aloud: Aloud) -> impl IntoView {
    let pressed = move || if aloud.0.get() { "true" } else { "false" };
    view! {
        <button class="btn btn-quiet aloud" type="button" aria-pressed=pressed on:click=move |_| aloud.turn()>
            <Icon name="volume"/>
            {tr!(shell.aloud)}
        </button>
    }
}

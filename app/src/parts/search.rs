use crate::parts::Icon;
use leptos::prelude::*;

/// A search that answers as one types; the button is for those who look for one.
/// `<SearchBox id="q" label="…" hint="…" query=query found=Signal::derive(…)/>`
#[component]
pub fn SearchBox(
    /// The input's id.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// How to search.
    hint: &'static str,
    /// What is typed.
    query: RwSignal<String>,
    /// How many were found, in words; empty where nothing was asked.
    #[prop(into)]
    found: Signal<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let found_id = format!("{id}-found");
    let to_results = found_id.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        crate::parts::focus_id(&to_results);
    };
    view! {
        <form class="search" role="search" on:submit=submit>
            <label class="label" for=id>{label}</label>
            <p class="hint" id=hint_id.clone()>{hint}</p>
            <div class="search-box">
                <Icon name="search"/>
                <input class="input search-input" id=id type="search" autocomplete="off" aria-describedby=hint_id
                    prop:value=move || query.get()
                    on:input=move |event| query.set(event_target_value(&event))/>
                <button class="btn btn-primary" type="submit">{tr!(shell.search)}</button>
            </div>
            <p class="hint" role="status" tabindex="-1" id=found_id>{found}</p>
        </form>
    }
}

use crate::parts::Icon;
use crate::storage::in_memory;
use leptos::prelude::*;

/// The ids of a field's hint and error, for `aria-describedby`.
fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// Label, hint, error and a control of your own, which has the id `id` and describes itself by
/// `{id}-hint` and `{id}-error`.
///
/// `<Field id="door" label="…" hint="…" error=None><input …/></Field>`
#[component]
pub fn Field(
    /// The control's id.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// A hint under it.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// It may be left out.
    #[prop(optional)]
    optional: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let class = if error.is_some() {
        "field is-wrong"
    } else {
        "field"
    };
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class=class>
            <label class="label" for=id>
                {label}
                {optional.then(|| view! { " " <span class="optional">{tr!(shell.optional)}</span> })}
            </label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {error.map(|error| view! {
                <p class="error" id=error_id>
                    <Icon name="alert"/>
                    <span>{error}</span>
                </p>
            })}
            {children()}
        </div>
    }
}

/// A line of text with everything around it. Uncontrolled: `on_input` hears what is typed.
///
/// `<TextInput id="phone" label="…" value=typed kind="tel" on_input=move |text| …/>`
#[component]
pub fn TextInput(
    /// Its id and name.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// A hint.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// It may be left out.
    #[prop(optional)]
    optional: bool,
    /// `type` of the input: `text`, `tel`, `password`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Its `autocomplete`, where the browser can fill it in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Its `inputmode`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Its class: `input`, with `input-short`, `input-phone` or `input-id`.
    #[prop(default = "input")]
    class: &'static str,
    /// Hears the whole text at each change.
    on_input: impl Fn(String) + Send + 'static,
) -> impl IntoView {
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let name = id.clone();
    // What one resident typed is offered to nobody after them.
    let autocomplete = match in_memory() {
        true => Some("off"),
        false => autocomplete,
    };
    view! {
        <Field id=id.clone() label=label hint=hint error=error optional=optional>
            <input
                class=class
                id=id
                name=name
                type=kind
                autocomplete=autocomplete
                inputmode=inputmode
                aria-describedby=described
                aria-invalid=invalid
                prop:value=value
                on:input=move |event| on_input(event_target_value(&event))
            />
        </Field>
    }
}

/// One big radio button. Put several into `<div class="choices">` inside a fieldset.
///
/// `<Choice group="for_whom" value="me" words="…" checked=true on_pick=move |value| …/>`
#[component]
pub fn Choice(
    /// The group's name.
    #[prop(into)]
    group: String,
    /// What it stands for.
    #[prop(into)]
    value: String,
    /// Its words.
    #[prop(into)]
    words: String,
    /// More words.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// Whether it is picked at first.
    #[prop(optional)]
    checked: bool,
    /// Hears that it was picked.
    on_pick: impl Fn(String) + 'static,
) -> impl IntoView {
    let id = format!("{group}-{value}");
    let picked = value.clone();
    view! {
        <label class="choice">
            <input type="radio" id=id name=group value=value prop:checked=checked
                on:change=move |_| on_pick(picked.clone())/>
            <span class="choice-words">
                <span class="choice-name">{words}</span>
                {hint.map(|hint| view! { <span class="choice-hint">{hint}</span> })}
            </span>
        </label>
    }
}

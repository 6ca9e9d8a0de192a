//! What stands around the controls of one question of a form.

use crate::parts::Icon;
use leptos::prelude::*;

/// The words around a question.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Its id. `{id}-hint` and `{id}-error` describe its controls.
    pub id: String,
    /// The question.
    pub title: String,
    /// A hint under it.
    pub hint: Option<String>,
    /// What is wrong with the answer.
    pub error: Option<String>,
    /// It may be left out.
    pub optional: bool,
    /// It has its page to itself: its words are the page's heading.
    pub alone: bool,
}

impl Asked {
    /// For `aria-describedby`.
    pub fn described_by(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (one, other) => one.or(other),
        }
    }

    fn words(&self) -> impl IntoView + use<> {
        let optional = self.optional.then(|| {
            view! {
                " "
                <span class="optional">{tr!(shell.optional)}</span>
            }
        });
        (self.title.clone(), optional)
    }

    /// The hint and what is wrong, to stand before the controls.
    pub fn notes(&self) -> impl IntoView + use<> {
        let id = self.id.clone();
        let hint = self.hint.clone();
        view! {
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            <ErrorLine id=format!("{}-error", self.id) words=self.error.clone() />
        }
    }
}

/// What is wrong, in the words of the summary.
#[component]
pub fn ErrorLine(
    /// Its id, for `aria-describedby`.
    id: String,
    /// The words; nothing is drawn without them.
    words: Option<String>,
) -> impl IntoView {
    words.map(|words| {
        view! {
            <p class="error" id=id>
                <Icon name="alert" />
                <span>{words}</span>
            </p>
        }
    })
}

/// A question with several controls. The group itself has the id and takes the focus from the
/// summary of errors. `<Group asked=asked> … </Group>`
#[component]
pub fn Group(
    /// Its words.
    asked: Asked,
    /// Its controls.
    children: Children,
) -> impl IntoView {
    let wrong = asked.error.is_some();
    let legend = if asked.alone {
        view! { <legend class="question-title"><h1 tabindex="-1">{asked.words()}</h1></legend> }
            .into_any()
    } else {
        view! { <legend class="label">{asked.words()}</legend> }.into_any()
    };
    view! {
        <fieldset
            class="question"
            class:is-wrong=wrong
            id=asked.id.clone()
            tabindex="-1"
            aria-describedby=asked.described_by()
        >
            {legend}
            {asked.notes()}
            {children()}
        </fieldset>
    }
}

/// A question with one control, which bears the id. `<Line asked=asked><input …/></Line>`
#[component]
pub fn Line(
    /// Its words.
    asked: Asked,
    /// Its control.
    children: Children,
) -> impl IntoView {
    let class = if asked.error.is_some() {
        "field is-wrong"
    } else {
        "field"
    };
    let label = if asked.alone {
        view! {
            <h1 class="question-title" tabindex="-1">
                <label for=asked.id.clone()>{asked.words()}</label>
            </h1>
        }
        .into_any()
    } else {
        view! { <label class="label" for=asked.id.clone()>{asked.words()}</label> }.into_any()
    };
    view! {
        <div class=class>
            {label} {asked.notes()} {children()}
        </div>
    }
}

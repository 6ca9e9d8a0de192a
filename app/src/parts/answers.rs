use leptos::prelude::*;

/// One line of check-answers.
pub struct AnswerRow {
    /// The question.
    pub name: String,
    /// The answer, line by line.
    pub value: Vec<String>,
    /// Where it is changed; none where it cannot be.
    pub change: Option<String>,
}

/// Answers to look over, each with its link to change it. `<Answers rows=rows/>`
#[component]
pub fn Answers(
    /// In order.
    rows: Vec<AnswerRow>,
) -> impl IntoView {
    view! { <dl class="answers">{rows.into_iter().map(row).collect::<Vec<_>>()}</dl> }
}

fn row(row: AnswerRow) -> impl IntoView {
    let AnswerRow {
        name,
        value,
        change,
    } = row;
    let lines: Vec<_> = value
        .into_iter()
        .map(|line| view! { <div>{line}</div> })
        .collect();
    let what = tr!(shell.change_what, what = name.clone());
    let change = change.map(|href| {
        view! {
            <dd class="answer-change">
                <a href=href>{tr!(shell.change)}<span class="sr-only">{what}</span></a>
            </dd>
        }
    });
    view! {
        <div class="answer">
            <dt class="answer-name">{name}</dt>
            <dd class="answer-value">{lines}</dd>
            {change}
        </div>
    }
}

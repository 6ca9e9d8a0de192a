//! Words and pictures for a case: what was asked for, what the resident adds, what is still wrong.

use super::actions::said;
use super::case::Case;
use super::sending::{Sender, Typed};
use crate::form::shots::{Book, Shots};
use crate::parts::{Asked, Group, Line, Note, PhotoField, Sheet, announce, open_for};
use crate::storage::Later;
use crate::when;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::workflow::Verb;

/// Longer words are refused.
const MAX_WORDS: usize = 1_000;

/// The verbs that bring words or pictures, each with a sheet of its own.
const REPLIES: [Verb; 4] = [Verb::Supply, Verb::Supplement, Verb::Resume, Verb::Reopen];

/// The sheets of a case, which share what is typed: a case that moves on loses nobody's words.
#[derive(Clone, Copy)]
pub struct Sheets {
    open: RwSignal<Option<Verb>>,
    sender: Sender,
    shots: Shots,
}

impl Sheets {
    /// All closed, with what an earlier visit left in them.
    pub fn new(case: Case) -> Sheets {
        let sender = Sender::kept(case, "reply");
        let typed = sender.typed;
        let book = Book {
            photos: Signal::derive(move || typed.with(|typed| typed.photos.clone())),
            sent: Signal::derive(move || typed.with(|typed| typed.sent.clone())),
            on_sent: Callback::new(move |photo| sender.photo_sent(photo, when::now())),
        };
        Sheets {
            open: RwSignal::new(None),
            sender,
            shots: Shots::in_book(book),
        }
    }

    /// Puts words and pictures beside what is typed already; false where the phone keeps nothing.
    pub fn add(self, later: Later) -> bool {
        self.sender.change(|typed| {
            let before = typed.words.trim_end();
            typed.words = match before.is_empty() {
                true => later.words,
                false => format!("{before}\n{}", later.words),
            };
            typed.photos.extend(later.photos);
        });
        self.shots.find();
        self.sender.keep()
    }

    /// Opens the sheet of a verb.
    pub fn open(self, verb: Verb) {
        self.sender.said.set(None);
        self.open.set(Some(verb));
    }
}

/// The sheets themselves; once a page.
#[component]
pub fn Replies(
    /// Which is open, and what is typed.
    sheets: Sheets,
) -> impl IntoView {
    REPLIES.map(|verb| view! { <ReplySheet sheets verb/> })
}

#[component]
fn ReplySheet(sheets: Sheets, verb: Verb) -> impl IntoView {
    let open = open_for(sheets.open, move |wanted| *wanted == verb);
    let (id, title) = match verb {
        Verb::Supply => ("supply", tr!(cases.reply.supply)),
        Verb::Resume => ("resume", tr!(cases.reply.resume)),
        Verb::Reopen => ("reopen", tr!(cases.reply.reopen)),
        _ => ("supplement", tr!(cases.reply.supplement)),
    };
    view! {
        <Sheet id=id title=title open=open>
            <Show when=move || open.get()>
                <ReplyForm sheets verb id/>
            </Show>
        </Sheet>
    }
}

#[component]
fn ReplyForm(sheets: Sheets, verb: Verb, id: &'static str) -> impl IntoView {
    let sender = sheets.sender;
    let case = sender.case;
    let allowed = case.part(|view| view.allowed.clone());
    let may = Memo::new(move |_| {
        allowed.with(|allowed| allowed.as_ref().is_some_and(|verbs| verbs.contains(&verb)))
    });
    let lacking = RwSignal::new(false);
    let hand_in = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sender.busy.get_untracked() {
            return;
        }
        let enough = sender.typed.with_untracked(|typed| is_enough(typed, verb));
        lacking.set(!enough);
        if !enough {
            crate::parts::focus_id(&format!("{id}-words"));
            return;
        }
        sender.busy.set(true);
        sender.said.set(None);
        spawn_local(async move {
            if send(sheets, verb).await {
                announce(tr!(cases.reply.done));
                sheets.open.try_set(None);
            }
            sender.busy.try_set(false);
        });
    };
    let flag = move || sender.busy.get().then_some("true");
    let button = move || {
        if sender.busy.get() {
            tr!(cases.reply.sending)
        } else {
            send_words(verb)
        }
    };
    view! {
        <form novalidate on:submit=hand_in>
            <div class="sheet-body">
                {asked_for(case, verb)}
                {move || words_field(sender, verb, id, lacking.get())}
                <PhotosField sheets id/>
                {move || (!may.get()).then(|| view! { <Note tone="warn" title=tr!(cases.reply.over)/> })}
            </div>
            <div class="sheet-foot">
                {move || sender.said.get().map(|told| view! { <div role="alert">{said(told)}</div> })}
                <Show when=move || may.get()>
                    <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>{button}</button>
                </Show>
                <button class="btn" type="button" on:click=move |_| sheets.open.set(None)>{tr!(cases.reply.later)}</button>
            </div>
        </form>
    }
}

/// What the resident must bring: words for doing it over, else words or a picture.
fn is_enough(typed: &Typed, verb: Verb) -> bool {
    let words = !typed.words.trim().is_empty();
    let fits = typed.words.chars().count() <= MAX_WORDS;
    let photos = !typed.photos.is_empty() && verb != Verb::Reopen;
    fits && (words || photos)
}

fn send_words(verb: Verb) -> &'static str {
    match verb {
        Verb::Reopen => tr!(cases.reply.send_reopen),
        Verb::Resume => tr!(cases.reply.send_resume),
        _ => tr!(cases.reply.send),
    }
}

/// Pictures first: the case names them.
async fn send(sheets: Sheets, verb: Verb) -> bool {
    match sheets.shots.deliver().await {
        Ok(()) => sheets.sender.send(verb).await,
        Err(error) => {
            sheets.sender.say_failed(&error);
            false
        }
    }
}

/// What this is for, in a sentence; what staff asked for word by word.
fn asked_for(case: Case, verb: Verb) -> impl IntoView {
    let lead = match verb {
        Verb::Supply => tr!(cases.reply.supply_lead),
        Verb::Resume => tr!(cases.reply.resume_lead),
        Verb::Reopen => tr!(cases.reply.reopen_lead),
        _ => tr!(cases.reply.supplement_lead),
    };
    let asked = case
        .view
        .with_untracked(|view| view.as_ref().and_then(super::story::latest_words));
    let asked = asked
        .filter(|_| verb == Verb::Supply)
        .map(|words| view! { <p class="event-words">{words}</p> });
    view! { <p>{lead}</p> {asked} }
}

fn words_field(sender: Sender, verb: Verb, id: &'static str, lacking: bool) -> impl IntoView {
    let lack = match verb {
        Verb::Reopen => tr!(cases.reply.lacking_words),
        _ => tr!(cases.reply.lacking),
    };
    let title = match verb {
        Verb::Reopen => tr!(cases.reply.words_reopen),
        _ => tr!(cases.reply.words),
    };
    let error = lacking.then(|| too_long(sender).unwrap_or_else(|| lack.to_owned()));
    let asked = Asked {
        id: format!("{id}-words"),
        title: title.to_owned(),
        error,
        ..Asked::default()
    };
    words_box(sender, asked)
}

/// What is wrong with words longer than the server takes.
pub fn too_long(sender: Sender) -> Option<String> {
    let is_long = |typed: &Typed| typed.words.chars().count() > MAX_WORDS;
    let is_long = sender.typed.with_untracked(is_long);
    is_long.then(|| tr!(cases.reply.too_long, max = MAX_WORDS))
}

/// The box for words, each letter of which is kept at once. Too many are let in and told of: what
/// is pasted must not be cut off.
pub fn words_box(sender: Sender, asked: Asked) -> impl IntoView {
    let (id, described) = (asked.id.clone(), asked.described_by());
    let invalid = asked.error.is_some().then_some("true");
    let left = move || {
        let count = sender.typed.with(|typed| typed.words.chars().count());
        (count * 5 >= MAX_WORDS * 4).then(|| match count > MAX_WORDS {
            true => tr!(proxy.form.too_many, count = count - MAX_WORDS),
            false => tr!(proxy.form.left, count = MAX_WORDS - count),
        })
    };
    view! {
        <Line asked=asked>
            <textarea
                class="textarea"
                id=id
                rows="4"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=sender.typed.with_untracked(|typed| typed.words.clone())
                on:input=move |event| sender.change(|typed| typed.words = event_target_value(&event))
            ></textarea>
            <p class="counter" role="status">{left}</p>
        </Line>
    }
}

#[component]
fn PhotosField(sheets: Sheets, id: &'static str) -> impl IntoView {
    let sender = sheets.sender;
    let photos = Signal::derive(move || sender.typed.with(|typed| typed.photos.clone()));
    let on_change = Callback::new(move |photos| sender.change(|typed| typed.photos = photos));
    let asked = Asked {
        id: format!("{id}-photos"),
        title: tr!(cases.reply.photos).to_owned(),
        optional: true,
        ..Asked::default()
    };
    view! {
        <Group asked=asked>
            <PhotoField
                id=format!("{id}-photos-file")
                paper=tr!(cases.photo.with_words).to_owned()
                photos=photos
                shots=sheets.shots
                on_change=on_change
            />
        </Group>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::PhotoId;
    use uuid::Uuid;

    #[test]
    fn what_must_be_brought() {
        let long = "字".repeat(MAX_WORDS + 1);
        for (words, photos, supply, reopen) in [
            ("", 0, false, false),
            ("  ", 0, false, false),
            ("", 1, true, false),
            ("灯还是不亮", 0, true, true),
            (long.as_str(), 1, false, false),
        ] {
            let mut typed = Typed::default();
            typed.words = words.into();
            typed.photos = (0..photos).map(|n| PhotoId(Uuid::from_u128(n))).collect();
            assert_eq!(is_enough(&typed, Verb::Supply), supply, "{words}");
            assert_eq!(is_enough(&typed, Verb::Reopen), reopen, "{words}");
        }
    }
}

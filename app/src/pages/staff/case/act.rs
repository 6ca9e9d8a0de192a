//! The sheet of one action: its form, sending it, and what can come between.

use super::act_fields::Fields;
use super::desk::{Acting, Desk};
use super::faces::Faces;
use super::templates::Facts;
use super::typed::{self, Asks, Typed, asks, place_of};
use super::{departments, door, history, tags, when_closed};
use crate::api::{self, Error};
use crate::form::shots::ShotState;
use crate::pages::staff::calls;
use crate::parts::{Icon, Note, Sheet, focus_id};
use crate::state::{facts, new_uuid};
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Slots, StaffCase};
use model::calendar::Due;
use model::id::PhotoId;
use model::problem::{Code, Problem};
use model::workflow::{Action, Actor, Needs, Publication, Refused, Rules, Verb, needs_of, step};

/// Opens for the action that was chosen.
#[component]
pub fn ActSheet(desk: Desk) -> impl IntoView {
    move || {
        desk.acting
            .get()
            .map(|acting| view! { <Form act=Act::open(desk, acting)/> })
    }
}

/// What is wrong, and at which part of the form; none for the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The id of the part.
    pub at: Option<&'static str>,
    /// What to do about it.
    pub words: String,
}

/// An action in the making. Copied into every closure of its form.
#[derive(Clone, Copy)]
pub struct Act {
    /// The case's page.
    pub desk: Desk,
    /// Which action.
    pub acting: Acting,
    /// What its form asks for.
    pub asks: Asks,
    /// What stands in it.
    pub typed: RwSignal<Typed>,
    /// What is wrong with it.
    pub wrong: RwSignal<Option<Wrong>>,
    /// The picture that is being covered: nothing is sent before that is done with.
    pub covering: RwSignal<Option<PhotoId>>,
    /// Times on offer, for an appointment.
    pub slots: RwSignal<Option<api::Result<Slots>>>,
    /// The events that stood on the page when the form was opened, and those shown since.
    opened: u32,
    seen: RwSignal<u32>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
    /// Once it is reviewed it is to be published in the same go.
    publishes: RwSignal<bool>,
}

impl Act {
    fn open(desk: Desk, acting: Acting) -> Act {
        let Acting { verb, .. } = acting;
        let needs = desk
            .now(|case| needs_of(case.view.kind.flow(), case.view.progress.state, verb))
            .flatten();
        let opened = desk.seq_now().unwrap_or_default();
        let mut typed = typed::kept(desk.id, verb).unwrap_or_else(|| begin(desk, verb));
        if let Some(about) = desk.about.try_update(Option::take).flatten() {
            typed.staff = Some(about);
        }
        let act = Act {
            desk,
            acting,
            asks: asks(verb, needs.unwrap_or(Needs::Nothing)),
            typed: RwSignal::new(typed),
            wrong: RwSignal::new(None),
            covering: RwSignal::new(None),
            publishes: RwSignal::new(false),
            slots: RwSignal::new(None),
            opened,
            seen: RwSignal::new(opened),
            busy: RwSignal::new(false),
            open: RwSignal::new(true),
        };
        desk.done.set(None);
        desk.undone.set(None);
        Effect::new(move || typed::keep(desk.id, verb, act.typed.get()));
        when_closed(act.open, move || {
            desk.acting.try_set(None);
        });
        if act.asks.slot {
            act.ask_slots();
        }
        act
    }

    /// Asks when the worker can come.
    pub fn ask_slots(self) {
        self.slots.set(None);
        spawn_local(async move {
            let answer = calls::slots(self.desk.session, self.desk.id).await;
            self.slots.try_set(Some(answer));
        });
    }

    /// Opens a picture to be covered; one at a time.
    pub fn begin_covering(self, photo: PhotoId) {
        self.wrong.set(None);
        self.covering.set(Some(photo));
    }

    /// Changes what stands in the form. What was wrong with it is no longer said.
    pub fn change(self, change: impl FnOnce(&mut Typed)) {
        self.wrong.set(None);
        self.typed.update(change);
    }

    /// Changes a fact that a template may name.
    pub fn change_fact(self, change: impl FnOnce(&mut Typed)) {
        self.change(change);
        let facts = self.facts();
        self.typed
            .update(|typed| typed.refill(|raw| facts.fill(raw)));
    }

    /// The words at one part of the form; follows changes.
    pub fn wrong_at(self, id: &'static str) -> Option<String> {
        let wrong = self.wrong.get()?;
        (wrong.at == Some(id)).then_some(wrong.words)
    }

    /// What the placeholders of templates stand for, as things stand in the form.
    pub fn facts(self) -> Facts {
        let typed = self.typed.get_untracked();
        let me = self.desk.me.with_value(|me| me.staff.name.clone());
        let read = |case: &StaffCase| {
            let envelope = Desk::envelope(case);
            let progress = &case.progress;
            let slot = typed
                .slot
                .or(progress.visit.as_ref().map(|visit| visit.slot));
            let named = typed.staff.as_ref().or(progress.assignee.as_ref());
            let named = named.and_then(|id| case.colleagues.iter().find(|staff| staff.id == *id));
            Facts {
                name: Some(envelope.contact).filter(|name| !name.is_empty()),
                matter: case.view.matter_name.clone(),
                receipt: Some(case.view.receipt.to_string()),
                visit: slot.map(when::slot),
                due: self
                    .due_after(case)
                    .map(|due| when::date(due.at.china_date())),
                staff: Some(named.map_or(me, |staff| staff.name.clone())),
            }
        };
        self.desk.now(read).unwrap_or_default()
    }

    /// The clock that will run once this is done: what a template promises.
    fn due_after(self, case: &StaffCase) -> Option<Due> {
        let mut action = Action::new(self.acting.verb);
        action.on_word = self.acting.on_word;
        action.to_resident = Some(".".to_owned());
        let progress = &case.progress;
        let mut after = progress.clone();
        if let Some(Ok(fact)) = self.decide(case, &action) {
            after.apply(&fact);
        }
        after.due.or(progress.due)
    }

    /// What the workflow says to an action; none while the street's facts are not here.
    fn decide(
        self,
        case: &StaffCase,
        action: &Action,
    ) -> Option<Result<model::workflow::Fact, Refused>> {
        let street = facts().street().now()?;
        let matter = door::matter_of(case);
        let categories = facts().categories().now();
        let category = categories.as_ref().and_then(|all| {
            let mut all = all.categories.iter();
            all.find(|category| Some(&category.id) == case.view.category.as_ref())
        });
        let by_matter = matter.as_ref().and_then(|matter| matter.limit.as_ref());
        let actor: Actor = self.desk.actor()?;
        let rules = Rules {
            flow: case.view.kind.flow(),
            calendar: &street.calendar,
            limit: by_matter.or(category.map(|category| &category.limit)),
            photo_at_finish: case.photo_at_finish,
            now: when::now(),
        };
        Some(step(&rules, &case.progress, action, &actor))
    }

    /// What the form lacks, before anything is sent.
    fn lacks(self, action: &Action) -> Option<Wrong> {
        let words = action.to_resident.as_deref().unwrap_or_default();
        if let Some(gap) = self.facts().gap_in(words) {
            let words = tr!(staff.act.gap, gap = gap);
            return Some(Wrong {
                at: Some("act-resident"),
                words,
            });
        }
        let sending = |photo| {
            matches!(
                self.desk.shots.get(photo).map(|shot| shot.state),
                Some(ShotState::Sending { .. })
            )
        };
        if action
            .photos
            .iter()
            .any(|photo| untrack(|| sending(*photo)))
        {
            return Some(Wrong {
                at: None,
                words: tr!(staff.act.photos_sending).to_owned(),
            });
        }
        if self.covering.get_untracked().is_some() {
            return Some(Wrong {
                at: None,
                words: tr!(handling.review.covering).to_owned(),
            });
        }
        let refused = self.desk.now(|case| self.decide(case, action))??.err()?;
        Some(refusal(self.acting.verb, refused))
    }

    /// Sends it, and publishes what it decides in the same go.
    fn submit_and_publish(self) {
        self.publishes.set(true);
        self.submit();
    }

    /// Sends it alone.
    fn submit_alone(self) {
        self.publishes.set(false);
        self.submit();
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let (verb, on_word) = (self.acting.verb, self.acting.on_word);
        let action = self
            .typed
            .with_untracked(|typed| typed.action(verb, on_word, &self.asks));
        if let Some(seq) = self
            .desk
            .seq_now()
            .filter(|seq| *seq > self.seen.get_untracked())
        {
            // The news came while one was writing: it is read first, and not sent past.
            return self.show_news(seq);
        }
        if let Some(wrong) = self.lacks(&action) {
            return self.refuse(wrong);
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.send(action).await;
            self.busy.try_set(false);
            match answer {
                Ok(case) if self.publishes.try_get_untracked() == Some(true) => {
                    self.publish(case).await;
                }
                Ok(case) => self.finish(case, words::verb(verb)),
                Err(error) => self.mend(error).await,
            }
        });
    }

    /// The second of two steps. The first stands whatever becomes of it, and that is said.
    async fn publish(self, reviewed: StaffCase) {
        if !reviewed.view.allowed.contains(&Verb::Publish) {
            return self.finish(reviewed, words::verb(Verb::Review));
        }
        let act = model::api::Act {
            action: Action::new(Verb::Publish),
            seen_seq: reviewed.view.progress.seq,
        };
        self.busy.try_set(true);
        let desk = self.desk;
        let published = calls::act(desk.session, desk.id, &act, new_uuid()).await;
        self.busy.try_set(false);
        match published {
            Ok(case) => self.finish(case, tr!(handling.review.and_publish)),
            Err(error) => {
                let why = general(&error).words;
                self.finish(reviewed, words::verb(Verb::Review));
                desk.undone
                    .try_set(Some(tr!(handling.review.not_published, why = why)));
                desk.fetch();
            }
        }
    }

    async fn send(self, action: Action) -> api::Result<StaffCase> {
        let of_face = action.face.iter().flat_map(|face| &face.photos);
        let photos: Vec<PhotoId> = of_face.map(|shown| shown.photo).collect();
        self.desk
            .shots
            .send_all(&[photos, action.photos.clone()].concat())
            .await?;
        let seen_seq = self.seen.try_get_untracked().unwrap_or_default();
        let key = self
            .typed
            .try_update_untracked(|typed| typed.key_for(&action, seen_seq, new_uuid));
        let act = model::api::Act { action, seen_seq };
        calls::act(
            self.desk.session,
            self.desk.id,
            &act,
            key.unwrap_or_else(new_uuid),
        )
        .await
    }

    fn finish(self, case: StaffCase, what: &'static str) {
        typed::forget(self.desk.id, self.acting.verb);
        self.desk.take(case);
        self.desk
            .done
            .try_set(Some(tr!(staff.act.done, what = what)));
        self.open.try_set(false);
        focus_id("case-done");
    }

    /// What was typed stays, whatever came between.
    async fn mend(self, error: Error) {
        match &error {
            Error::Problem(problem) => match problem.code {
                Code::CaseChanged => self.look_again().await,
                Code::SlotTaken => self.slot_gone(words::code(Code::SlotTaken).to_owned()),
                Code::Refused => {
                    self.desk.fetch();
                    let refused = |refused| refusal(self.acting.verb, refused);
                    self.refuse(problem.refused.map_or_else(|| general(&error), refused));
                }
                Code::Invalid => self.invalid(problem),
                _ => self.refuse(general(&error)),
            },
            _ => self.refuse(general(&error)),
        }
    }

    async fn look_again(self) {
        match self.desk.fetched().await {
            Ok(()) => self.show_news(self.desk.seq_now().unwrap_or_default()),
            Err(error) => self.refuse(general(&error)),
        }
    }

    fn show_news(self, seq: u32) {
        self.seen.try_set(seq);
        self.wrong.try_set(None);
        focus_id("act-news");
    }

    fn slot_gone(self, words: String) {
        self.typed.try_update(|typed| typed.slot = None);
        self.ask_slots();
        self.refuse(Wrong {
            at: Some("act-slot"),
            words,
        });
    }

    fn invalid(self, problem: &Problem) {
        match problem.faults.first() {
            Some(fault) if fault.field == "slot" => {
                self.slot_gone(words::fault(fault.fault).to_owned())
            }
            Some(fault) => self.refuse(Wrong {
                at: None,
                words: words::fault(fault.fault).to_owned(),
            }),
            None => self.refuse(Wrong {
                at: None,
                words: words::problem(problem),
            }),
        }
    }

    fn refuse(self, wrong: Wrong) {
        focus_id(wrong.at.unwrap_or("act-wrong"));
        self.wrong.try_set(Some(wrong));
    }

    /// Whether the action is still to be done; follows changes.
    fn still_possible(self) -> bool {
        let Acting { verb, on_word } = self.acting;
        self.desk.case.with(|case| {
            case.as_ref().is_some_and(|case| match on_word {
                true => case.on_word.contains(&verb),
                false => case.view.allowed.contains(&verb),
            })
        })
    }
}

/// What can be known of an action before anything is typed.
fn begin(desk: Desk, verb: Verb) -> Typed {
    let mut typed = Typed::default();
    match verb {
        Verb::TakeOriginals => typed.ticked = desk.ticked.get_untracked(),
        Verb::ReturnOriginals => {
            let held = desk
                .now(|case| history::custody(&case.view.timeline))
                .unwrap_or_default();
            typed.ticked = held.into_iter().flat_map(|held| held.papers).collect();
        }
        Verb::Review => typed.faces = desk.now(Faces::begin).unwrap_or_default(),
        Verb::CallDepartment => {
            desk.now(|case| departments::begin(case, &mut typed));
        }
        Verb::Tag => {
            desk.now(|case| tags::begin(case, &mut typed));
        }
        _ => {}
    }
    typed
}

fn refusal(verb: Verb, refused: Refused) -> Wrong {
    let words = match (verb, refused) {
        (Verb::CallDepartment | Verb::EndCall, Refused::StaffNeeded) => {
            tr!(handling.call.department_needed)
        }
        (Verb::CallDepartment, Refused::ReasonNeeded) => tr!(handling.call.what_needed),
        (Verb::ReplyCall, Refused::ReasonNeeded) => tr!(handling.call.answer_needed),
        (_, refused) => words::refused(refused),
    };
    Wrong {
        at: place_of(refused),
        words: words.to_owned(),
    }
}

fn general(error: &Error) -> Wrong {
    let words = match error {
        Error::Offline => tr!(staff.act.offline).to_owned(),
        _ => words::error(error),
    };
    Wrong { at: None, words }
}

/// What is public already stays so while it is decided anew.
fn can_be_published(act: Act) -> bool {
    let publication = act.desk.now(|case| case.progress.publication);
    publication.is_some_and(|publication| publication != Publication::Public)
}

#[component]
fn Form(act: Act) -> impl IntoView {
    let verb = act.acting.verb;
    let publishes = verb == Verb::Review && can_be_published(act);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match publishes {
            true => act.submit_and_publish(),
            false => act.submit_alone(),
        }
    };
    let says = match (verb, publishes) {
        (_, true) => tr!(handling.review.and_publish),
        (Verb::Review, false) => tr!(handling.review.again),
        (verb, _) => words::verb(verb),
    };
    let is_general = move || {
        act.wrong
            .with(|wrong| wrong.as_ref().is_some_and(|wrong| wrong.at.is_none()))
    };
    let wrong = move || {
        let wrong = act.wrong.get().filter(|wrong| wrong.at.is_none())?;
        Some(view! { <Note tone="warn" title=wrong.words/> })
    };
    let wide = verb == Verb::Review;
    let on_word = act
        .acting
        .on_word
        .then(|| view! { <Note tone="info" title=tr!(staff.on_word.recorded)/> });
    view! {
        <Sheet id="act" title=words::verb(verb) open=act.open wide=wide>
            <form novalidate=true on:submit=submit>
                <div class="sheet-body">
                    {on_word}
                    <News act=act/>
                    <div id="act-wrong" role="alert" tabindex="-1" hidden=move || !is_general()>{wrong}</div>
                    <Fields act=act/>
                </div>
                <div class="sheet-foot">
                    <Show when=move || act.still_possible()>
                        <button class="btn btn-primary" type="submit" aria-busy=move || act.busy.get().then_some("true")>
                            {says}
                        </button>
                        {publishes.then(|| view! {
                            <button class="btn" type="button" aria-disabled=move || act.busy.get().then_some("true")
                                on:click=move |_| act.submit_alone()>{tr!(handling.review.alone)}</button>
                        })}
                    </Show>
                    <button class="btn" type="button" on:click=move |_| act.open.set(false)>{tr!(staff.act.not_now)}</button>
                </div>
            </form>
        </Sheet>
    }
}

/// What somebody else did while this form was open.
#[component]
fn News(act: Act) -> impl IntoView {
    let lines = Memo::new(move |_| {
        act.desk.case.with(|case| {
            let timeline = case
                .as_deref()
                .map(|case| case.view.timeline.as_slice())
                .unwrap_or_default();
            let news = history::since(timeline, act.opened);
            news.into_iter()
                .map(|entry| (history::title(entry), history::details(entry)))
                .collect::<Vec<_>>()
        })
    });
    let possible = Memo::new(move |_| act.still_possible());
    let line = |(title, details): (String, Vec<String>)| {
        let details = details
            .into_iter()
            .map(|line| view! { <p class="muted">{line}</p> })
            .collect_view();
        view! { <li><p>{title}</p>{details}</li> }
    };
    let words = move || match possible.get() {
        true => tr!(staff.act.changed_possible),
        false => tr!(staff.act.changed_impossible),
    };
    let any = Memo::new(move |_| lines.with(|lines| !lines.is_empty()) || !possible.get());
    let body = move || {
        any.get().then(|| {
            let lines = lines.get();
            view! {
                <div class="note" data-tone="warn">
                    <Icon name="alert"/>
                    <div>
                        <p class="note-title">{tr!(staff.act.changed)}</p>
                        <ul>{lines.into_iter().map(line).collect_view()}</ul>
                        <p>{words()}</p>
                    </div>
                </div>
            }
        })
    };
    view! { <div id="act-news" role="alert" tabindex="-1" hidden=move || !any.get()>{body}</div> }
}

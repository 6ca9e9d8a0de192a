//! `/reports`: what the street reported, and how it goes. The list is the page; the map stands
//! beside it, or behind a button on a phone.

use super::card::{Card, card_id};
use super::from::From;
use super::ground::Ground;
use super::looking::{ADDRESS, Looking, Sort, place_named};
use super::mine::Mine;
use crate::parts::{Empty, ErrorNote, Icon, Note, Page, Skeleton, announce, focus_id};
use crate::state::{Known, Online, facts, prefs};
use crate::{api, storage, when};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::api::report::{ReportItem, Reports as Page1};
use model::id::{CaseId, CategoryId};
use model::place::Wgs84;
use model::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// What was seen last, for the time without signal.
const KEPT: &str = "reports";
/// A list left for so long, milliseconds, is found again as it was left.
const FRESH_MS: i64 = 10 * 60_000;

/// Cases as last seen.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    at: TimeMs,
    items: Vec<ReportItem>,
}

/// The list as somebody left it for one of its cases.
#[derive(Clone)]
struct Left {
    address: String,
    at: TimeMs,
    here: Option<Wgs84>,
    items: Vec<ReportItem>,
    next: Option<String>,
    opened: CaseId,
}

thread_local! {
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
}

/// The address of the list as it was looked at last: where the way back from a case leads.
pub fn way_back() -> String {
    let left = LEFT.with_borrow(|left| left.as_ref().map(|left| left.address.clone()));
    left.unwrap_or_else(|| ADDRESS.to_owned())
}

/// How far the list has come.
#[derive(Clone, PartialEq)]
enum Stage {
    /// It is not known near to what.
    Unplaced,
    Waiting,
    Here,
    /// What was seen at that time: there is no signal.
    Old(TimeMs),
    Failed(api::Error),
}

/// How far the next page has come.
#[derive(Clone, PartialEq)]
enum More {
    Idle,
    Busy,
    Failed(api::Error),
}

/// The list; copied into every closure of its page.
#[derive(Clone, Copy)]
pub struct List {
    looking: Memo<Looking>,
    /// Where the phone is, once somebody has said that it may be known.
    here: RwSignal<Option<Wgs84>>,
    /// Near to what.
    pub place: Memo<Option<Wgs84>>,
    /// The cases, in order.
    pub items: RwSignal<Vec<ReportItem>>,
    next: RwSignal<Option<String>>,
    stage: RwSignal<Stage>,
    more: RwSignal<More>,
    /// The case chosen on the map or reached in the list.
    pub chosen: RwSignal<Option<CaseId>>,
    /// Counts the questions: an answer to an earlier one comes too late.
    asked: StoredValue<u32>,
}

impl List {
    fn new(looking: Memo<Looking>) -> List {
        let here = RwSignal::new(None);
        let (street, facilities) = (facts().street(), facts().facilities());
        let place = Memo::new(move |_| {
            let looking = looking.get();
            match (looking.sort, looking.from) {
                (Sort::Nearest, Some(id)) => {
                    let (street, facilities) = (street.here()?, facilities.here()?);
                    place_named(&id, &street, &facilities).map(|named| named.at)
                }
                (Sort::Nearest, None) => here.get(),
                _ => None,
            }
        });
        List {
            looking,
            here,
            place,
            items: RwSignal::default(),
            next: RwSignal::new(None),
            stage: RwSignal::new(Stage::Waiting),
            more: RwSignal::new(More::Idle),
            chosen: RwSignal::new(None),
            asked: StoredValue::new(0),
        }
    }

    /// Chosen on the map: its line of the list takes the focus.
    pub fn choose(self, case: CaseId) {
        self.chosen.set(Some(case));
        focus_id(&card_id(case));
    }

    /// Finds the list as it was left for a case, and goes back to that case.
    fn find_again(self) -> bool {
        let address = self.looking.get_untracked().address();
        let left = LEFT.take();
        let fresh = |left: &Left| when::now().0 - left.at.0 < FRESH_MS;
        let Some(left) = left.filter(|left| left.address == address && fresh(left)) else {
            return false;
        };
        self.here.set(left.here);
        self.items.set(left.items);
        self.next.set(left.next);
        self.stage.set(Stage::Here);
        self.choose(left.opened);
        true
    }

    fn leave(self, opened: CaseId) {
        let left = Left {
            address: self.looking.get_untracked().address(),
            at: when::now(),
            here: self.here.get_untracked(),
            items: self.items.get_untracked(),
            next: self.next.get_untracked(),
            opened,
        };
        LEFT.set(Some(left));
    }

    /// Asks from the beginning.
    fn load(self) {
        let asked = self.asked.get_value() + 1;
        self.asked.set_value(asked);
        let (looking, at) = (self.looking.get_untracked(), self.place.get_untracked());
        let Some(query) = looking.query(at, "") else {
            self.items.set(Vec::new());
            self.next.set(None);
            // A place that is named in the address is found once its names are here.
            let waits = looking.from.is_some() && names_are_coming();
            return self.stage.set(match waits {
                true => Stage::Waiting,
                false => Stage::Unplaced,
            });
        };
        self.stage.set(Stage::Waiting);
        self.more.set(More::Idle);
        spawn_local(async move {
            let answer = api::reports(&query).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(page) => self.begin_with(page),
                Err(error) => self.fall_back(&looking, at, error),
            }
        });
    }

    fn begin_with(self, page: Page1) {
        // Distances belong to a place that the phone does not keep.
        let mut items = page.items.clone();
        items.iter_mut().for_each(|item| item.metres = None);
        storage::keep_fact(
            KEPT,
            &Kept {
                at: when::now(),
                items,
            },
        );
        self.items.set(page.items);
        self.next.set(page.next);
        self.stage.set(Stage::Here);
    }

    /// Without signal what was seen last is better than nothing, as long as it says so.
    fn fall_back(self, looking: &Looking, at: Option<Wgs84>, error: api::Error) {
        let kept: Option<Kept> = storage::fact(KEPT);
        match kept.filter(|_| error == api::Error::Offline) {
            Some(kept) => {
                self.items.set(looking.arrange(kept.items, at));
                self.next.set(None);
                self.stage.set(Stage::Old(kept.at));
            }
            None => self.stage.set(Stage::Failed(error)),
        }
    }

    /// The next page. What comes stands where the button was, and the first of it takes the focus.
    fn turn(self) {
        let Some(cursor) = self.next.get_untracked() else {
            return;
        };
        let looking = self.looking.get_untracked();
        let query = looking.query(self.place.get_untracked(), &cursor);
        let Some(query) = query.filter(|_| self.more.get_untracked() != More::Busy) else {
            return;
        };
        self.more.set(More::Busy);
        let asked = self.asked.get_value();
        spawn_local(async move {
            let answer = api::reports(&query).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(page) => {
                    let first = page.items.first().map(|item| item.case);
                    let known: Vec<CaseId> = self
                        .items
                        .with_untracked(|items| items.iter().map(|item| item.case).collect());
                    // What moved up meanwhile comes twice.
                    let new = page
                        .items
                        .into_iter()
                        .filter(|item| !known.contains(&item.case));
                    self.items.update(|items| items.extend(new));
                    self.next.set(page.next);
                    self.more.set(More::Idle);
                    if let Some(first) = first {
                        focus_id(&card_id(first));
                    }
                }
                Err(error) => self.more.set(More::Failed(error)),
            }
        });
    }
}

fn names_are_coming() -> bool {
    let (street, facilities) = (facts().street(), facts().facilities());
    let street = untrack(|| street.get());
    let facilities = untrack(|| facilities.get());
    let here = matches!(street, Known::Here(_)) && matches!(facilities, Known::Here(_));
    let lacking = matches!(street, Known::Lacking(_)) || matches!(facilities, Known::Lacking(_));
    !here && !lacking
}

/// The page.
#[component]
pub fn Reports() -> impl IntoView {
    let query = use_query_map();
    let looking = Memo::new(move |_| query.with(|query| Looking::asked(|name| query.get(name))));
    let mine = Memo::new(move |_| looking.with(|looking| looking.sort == Sort::Mine));
    let body = move || match mine.get() {
        true => view! { <Mine/> }.into_any(),
        false => view! { <Everybodys looking/> }.into_any(),
    };
    view! {
        <Page title=tr!(reports.list.title) lead=tr!(reports.list.lead) back="/" wide=true>
            <div class="btns">
                <a class="btn btn-primary" href="/report"><Icon name="camera"/>{tr!(reports.list.report)}</a>
            </div>
            <Choices looking/>
            {body}
        </Page>
    }
}

/// The orders and, for everybody's cases, what to see of them; in 长辈版 behind a button.
#[component]
fn Choices(looking: Memo<Looking>) -> impl IntoView {
    let elder = prefs().elder;
    let inner = move || {
        view! {
            <Orders looking/>
            <Show when=move || looking.with(|looking| looking.sort != Sort::Mine)>
                <Filters looking/>
            </Show>
        }
    };
    move || {
        match elder.get() {
        None => view! { <div class="stack report-choices">{inner()}</div> }.into_any(),
        Some(_) => view! {
            <details class="more report-choices">
                <summary class="btn">{move || tr!(reports.list.choices, order = order_name(looking.get().sort))}</summary>
                <div class="stack">{inner()}</div>
            </details>
        }
        .into_any(),
    }
    }
}

fn order_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => tr!(reports.sort.newest),
        Sort::Nearest => tr!(reports.sort.nearest),
        Sort::Voices => tr!(reports.sort.voices),
        Sort::Mine => tr!(reports.sort.mine),
    }
}

fn order_sign(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "clock",
        Sort::Nearest => "pin",
        Sort::Voices => "people",
        Sort::Mine => "person",
    }
}

/// Each order is a link.
#[component]
fn Orders(looking: Memo<Looking>) -> impl IntoView {
    let order = move |sort: Sort| {
        let href = move || looking.with(|looking| looking.sorted(sort).address());
        let current = move || {
            looking
                .with(|looking| looking.sort == sort)
                .then_some("true")
        };
        view! {
            <li>
                <a class="life" href=href aria-current=current>
                    <Icon name=order_sign(sort)/>
                    {order_name(sort)}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=tr!(reports.sort.label)>
            <ul class="lives report-orders">{Sort::ALL.map(order)}</ul>
        </nav>
    }
}

/// What to see: open or over, and one category.
#[component]
fn Filters(looking: Memo<Looking>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |looking: Looking| {
        navigate(&looking.address(), Default::default());
    });
    let status = move || match looking.with(|looking| looking.open) {
        None => "",
        Some(true) => "open",
        Some(false) => "closed",
    };
    let pick_status = move |event: web_sys::Event| {
        let open = match event_target_value(&event).as_str() {
            "open" => Some(true),
            "closed" => Some(false),
            _ => None,
        };
        go.run(Looking {
            open,
            ..looking.get_untracked()
        });
    };
    let category = move || {
        let id = looking.with(|looking| looking.category.as_ref().map(CategoryId::to_string));
        id.unwrap_or_default()
    };
    let pick_category = move |event: web_sys::Event| {
        go.run(Looking {
            category: CategoryId::parse(&event_target_value(&event)).ok(),
            ..looking.get_untracked()
        });
    };
    let known = facts().categories();
    let option = move |id: String, name: String| {
        let own = id.clone();
        view! { <option value=id selected=move || category() == own>{name}</option> }
    };
    let categories = move || {
        let all = known.here();
        let all = all.iter().flat_map(|all| &all.categories);
        // What is never public is never listed.
        all.filter(|category| category.public)
            .map(|category| option(category.id.to_string(), category.name.clone()))
            .collect_view()
    };
    let state = move |value: &'static str, name: &'static str| {
        view! { <option value=value selected=move || status() == value>{name}</option> }
    };
    view! {
        <div class="report-filters">
            <div class="field">
                <label class="label" for="reports-status">{tr!(reports.filter.status)}</label>
                <select class="select" id="reports-status" prop:value=status on:change=pick_status>
                    {state("", tr!(reports.filter.all))}
                    {state("open", tr!(reports.filter.open))}
                    {state("closed", tr!(reports.filter.closed))}
                </select>
            </div>
            <div class="field">
                <label class="label" for="reports-category">{tr!(reports.filter.category)}</label>
                <select class="select" id="reports-category" prop:value=category on:change=pick_category>
                    {option(String::new(), tr!(reports.filter.any).to_owned())}
                    {categories}
                </select>
            </div>
        </div>
    }
}

/// Everybody's cases, in the order asked for.
#[component]
fn Everybodys(looking: Memo<Looking>) -> impl IntoView {
    let list = List::new(looking);
    let found = list.find_again();
    let question = Memo::new(move |_| (looking.get(), list.place.get()));
    Effect::new(move |before: Option<()>| {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        question.get();
        if before.is_some() || !found {
            list.load();
        }
    });
    again_with_signal(list);
    let unplaced = move || list.stage.get() == Stage::Unplaced;
    let begins = move || {
        let looking = looking.get();
        let nearest = looking.sort == Sort::Nearest && list.place.with(Option::is_some);
        nearest.then(|| view! { <Begins list/> })
    };
    let here = list.here;
    view! {
        {begins}
        <Show when=unplaced>
            <From looking on_here=Callback::new(move |at| here.set(Some(at)))/>
        </Show>
        <Show when=move || !unplaced()>
            <div class="circle">
                <Ground list/>
                <div class="circle-list" id="reports-list" tabindex="-1">
                    <Cards list/>
                </div>
            </div>
        </Show>
    }
}

/// A list that could not be had, or is old, is asked for again when signal is back.
fn again_with_signal(list: List) {
    let online = use_context::<Online>();
    Effect::new(move |_| {
        let on = online.is_none_or(|online| online.0.get());
        let lacking = list
            .stage
            .with_untracked(|stage| matches!(stage, Stage::Old(_) | Stage::Failed(_)));
        if on && lacking {
            list.load();
        }
    });
}

/// Near to what, and the way to another place.
#[component]
fn Begins(list: List) -> impl IntoView {
    let (street, facilities) = (facts().street(), facts().facilities());
    let changing = RwSignal::new(false);
    let name = move || {
        let id = list.looking.with(|looking| looking.from.clone());
        let named = id.and_then(|id| {
            let (street, facilities) = (street.here()?, facilities.here()?);
            place_named(&id, &street, &facilities)
        });
        named.map_or_else(|| tr!(reports.from.phone).to_owned(), |named| named.name)
    };
    // Another place was chosen.
    Effect::new(move |_| {
        list.place.get();
        changing.set(false);
    });
    let here = list.here;
    view! {
        <div class="cluster">
            <p>{move || tr!(reports.from.begins, name = name())}</p>
            <button class="btn" type="button" aria-expanded=move || changing.get().to_string()
                on:click=move |_| changing.update(|changing| *changing = !*changing)>
                <Icon name="edit"/>
                {tr!(reports.from.change)}
            </button>
        </div>
        <Show when=move || changing.get()>
            <From looking=list.looking on_here=Callback::new(move |at| here.set(Some(at)))/>
        </Show>
    }
}

#[component]
fn Cards(list: List) -> impl IntoView {
    let row = move |item: ReportItem| {
        let case = item.case;
        let chosen = Signal::derive(move || list.chosen.get() == Some(case));
        view! { <Card item chosen on_touch=Callback::new(move |case| list.chosen.set(Some(case)))/> }
    };
    let key = |item: &ReportItem| (item.case, item.updated, item.voices, item.metres);
    let open = move |event: web_sys::MouseEvent| {
        if let Some(case) = case_under(&event) {
            list.leave(case);
        }
    };
    let top = move || match list.stage.get() {
        Stage::Waiting => view! { <Skeleton/> }.into_any(),
        Stage::Failed(error) => failed(list, error).into_any(),
        Stage::Old(at) => {
            let words = tr!(reports.list.old, when = when::moment(at));
            view! { <div role="status"><Note tone="warn" title=words/></div> }.into_any()
        }
        Stage::Here | Stage::Unplaced => ().into_any(),
    };
    let settled = move || matches!(list.stage.get(), Stage::Here | Stage::Old(_));
    let nothing = move || {
        let empty = settled() && list.items.with(Vec::is_empty);
        empty.then(|| view! { <Nothing list/> })
    };
    say_how_many(list);
    view! {
        {top}
        {nothing}
        <Show when=settled>
            <ul class="cards" on:click=open>
                <For each=move || list.items.get() key=key children=row/>
            </ul>
            <Turn list/>
        </Show>
    }
}

/// The case whose card was pressed.
fn case_under(event: &web_sys::MouseEvent) -> Option<CaseId> {
    use wasm_bindgen::JsCast;
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let card = target.closest(".report-card").ok()??;
    card.id().strip_prefix("report-")?.parse().ok()
}

/// A screen reader hears what another order or filter has brought.
fn say_how_many(list: List) {
    Effect::new(move |_| {
        if matches!(list.stage.get(), Stage::Here | Stage::Old(_)) {
            let count = list.items.with_untracked(Vec::len);
            announce(&tr!(reports.list.count, count = count));
        }
    });
}

fn failed(list: List, error: api::Error) -> AnyView {
    let again = view! {
        <button class="btn" type="button" on:click=move |_| list.load()>{tr!(shell.retry)}</button>
    };
    match error {
        api::Error::Offline => view! {
            <Note tone="warn" title=tr!(reports.list.offline)>
                <p>{tr!(reports.list.offline_todo)}</p>
                <div class="btns">
                    {again}
                    <a class="btn" href="/report"><Icon name="camera"/>{tr!(reports.list.report)}</a>
                </div>
            </Note>
        }
        .into_any(),
        error => view! { <ErrorNote error=error>{again}</ErrorNote> }.into_any(),
    }
}

/// Nothing here, and what to do: everything, where only some was asked for; else to report.
#[component]
fn Nothing(list: List) -> impl IntoView {
    let narrowed = move || {
        list.looking
            .with(|looking| looking.open.is_some() || looking.category.is_some())
    };
    let wide = move || {
        let looking = list.looking.get();
        Looking {
            open: None,
            category: None,
            ..looking
        }
        .address()
    };
    move || match narrowed() {
        true => view! {
            <Empty sign="filter" words=tr!(reports.list.none_such)>
                <a class="btn" href=wide>{tr!(reports.list.see_all)}</a>
            </Empty>
        }
        .into_any(),
        false => view! {
            <Empty sign="camera" words=tr!(reports.list.none)>
                <p class="muted">{tr!(reports.list.none_hint)}</p>
            </Empty>
        }
        .into_any(),
    }
}

/// The button for more, and why more did not come.
#[component]
fn Turn(list: List) -> impl IntoView {
    let busy = move || (list.more.get() == More::Busy).then_some("true");
    let failed = move || match list.more.get() {
        More::Failed(error) => Some(view! { <ErrorNote error=error/> }),
        _ => None,
    };
    view! {
        <div class="stack" role="status">{failed}</div>
        <Show when=move || list.next.with(Option::is_some)>
            <button class="btn btn-wide" type="button" aria-busy=busy aria-disabled=busy on:click=move |_| list.turn()>
                <Icon name="down"/>
                {tr!(reports.list.more)}
            </button>
        </Show>
    }
}

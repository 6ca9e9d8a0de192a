//! `/staff/coverage`: which homes have which service near enough, and what one more would change.

mod floors;
mod matrix;
mod one;
pub mod query;
mod summary;
mod what_if;

use super::calls;
use super::session::{Session, not_yours, session, signed_in};
use crate::api;
use crate::parts::{Icon, Look, Note, Page, resolved};
use crate::turns::Turns;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::api::coverage::{Coverage, CoverageRow, CoveredEstate};
use model::api::path;
use model::area::Role;
use model::facility::Category;
use query::{Looked, WALKERS};
use std::sync::Arc;

/// Its address.
pub const COVERAGE: &str = "/staff/coverage";

/// Whether the server tells somebody of this role; `PLANNERS` in `server/src/auth.rs`.
pub fn may_plan(role: Role) -> bool {
    matches!(role, Role::Window | Role::Grid | Role::Supervisor)
}

/// The page.
#[component]
pub fn CoveragePage() -> impl IntoView {
    signed_in(|me| match may_plan(me.staff.role) {
        true => view! { <Board/> }.into_any(),
        false => not_yours(tr!(coverage.title), tr!(coverage.not_yours)).into_any(),
    })
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    session: Session,
    looked: Memo<Looked>,
    table: RwSignal<Option<api::Result<Arc<Coverage>>>>,
    /// Counts the fetches: an answer that comes after a later question is not looked at.
    turns: Turns,
    /// The categories that are unfolded, and where the map looks: they outlive a change of walker.
    folds: StoredValue<Vec<Category>>,
    seen: StoredValue<Option<Look>>,
}

impl Desk {
    fn open() -> Desk {
        let params = use_query_map();
        let desk = Desk {
            session: session(),
            looked: Memo::new(move |_| params.with(|params| query::read(|name| params.get(name)))),
            table: RwSignal::new(None),
            turns: Turns::default(),
            folds: StoredValue::default(),
            seen: StoredValue::default(),
        };
        let walker = Memo::new(move |_| desk.looked.with(|looked| looked.profile));
        Effect::new(move || {
            walker.track();
            desk.fetch();
        });
        desk
    }

    fn fetch(self) {
        let Some(turn) = self.turns.next() else {
            return;
        };
        self.table.set(None);
        let profile = self.looked.with_untracked(|looked| looked.profile);
        spawn_local(async move {
            let answer = calls::coverage(self.session, profile).await;
            if self.turns.is_newest(turn) {
                self.table.try_set(Some(answer.map(Arc::new)));
            }
        });
    }
}

#[component]
fn Board() -> impl IntoView {
    let desk = Desk::open();
    let again = Callback::new(move |()| desk.fetch());
    view! {
        <Page title=tr!(coverage.title) lead=tr!(coverage.lead) wide=true>
            <Filters desk/>
            {resolved(desk.table, again, move |table| body(desk, table))}
        </Page>
    }
}

fn body(desk: Desk, table: Arc<Coverage>) -> AnyView {
    if !table.has_map {
        return view! {
            <Note tone="warn" title=tr!(coverage.no_map)><p>{tr!(coverage.no_map_do)}</p></Note>
        }
        .into_any();
    }
    if table.estates.is_empty() {
        return view! { <Note tone="info" title=tr!(coverage.nobody)/> }.into_any();
    }
    let service = Memo::new(move |_| desk.looked.with(|looked| looked.service.clone()));
    let left_out = left_out(&table.estates);
    let shown = Arc::clone(&table);
    let view = move || match service.get().and_then(|service| row_of(&shown, &service)) {
        Some(at) => view! { <one::One desk table=Arc::clone(&shown) at/> }.into_any(),
        None => view! {
            <summary::Summary desk table=Arc::clone(&shown)/>
            <matrix::Matrix desk table=Arc::clone(&shown)/>
        }
        .into_any(),
    };
    view! {
        {left_out}
        {view}
        <Exports desk/>
        <floors::Floors table/>
    }
    .into_any()
}

/// The row of a service; none where the street has no minutes for it, as in an old link.
fn row_of(table: &Coverage, (category, kind): &(Category, String)) -> Option<usize> {
    let rows = &table.rows;
    let of_it = |row: &CoverageRow| row.category == *category && row.kind == *kind;
    rows.iter().position(of_it)
}

/// Estates whose gate no footway is near: they are in no number below.
fn left_out(estates: &[CoveredEstate]) -> Option<impl IntoView + use<>> {
    let off = estates.iter().filter(|estate| !estate.on_map);
    let names: Vec<&str> = off.map(|estate| estate.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(tr!(coverage.comma));
        view! { <Note tone="warn" title=tr!(coverage.off_map, names = names)/> }
    })
}

/// Who walks, and which service: each change is a change of address.
#[component]
fn Filters(desk: Desk) -> impl IntoView {
    let go = use_navigate();
    let show = StoredValue::new_local(move |looked: Looked| {
        let options = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        go(&query::address(&looked), options);
    });
    let walker = move |name: String| {
        let looked = desk.looked.get_untracked().walked_by(&name);
        show.with_value(|show| show(looked));
    };
    let service = move |text: String| {
        let looked = desk.looked.get_untracked().of(query::service(&text));
        show.with_value(|show| show(looked));
    };
    let walkers = WALKERS.map(|name| {
        let selected = move || desk.looked.with(|looked| looked.profile == name);
        view! { <option value=name selected=selected>{walker_words(name)}</option> }
    });
    view! {
        <form class="filters" on:submit=|event: web_sys::SubmitEvent| event.prevent_default()>
            <div class="field">
                <label class="label" for="coverage-walker">{tr!(coverage.walker)}</label>
                <select class="select" id="coverage-walker" on:change=move |event| walker(event_target_value(&event))>
                    {walkers.into_iter().collect_view()}
                </select>
            </div>
            <div class="field">
                <label class="label" for="coverage-service">{tr!(coverage.service)}</label>
                <Services desk on_pick=service/>
            </div>
        </form>
    }
}

/// The services by category. Drawn again when they arrive, with the one picked still picked.
#[component]
fn Services(desk: Desk, on_pick: impl Fn(String) + 'static) -> impl IntoView {
    let options = move || {
        let picked = desk.looked.with(|looked| looked.service.clone());
        let table = desk.table.get().and_then(Result::ok)?;
        let group = |category: Category| {
            let rows = table.rows.iter().filter(|row| row.category == category);
            let options: Vec<_> = rows.map(|row| option(row, picked.as_ref())).collect();
            (!options.is_empty()).then(|| {
                view! { <optgroup label=words::category(category)>{options}</optgroup> }
            })
        };
        Some(Category::ALL.into_iter().filter_map(group).collect_view())
    };
    view! {
        <select class="select" id="coverage-service" on:change=move |event| on_pick(event_target_value(&event))>
            <option value="" selected=move || desk.looked.with(|looked| looked.service.is_none())>
                {tr!(coverage.every_service)}
            </option>
            {options}
        </select>
    }
}

fn option(row: &CoverageRow, picked: Option<&(Category, String)>) -> impl IntoView + use<> {
    let own = (row.category, row.kind.clone());
    let selected = picked == Some(&own);
    view! { <option value=query::name(&own) selected=selected>{row.kind.clone()}</option> }
}

fn walker_words(name: &str) -> &'static str {
    match name {
        "adult" => tr!(circle.walker_adult),
        "slow" => tr!(circle.walker_slow),
        "wheelchair" => tr!(circle.walker_wheelchair),
        _ => tr!(circle.walker_older),
    }
}

/// The table to take away. Plain links: the session is a cookie, which goes with them.
#[component]
fn Exports(desk: Desk) -> impl IntoView {
    let link = move |file: &'static str| {
        move || {
            format!(
                "{file}?profile={}",
                desk.looked.with(|looked| looked.profile)
            )
        }
    };
    view! {
        <p class="btns">
            <a class="btn" rel="external" download="" href=link(path::COVERAGE_CSV)>
                <Icon name="save"/>{tr!(coverage.csv)}
            </a>
            <a class="btn" rel="external" download="" href=link(path::COVERAGE_GEOJSON)>
                <Icon name="map"/>{tr!(coverage.geojson)}
            </a>
        </p>
    }
}

/// How it stands with an estate and a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// No footway is near its gate.
    Unmapped,
    /// None is within an hour.
    NoWay,
    /// Further than it should be.
    Far(u32),
    /// Within its minutes.
    Near(u32),
}

impl Stand {
    fn of(table: &Coverage, row: &CoverageRow, estate: usize) -> Stand {
        let on_map = table
            .estates
            .get(estate)
            .is_some_and(|estate| estate.on_map);
        match row.walks.get(estate).copied().flatten() {
            _ if !on_map => Stand::Unmapped,
            None => Stand::NoWay,
            Some(minutes) if row.covers(estate) => Stand::Near(minutes),
            Some(minutes) => Stand::Far(minutes),
        }
    }

    fn is_lacking(self) -> bool {
        matches!(self, Stand::NoWay | Stand::Far(_))
    }

    /// In a sentence of its own.
    fn words(self) -> String {
        match self {
            Stand::Unmapped => tr!(coverage.unmapped_long).to_owned(),
            Stand::NoWay => tr!(coverage.no_way_long).to_owned(),
            Stand::Far(minutes) => tr!(coverage.far_by, minutes = minutes),
            Stand::Near(minutes) => tr!(coverage.minutes, minutes = minutes),
        }
    }

    /// Colour and icon, beside the word.
    fn tone(self) -> (&'static str, &'static str) {
        match self {
            Stand::Unmapped => ("none", "offline"),
            Stand::NoWay | Stand::Far(_) => ("red", "alert"),
            Stand::Near(_) => ("green", "check"),
        }
    }
}

/// Whole percents, rounded down: not all is never 100.
fn percent(row: &CoverageRow) -> u32 {
    match row.homes {
        0 => 0,
        homes => (u64::from(row.covered) * 100 / u64::from(homes)) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table() -> Coverage {
        let estate = |id: &str, on_map: bool| json!({ "id": id, "name": id, "homes": 100, "at": { "lat": 40.0, "lon": 116.0 }, "on_map": on_map });
        serde_json::from_value(json!({
            "profile": "older", "has_map": true, "floors": [],
            "estates": [estate("a", true), estate("b", true), estate("c", true), estate("d", false)],
            "rows": [{
                "category": "health", "kind": "药店", "minutes": 8, "source": "s", "facilities": 1,
                "homes": 300, "covered": 299, "walks": [8, 9, null, null],
            }],
        }))
        .expect("a table")
    }

    #[test]
    fn each_estate_stands_somewhere() {
        let table = table();
        let row = &table.rows[0];
        let stands = [0, 1, 2, 3].map(|estate| Stand::of(&table, row, estate));
        let expected = [Stand::Near(8), Stand::Far(9), Stand::NoWay, Stand::Unmapped];
        assert_eq!(stands, expected);
        assert_eq!(stands.map(Stand::is_lacking), [false, true, true, false]);
        assert_eq!(percent(row), 99, "one home less than all is not all");
    }

    #[test]
    fn an_old_link_finds_no_row() {
        let table = table();
        let of = |kind: &str| (Category::Health, kind.to_owned());
        assert_eq!(row_of(&table, &of("药店")), Some(0));
        assert_eq!(row_of(&table, &of("诊所")), None);
    }
}

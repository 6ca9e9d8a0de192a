//! What one more facility would change: put it on the map or at a gate, and see who gains.

use super::{Desk, query};
use crate::api;
use crate::pages::staff::calls;
use crate::parts::{ErrorNote, Icon, Section, announce};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::api::coverage::{Coverage, EstateGain, WhatIf, WhatIfQuery};
use model::place::Wgs84;
use std::sync::Arc;

/// One more facility being tried. Copied into every closure of its part of the page.
#[derive(Clone, Copy)]
pub struct Trial {
    desk: Desk,
    /// What was answered last.
    gains: RwSignal<Option<api::Result<Arc<WhatIf>>>>,
    /// A question is under way; the newest of those that come meanwhile waits, so that a pin
    /// under a finger never builds a queue.
    busy: StoredValue<bool>,
    waiting: StoredValue<Option<Wgs84>>,
    go: StoredValue<Go, LocalStorage>,
}

type Go = Box<dyn Fn(&str)>;

impl Trial {
    /// Asks for whatever point the address has, now and whenever it changes.
    pub fn begin(desk: Desk) -> Trial {
        let go = use_navigate();
        let go: Go = Box::new(move |address| {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            };
            go(address, options);
        });
        let trial = Trial {
            desk,
            gains: RwSignal::new(None),
            busy: StoredValue::new(false),
            waiting: StoredValue::new(None),
            go: StoredValue::new_local(go),
        };
        Effect::new(move || match trial.at() {
            Some(at) => trial.ask(at),
            None => trial.gains.set(None),
        });
        trial
    }

    /// Where it is put; follows changes.
    pub fn at(self) -> Option<Wgs84> {
        self.desk.looked.with(|looked| looked.at)
    }

    /// Puts it somewhere, or takes it away: the address says where, so that a link shows it.
    pub fn put(self, at: Option<Wgs84>) {
        let looked = self.desk.looked.get_untracked().with(at);
        let address = query::address(&looked);
        self.go.try_with_value(|go| go(&address));
    }

    /// Asks who would gain.
    pub fn ask(self, at: Wgs84) {
        if self.busy.try_get_value() != Some(false) {
            self.waiting.try_set_value(Some(at));
            return;
        }
        let looked = self.desk.looked.get_untracked();
        let Some((category, kind)) = looked.service else {
            return;
        };
        let asked = WhatIfQuery {
            profile: looked.profile.to_owned(),
            category: category.name().to_owned(),
            kind,
            at: query::point(at),
        };
        self.busy.set_value(true);
        spawn_local(async move {
            let answer = calls::what_if(self.desk.session, &asked).await;
            if self.busy.try_set_value(false).is_none() {
                self.take(answer);
            }
        });
    }

    fn take(self, answer: api::Result<WhatIf>) {
        match self.waiting.try_update_value(Option::take).flatten() {
            Some(at) => self.ask(at),
            None => self.say(&answer),
        }
        // Taken away while it was asked for: nothing is there to gain from.
        if self
            .desk
            .looked
            .with_untracked(|looked| looked.at.is_some())
        {
            self.gains.try_set(Some(answer.map(Arc::new)));
        }
    }

    /// A screen reader hears the sum once the pin rests.
    fn say(self, answer: &api::Result<WhatIf>) {
        if let Ok(what_if) = answer {
            announce(&sum(what_if));
        }
    }
}

fn sum(what_if: &WhatIf) -> String {
    match (what_if.on_map, what_if.nearer) {
        (false, _) => tr!(coverage.gain_off_map).to_owned(),
        (true, 0) => tr!(coverage.gain_none).to_owned(),
        (true, nearer) => tr!(
            coverage.gain,
            newly = what_if.newly_covered,
            nearer = nearer
        ),
    }
}

/// Where it is put, and who gains.
#[component]
pub fn WhatIfPart(trial: Trial, table: Arc<Coverage>) -> impl IntoView {
    let gates: Vec<(String, Wgs84)> = table
        .estates
        .iter()
        .filter(|estate| estate.on_map)
        .map(|estate| (estate.name.clone(), estate.at))
        .collect();
    let gates = StoredValue::new(gates);
    // Addresses have five decimals, and data may have more.
    let gate = move |at: Wgs84| {
        gates.with_value(|gates| {
            let same = |gate: &(String, Wgs84)| query::point(gate.1) == query::point(at);
            gates.iter().position(same)
        })
    };
    let picked = Memo::new(move |_| trial.at().map(gate));
    let pick = move |text: String| {
        let number = text.parse::<usize>().ok();
        let at = number
            .and_then(|number| gates.with_value(|gates| gates.get(number).map(|gate| gate.1)));
        trial.put(at);
    };
    let options = gates.with_value(|gates| {
        let options = gates.iter().enumerate().map(|(number, (name, _))| {
            let selected = move || picked.get() == Some(Some(number));
            view! { <option value=number.to_string() selected=selected>{name.clone()}</option> }
        });
        options.collect_view()
    });
    let spot = move || {
        (picked.get() == Some(None)).then(|| {
            view! {
                <option value="spot" selected=true>{tr!(coverage.put_on_spot)}</option>
            }
        })
    };
    let result = move || {
        trial.at()?;
        Some(match trial.gains.get() {
            None => view! { <p class="hint">{tr!(coverage.counting)}</p> }.into_any(),
            Some(Ok(what_if)) => view! { <Gains what_if/> }.into_any(),
            Some(Err(error)) => view! { <ErrorNote error=error/> }.into_any(),
        })
    };
    let away = move || {
        trial.at().map(|_| {
            view! {
                <button class="btn" type="button" on:click=move |_| trial.put(None)>
                    <Icon name="trash"/>{tr!(coverage.take_away)}
                </button>
            }
        })
    };
    view! {
        <Section title=tr!(coverage.what_if)>
            <p class="hint">{tr!(coverage.what_if_hint)}</p>
            <div class="field">
                <label class="label" for="coverage-gate">{tr!(coverage.put_at)}</label>
                <select class="select" id="coverage-gate" on:change=move |event| pick(event_target_value(&event))>
                    <option value="" selected=move || picked.get().is_none()>{tr!(coverage.put_nowhere)}</option>
                    {spot}
                    {options}
                </select>
            </div>
            {result}
            {away}
        </Section>
    }
}

#[component]
fn Gains(what_if: Arc<WhatIf>) -> impl IntoView {
    let rows = what_if.gains.iter().map(gain).collect_view();
    view! {
        <p class="gain-sum">{sum(&what_if)}</p>
        <ol class="estate-lines">{rows}</ol>
    }
}

fn gain(gain: &EstateGain) -> impl IntoView + use<> {
    let before = gain.before.map_or_else(
        || tr!(coverage.no_way).to_owned(),
        |minutes| tr!(coverage.minutes, minutes = minutes),
    );
    let (tone, sign, words) = match gain.newly_covered {
        true => ("green", "check", tr!(coverage.gain_newly)),
        false => ("none", "up", tr!(coverage.gain_nearer)),
    };
    view! {
        <li class="estate-line">
            <span class="estate-name">{gain.name.clone()}</span>
            <span class="muted nowrap">{tr!(coverage.homes, homes = gain.homes)}</span>
            <span>{tr!(coverage.gain_row, before = before, after = gain.after)}</span>
            <span class="due" data-due=tone><Icon name=sign size="s"/>{words}</span>
        </li>
    }
}

//! The walking engine: asked here, answered in a worker of its own (`bin/circle_worker`).
//!
//! One question is under way at a time. Of those that come meanwhile the newest of its sort waits,
//! and takes the place of an older one: a moving finger never builds a queue. A place asked about
//! goes to the worker and nowhere else.

pub mod wire;

use crate::api;
use crate::state::{Facts, Known, facts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::facility::Facility;
use model::place::Wgs84;
use std::sync::Arc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};
use wire::{Ask, Circle, Reply, Spot, Walk, Walker, Way};

/// How far the engine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// On its way.
    Opening,
    /// It answers.
    Open,
    /// It will not, until it is tried again.
    Lacking(Lack),
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The street has no footways on the server.
    Footways,
    /// The footways could not be fetched.
    Signal,
    /// The program itself did not start, or does not read these footways.
    Program,
}

/// The answer to the question for a way.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Not yet.
    Waiting,
    /// There is none.
    Nowhere,
    /// Here it is.
    Here(Arc<Way>),
}

/// The engine of one page.
#[derive(Clone, Copy)]
pub struct Engine {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// The last circle.
    pub circle: RwSignal<Option<Arc<Circle>>>,
    /// The last way.
    pub way: RwSignal<Found>,
    /// Counts what was told of doors: a question before that has no answer.
    pub doors: RwSignal<u32>,
    facts: Facts,
    line: StoredValue<Line, LocalStorage>,
}

/// The line to the worker.
#[derive(Default)]
struct Line {
    worker: Option<Worker>,
    /// The network, until the program runs and takes it.
    network: Option<js_sys::ArrayBuffer>,
    /// Address of the network that was asked for last.
    address: Option<String>,
    running: bool,
    busy: bool,
    circle: Option<Ask>,
    way: Option<Ask>,
    listeners: Vec<JsValue>,
}

impl Engine {
    /// Starts the program and fetches the street's footways; ends with the page.
    pub fn start() -> Engine {
        let engine = Engine {
            phase: RwSignal::new(Phase::Opening),
            circle: RwSignal::new(None),
            way: RwSignal::new(Found::Waiting),
            doors: RwSignal::new(0),
            facts: facts(),
            line: StoredValue::new_local(Line::default()),
        };
        engine.run_program();
        let (source, facilities) = (engine.facts.map(), engine.facts.facilities());
        Effect::new(move |_| match source.get() {
            Known::Waiting => {}
            Known::Here(source) => engine.fetch(source.network.clone()),
            Known::Lacking(_) => engine.phase.set(Phase::Lacking(Lack::Signal)),
        });
        Effect::new(move |_| {
            let open = engine.phase.get() == Phase::Open;
            if let Some(all) = facilities.here().filter(|_| open) {
                engine.tell_doors(&all.facilities);
            }
        });
        on_cleanup(move || engine.end());
        engine
    }

    /// Tries again what is lacking.
    pub fn again(self) {
        self.phase.set(Phase::Opening);
        if self.line.with_value(|line| line.worker.is_none()) {
            self.run_program();
        }
        self.line.update_value(|line| line.address = None);
        // Asks again where it is lacking; the answer then comes through the effect.
        if let Some(source) = self.facts.map().now() {
            self.fetch(source.network.clone());
        }
    }

    /// Asks what is around a place.
    pub fn ask_circle(self, at: Wgs84, walker: Walker) {
        let at = spot(at);
        self.line
            .update_value(|line| line.circle = Some(Ask::Circle { at, walker }));
        self.send_next();
    }

    /// Asks for the way to the door of that number.
    pub fn ask_way(self, at: Wgs84, walker: Walker, to: usize) {
        // Under a moving pin the last way stands until the next is there.
        let same = self
            .way
            .with_untracked(|way| matches!(way, Found::Here(way) if way.to == to));
        if !same {
            self.way.set(Found::Waiting);
        }
        let at = spot(at);
        self.line
            .update_value(|line| line.way = Some(Ask::Way { at, walker, to }));
        self.send_next();
    }

    fn run_program(self) {
        let address = document()
            .query_selector("meta[name=circle]")
            .ok()
            .flatten()
            .and_then(|meta| meta.get_attribute("content"));
        let Some(worker) = address.and_then(|address| Worker::new(&address).ok()) else {
            self.phase.set(Phase::Lacking(Lack::Program));
            return;
        };
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data().as_string();
            if let Some(reply) = said.and_then(|text| Reply::read(&text)) {
                self.hear(reply);
            }
        });
        let fail = Closure::<dyn Fn(ErrorEvent)>::new(move |_| self.fail());
        let (hear, fail) = (hear.into_js_value(), fail.into_js_value());
        worker.set_onmessage(Some(hear.unchecked_ref()));
        worker.set_onerror(Some(fail.unchecked_ref()));
        self.line.update_value(|line| {
            line.worker = Some(worker);
            line.listeners = vec![hear, fail];
        });
    }

    /// The program did not come, or broke: the page goes on without it.
    fn fail(self) {
        self.end();
        self.phase.try_set(Phase::Lacking(Lack::Program));
    }

    fn end(self) {
        let line = self.line.try_update_value(std::mem::take);
        if let Some(worker) = line.and_then(|line| line.worker) {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }

    fn fetch(self, address: Option<String>) {
        let Some(address) = address else {
            self.phase.set(Phase::Lacking(Lack::Footways));
            return;
        };
        if self
            .line
            .with_value(|line| line.address.as_ref() == Some(&address))
        {
            return;
        }
        self.line
            .update_value(|line| line.address = Some(address.clone()));
        spawn_local(async move {
            let answer = api::map_file(&address).await;
            let newest = |line: &Line| line.address.as_ref() == Some(&address);
            if self.line.try_with_value(newest) != Some(true) {
                return;
            }
            match answer {
                Ok(bytes) => {
                    self.line.update_value(|line| line.network = Some(bytes));
                    self.hand_over();
                }
                Err(_) => drop(self.phase.try_set(Phase::Lacking(Lack::Signal))),
            }
        });
    }

    /// The network goes over without being copied, once both it and the program are here.
    fn hand_over(self) {
        self.line.try_update_value(|line| {
            let worker = line.worker.as_ref().filter(|_| line.running)?;
            let network = line.network.take()?;
            line.busy = true;
            let transfer = js_sys::Array::of1(&network);
            worker.post_message_with_transfer(&network, &transfer).ok()
        });
    }

    fn tell_doors(self, facilities: &[Facility]) {
        let rests = facilities.iter().enumerate();
        let rests = rests.filter(|(_, facility)| facility.kind == tr!(circle.bench_kind));
        let ask = Ask::Doors {
            rests: rests.map(|(at, _)| at).collect(),
            at: facilities
                .iter()
                .map(|facility| spot(facility.at))
                .collect(),
        };
        self.line.with_value(|line| line.post(&ask));
        self.doors.update(|told| *told += 1);
    }

    fn hear(self, reply: Reply) {
        self.line.try_update_value(|line| match reply {
            Reply::Running => line.running = true,
            _ => line.busy = false,
        });
        match reply {
            Reply::Running => self.hand_over(),
            Reply::Open => drop(self.phase.try_set(Phase::Open)),
            Reply::Unreadable => self.fail(),
            Reply::Circle(circle) => drop(self.circle.try_set(Some(Arc::new(circle)))),
            Reply::Way(way) => {
                let found = way.map_or(Found::Nowhere, |way| Found::Here(Arc::new(way)));
                self.way.try_set(found);
            }
        }
        self.send_next();
    }

    fn send_next(self) {
        if self.phase.try_get_untracked() != Some(Phase::Open) {
            return;
        }
        self.line.try_update_value(|line| {
            if line.busy {
                return;
            }
            if let Some(ask) = line.circle.take().or_else(|| line.way.take()) {
                line.busy = true;
                line.post(&ask);
            }
        });
    }
}

impl Walk {
    /// Whole minutes, rounded up: nobody is told less time than it takes.
    pub fn minutes(self) -> u32 {
        self.ms.div_ceil(60_000).max(1)
    }

    /// Under a minute: nobody counts that in minutes.
    pub fn is_at_door(self) -> bool {
        self.ms < 60_000
    }
}

impl Line {
    fn post(&self, ask: &Ask) {
        if let Some(worker) = &self.worker {
            // A text can always be posted.
            let _ = worker.post_message(&JsValue::from_str(&ask.write()));
        }
    }
}

fn spot(at: Wgs84) -> Spot {
    let micro = |degrees: f64| (degrees * 1e6).round() as i32;
    (micro(at.lat()), micro(at.lon()))
}

/// A place as the worker says it.
pub fn wgs84((lat, lon): Spot) -> Option<Wgs84> {
    Wgs84::new(f64::from(lat) / 1e6, f64::from(lon) / 1e6).ok()
}

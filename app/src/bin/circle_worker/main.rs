//! The walking engine in a worker of its own: fetched when the circle page opens, so that the
//! page stays quick under the finger. Nothing of the app is in it but [`wire`].

#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod engine;
// Each program writes its own half of what is said and reads the other's.
#[allow(dead_code)]
#[path = "../../walk/wire.rs"]
mod wire;

use engine::Engine;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use wire::{Ask, Reply};

thread_local! {
    /// Empty until the network has come.
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

fn main() {
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event.data()));
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // As long as the worker itself.
    hear.forget();
    say(&Reply::Running);
}

/// This program runs in a worker and nowhere else.
fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn hear(data: &JsValue) {
    if let Some(bytes) = data.dyn_ref::<ArrayBuffer>() {
        let engine = Engine::open(&Uint8Array::new(bytes).to_vec());
        say(if engine.is_some() {
            &Reply::Open
        } else {
            &Reply::Unreadable
        });
        ENGINE.replace(engine);
        return;
    }
    let ask = data.as_string().and_then(|text| Ask::read(&text));
    let reply = ENGINE.with_borrow_mut(|engine| engine.as_mut()?.answer(ask?));
    if let Some(reply) = reply {
        say(&reply);
    }
}

fn say(reply: &Reply) {
    // A text can always be posted.
    let _ = scope().post_message(&JsValue::from_str(&reply.write()));
}

//! A signature, drawn with finger, pen or mouse, or written as a name.

use crate::form::shrink::{encode, pen};
use crate::parts::Icon;
use crate::storage;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlImageElement, PointerEvent};

/// Width of the line and size of a written name, in CSS pixels.
const LINE_PX: f64 = 3.0;
const NAME_PX: f64 = 56.0;
/// A touch shorter than this, in CSS pixels, is a hand laid down, not a signature.
const MIN_INK_PX: f64 = 40.0;
/// PNG: a few strokes on white take less than as JPEG, and stay crisp.
const MEDIA_TYPE: &str = "image/png";
const INK: &str = "#1a1f1e";
const PAPER: &str = "#ffffff";

/// The paper: its canvas and how much ink is on it.
#[derive(Clone, Copy)]
struct Paper {
    canvas: NodeRef<Canvas>,
    /// CSS pixels drawn so far.
    ink: StoredValue<f64>,
    last: StoredValue<Option<(f64, f64)>>,
    on_change: Callback<Option<Blob>>,
}

impl Paper {
    /// Gives the canvas as many pixels as the screen has under it, and a white ground.
    fn lay(self, canvas: &HtmlCanvasElement) {
        let ratio = web_sys::window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .clamp(1.0, 2.0);
        canvas.set_width((f64::from(canvas.client_width()) * ratio) as u32);
        canvas.set_height((f64::from(canvas.client_height()) * ratio) as u32);
        self.wipe(canvas);
    }

    fn wipe(self, canvas: &HtmlCanvasElement) {
        self.ink.set_value(0.0);
        let Some(pen) = pen(canvas) else { return };
        pen.set_fill_style_str(PAPER);
        pen.fill_rect(
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        );
    }

    /// Canvas pixels for one CSS pixel; it changes when the phone is turned.
    fn scale(canvas: &HtmlCanvasElement) -> (f64, f64) {
        let across = f64::from(canvas.width()) / f64::from(canvas.client_width().max(1));
        let down = f64::from(canvas.height()) / f64::from(canvas.client_height().max(1));
        (across, down)
    }

    fn begin(self, event: &PointerEvent) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        // Without capture a stroke that leaves the paper merely ends there.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        self.last.set_value(Some((
            f64::from(event.offset_x()),
            f64::from(event.offset_y()),
        )));
    }

    fn draw(self, event: &PointerEvent) {
        let (Some(canvas), Some(from)) = (self.canvas.get_untracked(), self.last.get_value())
        else {
            return;
        };
        let to = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let (across, down) = Paper::scale(&canvas);
        if let Some(pen) = pen(&canvas) {
            pen.set_stroke_style_str(INK);
            pen.set_line_width(LINE_PX * across);
            pen.set_line_cap("round");
            pen.begin_path();
            pen.move_to(from.0 * across, from.1 * down);
            pen.line_to(to.0 * across, to.1 * down);
            pen.stroke();
        }
        self.ink
            .update_value(|ink| *ink += (to.0 - from.0).hypot(to.1 - from.1));
        self.last.set_value(Some(to));
    }

    fn end(self) {
        let drawing = self.last.get_value().is_some();
        self.last.set_value(None);
        if drawing && self.ink.get_value() >= MIN_INK_PX {
            self.hand_over();
        }
    }

    fn clear(self) {
        if let Some(canvas) = self.canvas.get_untracked() {
            self.wipe(&canvas);
        }
        self.on_change.run(None);
    }

    /// Writes a name across the paper, small enough to fit.
    fn write(self, name: &str) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        self.wipe(&canvas);
        let Some(pen) = pen(&canvas) else { return };
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        let (across, down) = Paper::scale(&canvas);
        let letters = name.chars().count().max(1) as f64;
        let size = (NAME_PX * down).min(width * 0.8 / letters);
        pen.set_fill_style_str(INK);
        pen.set_font(&["italic ", &size.to_string(), "px cursive, serif"].concat());
        pen.set_text_align("center");
        pen.set_text_baseline("middle");
        // The only failure is a canvas that is gone.
        let _ =
            pen.fill_text_with_max_width(name, width / 2.0, height / 2.0, width - 16.0 * across);
        self.ink.set_value(MIN_INK_PX);
        self.hand_over();
    }

    fn hand_over(self) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Ok(picture) = encode(&canvas, MEDIA_TYPE).await {
                self.on_change.try_run(Some(picture));
            }
        });
    }

    /// Shows a signature given earlier.
    async fn show(self, url: String) {
        let Ok(image) = HtmlImageElement::new() else {
            return;
        };
        image.set_src(&url);
        if JsFuture::from(image.decode()).await.is_err() {
            return;
        }
        let Some(canvas) = self.canvas.try_get_untracked().flatten() else {
            return;
        };
        if let Some(pen) = pen(&canvas) {
            let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
            let _ = pen
                .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height);
            self.ink.try_update_value(|ink| *ink = MIN_INK_PX);
        }
    }
}

/// The pad. Keyboard and screen-reader users write the name instead of drawing it.
#[component]
pub fn Signature(
    /// The question's id; its parts begin with it.
    id: &'static str,
    /// Whether there is one already.
    #[prop(into)]
    signed: Signal<bool>,
    /// The picture of an earlier one, once it is found.
    #[prop(into)]
    earlier: Signal<Option<String>>,
    /// Told the picture, or that it was wiped.
    on_change: Callback<Option<Blob>>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let paper = Paper {
        canvas,
        ink: StoredValue::new(0.0),
        last: StoredValue::new(None),
        on_change,
    };
    let writing = RwSignal::new(false);
    Effect::new(move |laid: Option<bool>| {
        let Some(element) = canvas.get() else {
            return false;
        };
        if laid != Some(true) {
            paper.lay(&element);
        }
        true
    });
    Effect::new(move |_| {
        let found = earlier.get().filter(|_| paper.ink.get_value() == 0.0);
        if let (Some(url), Some(_)) = (found, canvas.get()) {
            spawn_local(paper.show(url));
        }
    });
    let clear = move |_| {
        writing.set(false);
        paper.clear();
    };
    view! {
        <div class="sign">
            <p class="label" id=format!("{id}-label")>{tr!(proxy.sign.draw)}</p>
            <p class="hint">{tr!(proxy.sign.draw_mouse)}</p>
            <div class="sign-paper">
                <canvas
                    class="sign-pad"
                    role="img"
                    aria-labelledby=format!("{id}-label")
                    node_ref=canvas
                    on:pointerdown=move |event| paper.begin(&event)
                    on:pointermove=move |event| paper.draw(&event)
                    on:pointerup=move |_| paper.end()
                    on:pointercancel=move |_| paper.end()
                ></canvas>
            </div>
            <p class="hint" role="status">{move || signed.get().then(|| tr!(proxy.sign.done))}</p>
            <div class="btns">
                <button class="btn" type="button" on:click=clear>
                    <Icon name="undo" />
                    {tr!(proxy.sign.clear)}
                </button>
                <button
                    class="btn btn-quiet"
                    type="button"
                    aria-expanded=move || writing.get().to_string()
                    aria-controls=format!("{id}-written")
                    on:click=move |_| writing.update(|writing| *writing = !*writing)
                >
                    <Icon name="pen" />
                    {tr!(proxy.sign.typed)}
                </button>
            </div>
            <div class="stack" id=format!("{id}-written")>
                <Show when=move || writing.get()>
                    <Written id paper />
                </Show>
            </div>
        </div>
    }
}

/// The name instead of a drawing: it counts once the box is ticked.
#[component]
fn Written(id: &'static str, paper: Paper) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let ticked = RwSignal::new(false);
    let settle = move || match name.with_untracked(|name| name.trim().to_owned()) {
        name if ticked.get_untracked() && !name.is_empty() => paper.write(&name),
        _ => paper.clear(),
    };
    let tick = move |event: web_sys::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        ticked.set(input.is_some_and(|input| input.checked()));
        settle();
    };
    let typed = move |event| {
        name.set(event_target_value(&event));
        if ticked.get_untracked() {
            settle();
        }
    };
    view! {
        <div class="field">
            <label class="label" for=format!("{id}-name")>{tr!(proxy.sign.typed_name)}</label>
            <p class="hint" id=format!("{id}-name-hint")>{tr!(proxy.sign.typed_hint)}</p>
            <input
                class="input"
                type="text"
                id=format!("{id}-name")
                autocomplete=storage::fill_in("name")
                aria-describedby=format!("{id}-name-hint")
                prop:value=name
                on:input=typed
            />
        </div>
        <label class="choice">
            <input type="checkbox" prop:checked=ticked on:change=tick />
            <span class="choice-words">
                <span class="choice-name">{tr!(proxy.sign.typed_tick)}</span>
            </span>
        </label>
    }
}

//! Covers faces, plates and numbers on a photo, with a finger or with buttons (WCAG 2.5.7).
//!
//! What is covered is painted over in one colour: nothing of it can be computed back.

use crate::form::shrink::{encode, pen};
use crate::parts::Icon;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, PointerEvent};

const INK: &str = "#1a1f1e";
const FRAME: &str = "#ffd54a";
/// Width of the finger's line, as a part of the picture's width.
const BRUSH: f64 = 0.07;
/// One press moves or grows the frame by this part of the picture's width.
const STEP: f64 = 0.05;

/// What is painted over; positions are parts of the picture's width and height, 0–1.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// A finger's way.
    Line(Vec<(f64, f64)>),
    /// A rectangle.
    Box(Frame),
}

/// A rectangle: its middle and half its sides.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Frame {
    x: f64,
    y: f64,
    half_width: f64,
    half_height: f64,
}

impl Frame {
    const FIRST: Frame = Frame {
        x: 0.5,
        y: 0.5,
        half_width: 0.12,
        half_height: 0.09,
    };

    /// Moved; its middle stays on the picture.
    fn moved(self, dx: f64, dy: f64) -> Frame {
        Frame {
            x: (self.x + dx).clamp(0.0, 1.0),
            y: (self.y + dy).clamp(0.0, 1.0),
            ..self
        }
    }

    /// Larger or smaller, never gone and never beyond the whole picture.
    fn grown(self, by: f64) -> Frame {
        let side = |half: f64| (half * by).clamp(0.02, 1.0);
        Frame {
            half_width: side(self.half_width),
            half_height: side(self.half_height),
            ..self
        }
    }

    /// Left, top, width and height in pixels.
    fn pixels(self, width: f64, height: f64) -> (f64, f64, f64, f64) {
        (
            (self.x - self.half_width) * width,
            (self.y - self.half_height) * height,
            self.half_width * 2.0 * width,
            self.half_height * 2.0 * height,
        )
    }
}

/// The picture and what is painted over it.
#[derive(Clone, Copy)]
struct Table {
    canvas: NodeRef<Canvas>,
    image: StoredValue<Option<HtmlImageElement>, LocalStorage>,
    marks: RwSignal<Vec<Mark>>,
    frame: RwSignal<Option<Frame>>,
    drawing: StoredValue<bool>,
}

impl Table {
    async fn load(self, url: String) {
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
        canvas.set_width(image.natural_width());
        canvas.set_height(image.natural_height());
        self.image.try_set_value(Some(image));
        self.draw(true);
    }

    /// Paints anew; the frame is only for the eye and never part of the picture.
    fn draw(self, with_frame: bool) {
        let Some(canvas) = self.canvas.try_get_untracked().flatten() else {
            return;
        };
        let Some(pen) = pen(&canvas) else { return };
        let size = (f64::from(canvas.width()), f64::from(canvas.height()));
        self.image.with_value(|image| {
            if let Some(image) = image {
                // The only failure is an image that is not decoded; this one is.
                let _ = pen.draw_image_with_html_image_element(image, 0.0, 0.0);
            }
        });
        self.marks.with_untracked(|marks| {
            for mark in marks {
                paint(&pen, mark, size);
            }
        });
        if let (true, Some(frame)) = (with_frame, self.frame.get_untracked()) {
            let (x, y, w, h) = frame.pixels(size.0, size.1);
            pen.set_stroke_style_str(INK);
            pen.set_line_width(size.0 / 60.0);
            pen.stroke_rect(x, y, w, h);
            pen.set_stroke_style_str(FRAME);
            pen.set_line_width(size.0 / 120.0);
            pen.stroke_rect(x, y, w, h);
        }
    }

    fn begin(self, event: &PointerEvent) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        // Without capture a line that leaves the picture merely ends there.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        self.drawing.set_value(true);
        let at = spot(&canvas, event);
        self.marks.update(|marks| marks.push(Mark::Line(vec![at])));
        self.draw(true);
    }

    fn go_on(self, event: &PointerEvent) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        if !self.drawing.get_value() {
            return;
        }
        let at = spot(&canvas, event);
        self.marks.update(|marks| {
            if let Some(Mark::Line(line)) = marks.last_mut() {
                line.push(at);
            }
        });
        self.draw(true);
    }

    fn undo(self) {
        self.marks.update(|marks| drop(marks.pop()));
        self.draw(true);
    }

    fn shift(self, change: impl FnOnce(Frame) -> Frame) {
        self.frame
            .update(|frame| *frame = Some(change(frame.unwrap_or(Frame::FIRST))));
        self.draw(true);
    }

    fn place(self) {
        if let Some(frame) = self.frame.get_untracked() {
            self.marks.update(|marks| marks.push(Mark::Box(frame)));
            self.draw(true);
        }
    }
}

fn spot(canvas: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let part = |at: i32, whole: i32| f64::from(at) / f64::from(whole.max(1));
    (
        part(event.offset_x(), canvas.client_width()),
        part(event.offset_y(), canvas.client_height()),
    )
}

fn paint(pen: &CanvasRenderingContext2d, mark: &Mark, (width, height): (f64, f64)) {
    match mark {
        Mark::Box(frame) => {
            let (x, y, w, h) = frame.pixels(width, height);
            pen.set_fill_style_str(INK);
            pen.fill_rect(x, y, w, h);
        }
        Mark::Line(points) => {
            let Some(first) = points.first() else { return };
            pen.set_stroke_style_str(INK);
            pen.set_line_width(width * BRUSH);
            pen.set_line_cap("round");
            pen.set_line_join("round");
            pen.begin_path();
            pen.move_to(first.0 * width, first.1 * height);
            for point in points {
                pen.line_to(point.0 * width, point.1 * height);
            }
            pen.stroke();
        }
    }
}

/// The picture, large, and what covers it. `on_done` gets the covered picture, or none where
/// nothing was changed.
#[component]
pub fn Cover(
    /// The picture's object URL.
    url: String,
    /// Told how it ended.
    on_done: Callback<Option<Blob>>,
) -> impl IntoView {
    let table = Table {
        canvas: NodeRef::new(),
        image: StoredValue::new_local(None),
        marks: RwSignal::new(Vec::new()),
        frame: RwSignal::new(None),
        drawing: StoredValue::new(false),
    };
    Effect::new(move |laid: Option<bool>| {
        if table.canvas.get().is_some() && laid != Some(true) {
            spawn_local(table.load(url.clone()));
            return true;
        }
        laid.unwrap_or_default()
    });
    let stop = move |_: PointerEvent| table.drawing.set_value(false);
    let done = move |_| {
        table.draw(false);
        let Some(canvas) = table.canvas.get_untracked() else {
            return;
        };
        if table.marks.with_untracked(Vec::is_empty) {
            return on_done.run(None);
        }
        spawn_local(async move {
            let covered = encode(&canvas, "image/jpeg").await.ok();
            on_done.try_run(covered);
        });
    };
    let none = move || table.marks.with(Vec::is_empty);
    let told = move || match table.marks.with(Vec::len) {
        0 => tr!(report.cover.none).to_owned(),
        count => tr!(report.cover.count, count = count),
    };
    view! {
        <section class="cover" role="group" aria-label=tr!(report.cover.title)>
            <p class="hint">{tr!(report.cover.how)}</p>
            <canvas
                class="cover-pad"
                role="img"
                aria-label=tr!(report.cover.pad)
                node_ref=table.canvas
                on:pointerdown=move |event| table.begin(&event)
                on:pointermove=move |event| table.go_on(&event)
                on:pointerup=stop
                on:pointercancel=stop
            ></canvas>
            <p class="hint" role="status">{told}</p>
            <Show
                when=move || table.frame.get().is_some()
                fallback=move || view! {
                    <button class="btn" type="button" on:click=move |_| table.shift(|frame| frame)>
                        <Icon name="edit"/>{tr!(report.cover.by_button)}
                    </button>
                }
            >
                <FrameButtons table/>
            </Show>
            <div class="btns">
                <button class="btn btn-primary" type="button" on:click=done>{tr!(report.cover.done)}</button>
                <button class="btn" type="button" aria-disabled=move || none().then_some("true") on:click=move |_| table.undo()>
                    <Icon name="undo"/>{tr!(report.cover.undo)}
                </button>
                <button class="btn btn-quiet" type="button" on:click=move |_| on_done.run(None)>{tr!(report.cover.cancel)}</button>
            </div>
        </section>
    }
}

/// Moves the frame, makes it larger or smaller, and covers what is in it.
#[component]
fn FrameButtons(table: Table) -> impl IntoView {
    let button = move |words: &'static str, change: fn(Frame) -> Frame| {
        view! { <button class="btn" type="button" on:click=move |_| table.shift(change)>{words}</button> }
    };
    view! {
        <div class="cover-keys" role="group" aria-label=tr!(report.cover.frame)>
            {button(tr!(report.cover.left), |frame| frame.moved(-STEP, 0.0))}
            {button(tr!(report.cover.right), |frame| frame.moved(STEP, 0.0))}
            {button(tr!(report.cover.up), |frame| frame.moved(0.0, -STEP))}
            {button(tr!(report.cover.down), |frame| frame.moved(0.0, STEP))}
            {button(tr!(report.cover.larger), |frame| frame.grown(1.3))}
            {button(tr!(report.cover.smaller), |frame| frame.grown(1.0 / 1.3))}
            <button class="btn btn-primary" type="button" on:click=move |_| table.place()>{tr!(report.cover.place)}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_stays_on_the_picture() {
        let mut frame = Frame::FIRST;
        for _ in 0..50 {
            frame = frame.moved(STEP, -STEP);
        }
        assert_eq!((frame.x, frame.y), (1.0, 0.0));
    }

    #[test]
    fn the_frame_never_vanishes_nor_outgrows_the_picture() {
        let (mut large, mut small) = (Frame::FIRST, Frame::FIRST);
        for _ in 0..50 {
            large = large.grown(1.3);
            small = small.grown(1.0 / 1.3);
        }
        assert_eq!((large.half_width, small.half_width), (1.0, 0.02));
        assert_eq!(large.pixels(100.0, 50.0), (-50.0, -25.0, 200.0, 100.0));
    }
}

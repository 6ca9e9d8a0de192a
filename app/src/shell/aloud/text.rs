//! The sentences of a page, in reading order, each with its place on it.

use gloo::utils::window;
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, HtmlInputElement, HtmlTextAreaElement, Node, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// What is not for the ear.
const SILENT: &str = "svg, script, style, canvas, progress, option, .sr-only, [aria-hidden=true], \
    .aloud, .aloud-bar, .sheet-close, details:not([open]) > :not(summary)";
/// A sentence of more characters than this is parted at its next comma: some voices stop in the
/// middle of long ones.
const LONG: usize = 60;
/// The attribute of what is being read, and the name of its highlight.
const MARK: &str = "data-aloud";
const HIGHLIGHT: &str = "aloud";

/// One sentence.
#[derive(Clone)]
pub struct Sentence {
    /// As it is said.
    pub words: String,
    /// The block it stands in.
    block: Element,
    /// From where to where; none for what was typed into a control.
    span: Option<[(Node, u32); 2]>,
}

/// What is read of `root`, in order.
pub fn sentences(root: &Element) -> Vec<Sentence> {
    let mut found = Collector::default();
    found.element(root, root);
    found.sentences
}

#[derive(Default)]
struct Collector {
    sentences: Vec<Sentence>,
    /// Text that runs on without a break, by the nodes it stands in.
    run: Vec<(Node, String)>,
    /// A ticked box or a picked choice stands before the next words.
    picked: bool,
}

impl Collector {
    fn element(&mut self, element: &Element, block: &Element) {
        if element.matches(SILENT).unwrap_or(false) {
            return;
        }
        let Some(display) = display(element) else {
            return;
        };
        let inline = display == "inline";
        let own = if inline { block } else { element };
        if !inline {
            self.flush(block);
        }
        if !self.control(element) {
            self.children(element, own);
        }
        if !inline {
            self.flush(own);
        }
    }

    fn children(&mut self, element: &Element, block: &Element) {
        let nodes = element.child_nodes();
        for node in (0..nodes.length()).filter_map(|at| nodes.item(at)) {
            match node.dyn_ref::<Element>() {
                Some(child) => self.element(child, block),
                None if node.node_type() == Node::TEXT_NODE => {
                    let text = node.node_value().unwrap_or_default();
                    self.run.push((node, text));
                }
                None => {}
            }
        }
    }

    /// Takes what somebody typed, picked or ticked; false where it is no control.
    fn control(&mut self, element: &Element) -> bool {
        let typed = if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            match input.type_().as_str() {
                "radio" | "checkbox" => {
                    self.picked = input.checked();
                    String::new()
                }
                "password" | "file" | "hidden" => String::new(),
                _ => input.value(),
            }
        } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            area.value()
        } else if element.tag_name() == "SELECT" {
            let chosen = element.query_selector("option:checked").ok().flatten();
            chosen
                .and_then(|chosen| chosen.text_content())
                .unwrap_or_default()
        } else {
            return false;
        };
        if !typed.trim().is_empty() {
            self.flush(element);
            self.sentences.push(Sentence {
                words: tr!(shell.aloud_filled, answer = typed),
                block: element.clone(),
                span: None,
            });
        }
        true
    }

    /// Cuts what ran on into sentences.
    fn flush(&mut self, block: &Element) {
        let run = std::mem::take(&mut self.run);
        let whole: String = run.iter().map(|(_, text)| text.as_str()).collect();
        for part in cut(&whole) {
            let words = whole[part.clone()].to_owned();
            let picked = std::mem::take(&mut self.picked);
            self.sentences.push(Sentence {
                words: if picked {
                    tr!(shell.aloud_picked, answer = words)
                } else {
                    words
                },
                block: block.clone(),
                span: span(&run, part),
            });
        }
    }
}

/// How it is laid out; none where it is not shown.
fn display(element: &Element) -> Option<String> {
    let style = window().get_computed_style(element).ok().flatten()?;
    let display = style.get_property_value("display").ok()?;
    let hidden = style.get_property_value("visibility").ok()? == "hidden";
    (display != "none" && !hidden).then_some(display)
}

/// The nodes and the offsets in them (UTF-16, as the document counts) at which a part of the run
/// begins and ends.
fn span(run: &[(Node, String)], part: Range<usize>) -> Option<[(Node, u32); 2]> {
    let place = |at: usize, end: bool| {
        let mut before = 0;
        for (node, text) in run {
            let after = before + text.len();
            if at < after || (end && at == after) {
                let units = text[..at - before].encode_utf16().count();
                return Some((node.clone(), u32::try_from(units).ok()?));
            }
            before = after;
        }
        None
    };
    Some([place(part.start, false)?, place(part.end, true)?])
}

/// The sentences of a text, as byte ranges without the space around them.
fn cut(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut length) = (0, 0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        length += 1;
        let next = chars.peek().map(|(_, next)| *next);
        let stops = match c {
            '。' | '！' | '？' | '；' | '!' | '?' | '…' => true,
            // Not in a number or an address.
            '.' | ';' => next.is_none_or(char::is_whitespace),
            '，' | ',' | '、' => length > LONG,
            _ => false,
        };
        if stops {
            let end = at + c.len_utf8();
            parts.extend(trimmed(text, start..end));
            (start, length) = (end, 0);
        }
    }
    parts.extend(trimmed(text, start..text.len()));
    parts
}

/// The range without the space around it; none where there is nothing to say.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    part.contains(char::is_alphanumeric)
        .then(|| start..start + part.trim().len())
}

impl Sentence {
    /// Shows on the page that this is being read, and brings it into view.
    pub fn mark(&self) {
        unmark();
        // Refused only for a name that is no attribute name.
        let _ = self.block.set_attribute(MARK, "");
        if let Some([start, end]) = &self.span {
            // Where the browser has no highlights the block alone is marked.
            let _ = highlight(start, end);
        }
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Center);
        self.block
            .scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Nothing is being read any more.
pub fn unmark() {
    let marked = gloo::utils::document().query_selector(&format!("[{MARK}]"));
    if let Ok(Some(marked)) = marked {
        let _ = marked.remove_attribute(MARK);
    }
    if let Some(highlights) = highlights() {
        let _ = call(&highlights, "delete", &[HIGHLIGHT.into()]);
    }
}

/// `CSS.highlights`; none in browsers before 2023.
fn highlights() -> Option<JsValue> {
    let css = js_sys::Reflect::get(&window(), &"CSS".into()).ok()?;
    let highlights = js_sys::Reflect::get(&css, &"highlights".into()).ok()?;
    highlights.is_object().then_some(highlights)
}

fn highlight(start: &(Node, u32), end: &(Node, u32)) -> Option<()> {
    let range = gloo::utils::document().create_range().ok()?;
    range.set_start(&start.0, start.1).ok()?;
    range.set_end(&end.0, end.1).ok()?;
    let make = js_sys::Reflect::get(&window(), &"Highlight".into()).ok()?;
    let make: js_sys::Function = make.dyn_into().ok()?;
    let made = js_sys::Reflect::construct(&make, &js_sys::Array::of1(&range)).ok()?;
    call(&highlights()?, "set", &[HIGHLIGHT.into(), made])
}

fn call(on: &JsValue, name: &str, given: &[JsValue]) -> Option<()> {
    let function = js_sys::Reflect::get(on, &name.into()).ok()?;
    let function: js_sys::Function = function.dyn_into().ok()?;
    let given: js_sys::Array = given.iter().collect();
    function.apply(on, &given).ok().map(drop)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn texts_are_cut_into_sentences() {
        for (text, expected) in [
            ("", vec![]),
            ("  ·  ", vec![]),
            ("您好，要办什么事？", vec!["您好，要办什么事？"]),
            (
                " 不用注册。打开就能用！ 好",
                vec!["不用注册。", "打开就能用！", "好"],
            ),
            (
                "Call 0573-1.5 now. Then wait.",
                vec!["Call 0573-1.5 now.", "Then wait."],
            ),
        ] {
            let parts: Vec<_> = cut(text).into_iter().map(|part| &text[part]).collect();
            assert_eq!(parts, expected, "{text}");
        }
    }

    #[test]
    fn long_sentences_are_parted_at_a_comma() {
        let text = format!("{}，{}。", "长".repeat(70), "短".repeat(10));
        let parts = cut(&text);
        assert_eq!(parts.len(), 2);
        assert!(text[parts[0].clone()].ends_with('，'));
        assert_eq!(parts[1].end, text.len(), "nothing is left out");
    }
}

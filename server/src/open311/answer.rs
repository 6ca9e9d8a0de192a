//! One answer, written as XML or as JSON.

use serde::{Serialize, Serializer};
use std::fmt::Write;

/// How an answer is written: by the end of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.xml`
    Xml,
    /// `.json`
    Json,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A text; empty in XML and null in JSON where there is none.
    Text(Option<String>),
    /// A number of degrees.
    Degrees(f64),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
    /// Parts of one name each: always an array in JSON, of one as of many.
    List(&'static str, Vec<Node>),
    /// Parts by name.
    Fields(Vec<(&'static str, Node)>),
}

impl Node {
    /// A text.
    pub fn text(text: impl Into<String>) -> Node {
        Node::Text(Some(text.into()))
    }

    /// Nothing is known.
    pub const NONE: Node = Node::Text(None);
}

impl Format {
    /// A file name without its end, and the format the end means.
    pub fn split(file: &str) -> Option<(&str, Format)> {
        let (name, end) = file.rsplit_once('.')?;
        match end {
            "xml" => Some((name, Format::Xml)),
            "json" => Some((name, Format::Json)),
            _ => None,
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xml => "text/xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        }
    }

    /// The whole answer.
    pub fn write(self, root: &'static str, body: &Node) -> String {
        match self {
            // A tree of texts and numbers is always written.
            Format::Json => serde_json::to_string(body).unwrap_or_default(),
            Format::Xml => {
                let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned();
                xml(&mut text, root, body);
                text
            }
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Text(text) => text.serialize(into),
            Node::Degrees(number) => into.serialize_f64(*number),
            Node::Whole(number) => into.serialize_i64(*number),
            Node::Truth(yes) => into.serialize_bool(*yes),
            Node::List(_, items) => into.collect_seq(items),
            Node::Fields(fields) => {
                into.collect_map(fields.iter().map(|(name, node)| (name, node)))
            }
        }
    }
}

fn xml(into: &mut String, name: &str, node: &Node) {
    let _ = write!(into, "<{name}>");
    match node {
        Node::Text(text) => escape(into, text.as_deref().unwrap_or_default()),
        Node::Degrees(number) => {
            let _ = write!(into, "{number}");
        }
        Node::Whole(number) => {
            let _ = write!(into, "{number}");
        }
        Node::Truth(yes) => {
            let _ = write!(into, "{yes}");
        }
        Node::List(item, items) => items.iter().for_each(|node| xml(into, item, node)),
        Node::Fields(fields) => fields.iter().for_each(|(name, node)| xml(into, name, node)),
    }
    let _ = write!(into, "</{name}>");
}

/// Text as XML 1.0 may hold it: most control characters exist in no XML document, escaped or not.
fn escape(into: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&apos;"),
            '\t' | '\n' => into.push(c),
            // A bare CR would be read back as LF.
            '\r' => into.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    /// The text of `<t>` as a parser reads it.
    fn read_back(document: &str) -> String {
        let mut reader = Reader::from_str(document);
        let mut text = String::new();
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Text(part) => text += &part.decode().expect("UTF-8"),
                Event::GeneralRef(part) => {
                    let name = part.decode().expect("UTF-8");
                    let c = match name.as_ref() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => part
                            .resolve_char_ref()
                            .expect("a number")
                            .expect("a number"),
                    };
                    text.push(c);
                }
                Event::Eof => return text,
                _ => {}
            }
        }
    }

    proptest! {
        /// Whatever somebody writes stays text, and what XML can hold comes back as it was.
        #[test]
        fn no_text_breaks_out(words in "\\PC{0,40}", marks in "[<>&'\"\\]/!\\-\\r\\n\\x00-\\x1f]{0,20}") {
            let words = format!("{words}{marks}");
            let text = Format::Xml.write("t", &Node::text(words.clone()));
            let kept: String = words
                .chars()
                .filter(|c| !(c.is_ascii_control() && *c < ' ') || matches!(c, '\t' | '\n' | '\r'))
                .collect();
            let body = text.split_once('\n').expect("a declaration").1;
            prop_assert_eq!(read_back(body), kept);
            let text = Format::Json.write("t", &Node::text(words.clone()));
            let back: String = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(back, words);
        }
    }

    #[test]
    fn one_is_a_list_and_nothing_is_null() {
        let one = Node::List("service", vec![Node::Fields(vec![("group", Node::NONE)])]);
        assert_eq!(Format::Json.write("services", &one), r#"[{"group":null}]"#);
        assert!(
            Format::Xml
                .write("services", &one)
                .ends_with("<services><service><group></group></service></services>")
        );
    }
}

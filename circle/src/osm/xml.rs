//! `.osm` and `.osm.gz`: OpenStreetMap's XML.
//!
//! Read as a stream: of a compressed file only what is kept stands in memory. Elements an
//! editor has marked as deleted are left out.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Decoder, Reader, XmlVersion};

use super::ImportError;
use super::map::Keep;
use super::tags::Tags;
use crate::geo::Wgs84;

pub(super) fn read<K: Keep>(xml: &[u8]) -> Result<K, ImportError> {
    parse(xml)
}

pub(super) fn read_gzip<K: Keep>(gzip: &[u8]) -> Result<K, ImportError> {
    let most = MOST_TIMES * gzip.len() as u64 + LEAST_BYTES;
    let xml = MultiGzDecoder::new(gzip).take(most);
    parse(BufReader::with_capacity(1 << 16, xml))
}

/// Maps grow ten- to twentyfold when they are decompressed. What grows more is made to fill the
/// memory, and is read as if it ended there.
const MOST_TIMES: u64 = 100;
/// Of a small file so many bytes are read in any case.
const LEAST_BYTES: u64 = 1 << 20;

fn parse<K: Keep>(source: impl BufRead) -> Result<K, ImportError> {
    let mut reader = Reader::from_reader(Lines { source, line: 1 });
    let mut file = File::<K>::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let decoder = reader.decoder();
        let done = event
            .map_err(|error| error.to_string())
            .and_then(|event| file.event(&event, decoder));
        match done {
            Ok(false) => {}
            Ok(true) => return Ok(file.map),
            Err(what) => {
                let line = reader.get_ref().line;
                return Err(ImportError::Xml { line, what });
            }
        }
    }
}

/// A source that counts its lines, so that an error can say where it is.
struct Lines<R> {
    source: R,
    line: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is being consumed stands in the buffer still; this reads nothing new.
        if let Ok(buffer) = self.source.fill_buf() {
            let passed = &buffer[..amount.min(buffer.len())];
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        }
        self.source.consume(amount);
    }
}

/// What has been read, and the element that is being read.
#[derive(Default)]
struct File<K> {
    map: K,
    depth: usize,
    has_root: bool,
    element: Option<Element>,
}

enum Kind {
    Node(Wgs84),
    Way,
    Relation,
}

struct Element {
    kind: Kind,
    id: i64,
    tags: Vec<(String, String)>,
    /// Nodes of a way, or member ways of a relation.
    refs: Vec<i64>,
}

impl<K: Keep> File<K> {
    /// Takes in one event; whether it was the end of the file.
    fn event(&mut self, event: &Event<'_>, decoder: Decoder) -> Result<bool, String> {
        match event {
            Event::Start(start) => {
                self.start(start, decoder)?;
                self.depth += 1;
            }
            Event::Empty(start) => {
                self.start(start, decoder)?;
                self.end();
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                self.end();
            }
            // Read to the very end: there a compressed file has its checksum.
            Event::Eof if self.has_root && self.depth == 0 => return Ok(true),
            Event::Eof => return Err("the file ends early".to_owned()),
            _ => {}
        }
        Ok(false)
    }

    fn start(&mut self, start: &BytesStart<'_>, decoder: Decoder) -> Result<(), String> {
        let attributes = Attributes { start, decoder };
        match (self.depth, start.local_name().as_ref()) {
            (0, b"osm") => self.has_root = true,
            (0, _) => return Err("not an OpenStreetMap file: its root is not <osm>".to_owned()),
            (1, b"node") => self.element = attributes.node()?,
            (1, b"way") => self.element = attributes.element(Kind::Way)?,
            (1, b"relation") => self.element = attributes.element(Kind::Relation)?,
            (2, b"tag") => {
                let (key, value) = (attributes.text("k")?, attributes.text("v")?);
                self.with_element(|element| element.tags.push((key, value)));
            }
            (2, b"nd") => {
                let node = attributes.number("ref")?;
                self.with_element(|element| element.refs.push(node));
            }
            (2, b"member") if attributes.text("type")? == "way" => {
                let way = attributes.number("ref")?;
                self.with_element(|element| element.refs.push(way));
            }
            _ => {}
        }
        Ok(())
    }

    fn with_element(&mut self, change: impl FnOnce(&mut Element)) {
        if let Some(element) = &mut self.element {
            change(element);
        }
    }

    fn end(&mut self) {
        if self.depth != 1 {
            return;
        }
        let Some(Element {
            kind,
            id,
            tags,
            refs,
        }) = self.element.take()
        else {
            return;
        };
        let tags = Tags::from(tags);
        match kind {
            Kind::Node(at) => self.map.add_node(id, at, tags),
            Kind::Way => self.map.add_way(id, refs, tags),
            Kind::Relation => self.map.add_relation(id, refs, tags),
        }
    }
}

struct Attributes<'a> {
    start: &'a BytesStart<'a>,
    decoder: Decoder,
}

impl Attributes<'_> {
    fn find(&self, name: &str) -> Result<Option<String>, String> {
        let attribute = self
            .start
            .try_get_attribute(name)
            .map_err(|error| error.to_string())?;
        attribute
            .map(|attribute| {
                attribute
                    .decoded_and_normalized_value(XmlVersion::Implicit1_0, self.decoder)
                    .map(|value| value.into_owned())
                    .map_err(|error| error.to_string())
            })
            .transpose()
    }

    fn text(&self, name: &str) -> Result<String, String> {
        self.find(name)?
            .ok_or_else(|| format!("<{}> has no `{name}`", self.element_name()))
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, String> {
        let text = self.text(name)?;
        text.parse().map_err(|_| {
            let element = self.element_name();
            format!("`{name}` of <{element}> is not a number: {text:?}")
        })
    }

    fn element_name(&self) -> String {
        String::from_utf8_lossy(self.start.name().as_ref()).into_owned()
    }

    fn is_deleted(&self) -> Result<bool, String> {
        let is = |name, value| Ok::<bool, String>(self.find(name)?.as_deref() == Some(value));
        Ok(is("visible", "false")? || is("action", "delete")?)
    }

    fn node(&self) -> Result<Option<Element>, String> {
        if self.is_deleted()? {
            return Ok(None);
        }
        let at = Wgs84::new(self.number("lat")?, self.number("lon")?);
        self.element(Kind::Node(at))
    }

    fn element(&self, kind: Kind) -> Result<Option<Element>, String> {
        if self.is_deleted()? {
            return Ok(None);
        }
        Ok(Some(Element {
            kind,
            id: self.number("id")?,
            tags: Vec::new(),
            refs: Vec::new(),
        }))
    }
}

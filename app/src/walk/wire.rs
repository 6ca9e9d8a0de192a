//! What the page and the walking engine's worker say to each other; the network itself goes over
//! as the bytes it came in. Compiled into both programs: the worker's has nothing else of the app.
//!
//! A message is a line of a word and whole numbers, and lines of text after it where it has texts.
//! Both programs come with the same build, so that no other version ever reads it. Not JSON: what
//! reads and writes that is a quarter of the worker's download (decision 0022).

use std::fmt::Write;
use std::str::{Lines, Split};

/// Millionths of a degree north and east, WGS84: 11 cm.
pub type Spot = (i32, i32);

/// Who walks, by the engine's own names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Walker {
    /// In good health.
    #[default]
    Adult,
    /// Older.
    Older,
    /// With a cane or a walker.
    Slow,
    /// In a wheelchair.
    Wheelchair,
}

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// What may be walked to, before the first question; `rests` are the benches among them.
    Doors {
        /// Doors, in the order in which answers name them.
        at: Vec<Spot>,
        /// Numbers of those one can sit down at.
        rests: Vec<usize>,
    },
    /// What is around a place.
    Circle {
        /// The place.
        at: Spot,
        /// Who walks.
        walker: Walker,
    },
    /// The way to a door.
    Way {
        /// From here.
        at: Spot,
        /// Who walks.
        walker: Walker,
        /// Number of the door.
        to: usize,
    },
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The program runs and waits for the network.
    Running,
    /// The network is read.
    Open,
    /// The bytes are no network of this version.
    Unreadable,
    /// To [`Ask::Circle`].
    Circle(Circle),
    /// To [`Ask::Way`]; none where there is no way.
    Way(Option<Way>),
}

/// How long a walk takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Thousandths of a second.
    pub ms: u32,
    /// It needs ground of which nobody knows that a wheelchair can pass.
    pub unknown: bool,
}

/// What is around a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circle {
    /// Where it is asked from, as asked.
    pub at: Spot,
    /// A way is near: else nothing below says anything.
    pub on_map: bool,
    /// For each door; none where it is too far or there is no way.
    pub walks: Vec<Option<Walk>>,
    /// The bands as the map takes them, the largest first: JSON of `[{ tone, rings }]`.
    pub bands: String,
}

/// A way, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Number of the door it leads to.
    pub to: usize,
    /// How long it takes.
    pub walk: Walk,
    /// Metres, the straight parts between doors and ways included.
    pub metres: u32,
    /// Its line, door to door.
    pub line: Vec<Spot>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// The longest part without a bench, metres; none where no bench is on the way.
    pub rest_m: Option<u32>,
}

/// One thing to do on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How to turn into it.
    pub turn: Turn,
    /// What one walks on.
    pub on: Ground,
    /// The street's name, where the map has one.
    pub street: Option<String>,
    /// Metres.
    pub metres: u32,
    /// Where it leads, an eighth of the circle each: 0 is north, 2 east.
    pub heading: u8,
}

/// How to turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The first step.
    Start,
    /// Straight on.
    Straight,
    /// To the left.
    Left,
    /// Almost back, to the left.
    SharpLeft,
    /// To the right.
    Right,
    /// Almost back, to the right.
    SharpRight,
    /// Back.
    Back,
}

/// What one walks on, as far as it deserves a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// An ordinary way.
    Way,
    /// Across a road at signals.
    Signals,
    /// Across a road without.
    Crossing,
    /// Steps.
    Steps,
    /// A lift.
    Lift,
    /// A ferry.
    Ferry,
    /// A bridge.
    Bridge,
    /// A tunnel.
    Tunnel,
}

impl Walker {
    const ALL: [Walker; 4] = [
        Walker::Adult,
        Walker::Older,
        Walker::Slow,
        Walker::Wheelchair,
    ];
}

impl Turn {
    const ALL: [Turn; 7] = [
        Turn::Start,
        Turn::Straight,
        Turn::Left,
        Turn::SharpLeft,
        Turn::Right,
        Turn::SharpRight,
        Turn::Back,
    ];
}

impl Ground {
    const ALL: [Ground; 8] = [
        Ground::Way,
        Ground::Signals,
        Ground::Crossing,
        Ground::Steps,
        Ground::Lift,
        Ground::Ferry,
        Ground::Bridge,
        Ground::Tunnel,
    ];
}

/// Writes a message: numbers behind its word, texts on lines of their own.
struct Writer(String);

impl Writer {
    fn new(word: &str) -> Writer {
        Writer(word.to_owned())
    }

    fn number(mut self, number: impl Into<i64>) -> Writer {
        // Writing into a text does not fail.
        let _ = write!(self.0, " {}", number.into());
        self
    }

    fn spot(self, (lat, lon): Spot) -> Writer {
        self.number(lat).number(lon)
    }

    /// None is -1; whether the ground is unknown is the lowest bit.
    fn walk(self, walk: Option<Walk>) -> Writer {
        let number = |walk: Walk| i64::from(walk.ms) * 2 + i64::from(walk.unknown);
        self.number(walk.map_or(-1, number))
    }

    fn count(self, count: usize) -> Writer {
        // No list here has as many as that.
        self.number(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn line(mut self) -> Writer {
        self.0.push('\n');
        self
    }

    fn text(self, text: &str) -> Writer {
        let Writer(mut all) = self.line();
        all.push_str(text);
        Writer(all)
    }
}

/// Reads what [`Writer`] wrote.
struct Reader<'a> {
    numbers: Split<'a, char>,
    lines: Lines<'a>,
}

impl<'a> Reader<'a> {
    fn new(message: &'a str) -> Reader<'a> {
        let mut lines = message.lines();
        let numbers = lines.next().unwrap_or_default().split(' ');
        Reader { numbers, lines }
    }

    fn word(&mut self) -> &'a str {
        self.numbers.next().unwrap_or_default()
    }

    /// None at the end of the line, and for what is no number of that size.
    fn number<T: TryFrom<i64>>(&mut self) -> Option<T> {
        let number: i64 = self.numbers.next()?.parse().ok()?;
        T::try_from(number).ok()
    }

    fn spot(&mut self) -> Option<Spot> {
        Some((self.number()?, self.number()?))
    }

    /// The outer none at the end of the line.
    fn walk(&mut self) -> Option<Option<Walk>> {
        let number: i64 = self.number()?;
        Some((number >= 0).then(|| Walk {
            ms: u32::try_from(number / 2).unwrap_or(u32::MAX),
            unknown: number % 2 == 1,
        }))
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(self.number::<usize>()?).copied()
    }

    fn many<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count: usize = self.number()?;
        (0..count).map(|_| read(self)).collect()
    }

    /// What is left of the line, as one text.
    fn rest(&mut self) -> String {
        self.numbers.by_ref().collect::<Vec<_>>().join(" ")
    }
}

impl Ask {
    /// As it is sent.
    pub fn write(&self) -> String {
        let writer = match self {
            Ask::Doors { at, rests } => {
                let writer = Writer::new("doors").count(at.len());
                let writer = at.iter().copied().fold(writer, Writer::spot);
                let writer = writer.count(rests.len());
                rests.iter().copied().fold(writer, Writer::count)
            }
            Ask::Circle { at, walker } => Writer::new("circle").spot(*at).number(*walker as u8),
            Ask::Way { at, walker, to } => {
                let writer = Writer::new("way").spot(*at).number(*walker as u8);
                writer.count(*to)
            }
        };
        writer.0
    }

    /// None for anything that is no question.
    pub fn read(message: &str) -> Option<Ask> {
        let mut reader = Reader::new(message);
        Some(match reader.word() {
            "doors" => Ask::Doors {
                at: reader.many(Reader::spot)?,
                rests: reader.many(Reader::number)?,
            },
            "circle" => Ask::Circle {
                at: reader.spot()?,
                walker: reader.one_of(&Walker::ALL)?,
            },
            "way" => Ask::Way {
                at: reader.spot()?,
                walker: reader.one_of(&Walker::ALL)?,
                to: reader.number()?,
            },
            _ => return None,
        })
    }
}

impl Reply {
    /// As it is sent.
    pub fn write(&self) -> String {
        let writer = match self {
            Reply::Running => Writer::new("running"),
            Reply::Open => Writer::new("open"),
            Reply::Unreadable => Writer::new("unreadable"),
            Reply::Circle(circle) => circle.write(),
            Reply::Way(None) => Writer::new("nowhere"),
            Reply::Way(Some(way)) => way.write(),
        };
        writer.0
    }

    /// None for anything that is no answer.
    pub fn read(message: &str) -> Option<Reply> {
        let mut reader = Reader::new(message);
        Some(match reader.word() {
            "running" => Reply::Running,
            "open" => Reply::Open,
            "unreadable" => Reply::Unreadable,
            "circle" => Reply::Circle(Circle::read(reader)?),
            "nowhere" => Reply::Way(None),
            "way" => Reply::Way(Some(Way::read(reader)?)),
            _ => return None,
        })
    }
}

impl Circle {
    fn write(&self) -> Writer {
        let writer = Writer::new("circle").spot(self.at).number(self.on_map);
        let writer = writer.count(self.walks.len());
        let writer = self.walks.iter().copied().fold(writer, Writer::walk);
        writer.text(&self.bands)
    }

    fn read(mut reader: Reader<'_>) -> Option<Circle> {
        Some(Circle {
            at: reader.spot()?,
            on_map: reader.number::<u8>()? == 1,
            walks: reader.many(Reader::walk)?,
            bands: reader.lines.next().unwrap_or_default().to_owned(),
        })
    }
}

impl Way {
    fn write(&self) -> Writer {
        let writer = Writer::new("way").count(self.to).walk(Some(self.walk));
        let rest = self.rest_m.map_or(-1, i64::from);
        let writer = writer.number(self.metres).number(rest);
        let writer = writer.count(self.line.len());
        let writer = self.line.iter().copied().fold(writer, Writer::spot);
        self.steps
            .iter()
            .fold(writer, |writer, step| step.write(writer))
    }

    fn read(mut reader: Reader<'_>) -> Option<Way> {
        Some(Way {
            to: reader.number()?,
            walk: reader.walk()??,
            metres: reader.number()?,
            rest_m: u32::try_from(reader.number::<i64>()?).ok(),
            line: reader.many(Reader::spot)?,
            steps: reader.lines.map(Step::read).collect::<Option<_>>()?,
        })
    }
}

impl Step {
    /// A line of its own, the street's name last: names have spaces.
    fn write(&self, writer: Writer) -> Writer {
        let Writer(mut all) = writer.text("step");
        let numbers = [
            self.turn as u32,
            self.on as u32,
            self.metres,
            self.heading.into(),
        ];
        for number in numbers {
            // Writing into a text does not fail.
            let _ = write!(all, " {number}");
        }
        if let Some(street) = &self.street {
            all.push(' ');
            all.push_str(street);
        }
        Writer(all)
    }

    fn read(line: &str) -> Option<Step> {
        let mut reader = Reader::new(line);
        if reader.word() != "step" {
            return None;
        }
        Some(Step {
            turn: reader.one_of(&Turn::ALL)?,
            on: reader.one_of(&Ground::ALL)?,
            metres: reader.number()?,
            heading: reader.number()?,
            street: Some(reader.rest()).filter(|street| !street.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Spot = (39_999_110, -116_319_490);

    #[test]
    fn a_question_arrives_as_it_was_asked() {
        let mut asks = vec![
            Ask::Doors {
                at: vec![AT, (0, 0), (-90_000_000, 180_000_000)],
                rests: vec![0, 2],
            },
            Ask::Doors {
                at: Vec::new(),
                rests: Vec::new(),
            },
        ];
        for walker in Walker::ALL {
            asks.push(Ask::Circle { at: AT, walker });
            asks.push(Ask::Way {
                at: AT,
                walker,
                to: 7,
            });
        }
        for ask in asks {
            assert_eq!(Ask::read(&ask.write()), Some(ask));
        }
    }

    #[test]
    fn an_answer_arrives_as_it_was_given() {
        let walk = |ms, unknown| Walk { ms, unknown };
        let circle = Circle {
            at: AT,
            on_map: true,
            walks: vec![None, Some(walk(0, false)), Some(walk(u32::MAX, true))],
            bands: r#"[{"tone":"15","rings":[[[116.3,39.9]]]}]"#.to_owned(),
        };
        let step = |turn, on, street: Option<&str>| Step {
            turn,
            on,
            street: street.map(str::to_owned),
            metres: 1_240,
            heading: 7,
        };
        let mut way = Way {
            to: 71,
            walk: walk(61_000, true),
            metres: 0,
            line: vec![AT, AT],
            steps: Vec::new(),
            rest_m: None,
        };
        let bare = Reply::Way(Some(way.clone()));
        way.rest_m = Some(0);
        for turn in Turn::ALL {
            way.steps
                .push(step(turn, Ground::Way, Some("成府路 East Road")));
        }
        for on in Ground::ALL {
            way.steps.push(step(Turn::Start, on, None));
        }
        for reply in [
            Reply::Running,
            Reply::Open,
            Reply::Unreadable,
            Reply::Circle(circle),
            Reply::Circle(Circle::default()),
            Reply::Way(None),
            Reply::Way(Some(way)),
            bare,
        ] {
            assert_eq!(Reply::read(&reply.write()), Some(reply));
        }
    }

    #[test]
    fn anything_else_is_no_message() {
        for text in [
            "",
            "circle",
            "circle 1",
            "circle 1 2",
            "circle 1 2 4",
            "circle 1 2 x",
            "way 1 2 0 -1",
            "doors 2 1 2 3",
            "doors 1 1 99999999999 0",
            "{}",
        ] {
            assert_eq!(Ask::read(text), None, "{text}");
        }
        for text in [
            "",
            "circle 1 2 1 3 4",
            "way 0 -1 1 1 0",
            "way 0 2 1 1 0\nturn 0",
            "walk",
        ] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
    }
}

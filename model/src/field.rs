//! Form fields as data: the app draws them, both sides check them.

use crate::area::{Estate, Level};
use crate::facility::Facility;
use crate::id::{AreaId, CategoryId, FacilityId, MatterId, PhotoId};
use crate::issue::{self, ExtraAnswers, IssueCategory};
use crate::matter::Matter;
use crate::place::{Home, Spot, Wgs84, metres_between};
use crate::street::Street;
use crate::text::{self, Fault};
use crate::time::TimeMs;
use crate::workflow::Slot;
use jiff::ToSpan;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody answered, by field name: the payload of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Object))]
#[serde(transparent)]
pub struct Answers(pub Map<String, Value>);

impl Answers {
    /// A text answer, trimmed; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
    }

    /// An answer of another type; none where there is none, or it is of the wrong shape.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.0.get(name).filter(|value| !value.is_null())?;
        T::deserialize(value).ok()
    }

    /// Sets an answer; one that serialises to null, or an empty text, is removed.
    pub fn set<T: Serialize>(&mut self, name: &str, answer: &T) {
        let value = serde_json::to_value(answer).unwrap_or(Value::Null);
        let empty = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if empty {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Whether anything was answered.
    pub fn has(&self, name: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|v| !v.is_null() && v.as_str() != Some(""))
    }
}

/// What the checks compare answers with: the street's lists and the day.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Areas and estates.
    pub street: &'a Street,
    /// Matters on offer.
    pub matters: &'a [Matter],
    /// Facilities; stations are among them.
    pub facilities: &'a [Facility],
    /// Categories of what may be reported.
    pub categories: &'a [IssueCategory],
    /// The moment of checking.
    pub now: TimeMs,
    /// Another system known to us hands it in (Open311) and answers for who reported it: nothing
    /// is asked about the person.
    pub vouched: bool,
}

impl<'a> Context<'a> {
    /// The matter chosen in `answers`.
    pub fn matter(&self, answers: &Answers) -> Option<&'a Matter> {
        let id = answers.text("matter");
        self.matters.iter().find(|matter| matter.id.as_str() == id)
    }

    /// The category chosen in `answers`.
    pub fn category(&self, answers: &Answers) -> Option<&'a IssueCategory> {
        let id = answers.text("category");
        self.categories
            .iter()
            .find(|category| category.id.as_str() == id)
    }

    /// Whether `at` is near what this street looks after. True where no estate is known.
    pub fn is_near(&self, at: Wgs84) -> bool {
        let estates = &self.street.estates;
        let near = |estate: &Estate| metres_between(estate.entrance, at) <= FARTHEST_M;
        estates.is_empty() || estates.iter().any(near)
    }

    /// The estate of that id.
    pub fn estate(&self, home: &Home) -> Option<&'a Estate> {
        self.street
            .estates
            .iter()
            .find(|estate| estate.id == home.estate)
    }
}

/// What is further than this from every estate is another place's: a device that took the wrong
/// position, or somebody on a journey.
pub const FARTHEST_M: f64 = 10_000.0;
/// Words about a place are at most this many characters.
pub const SPOT_WORDS_MAX: usize = 100;

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the answers, and the key of its words.
    pub name: &'static str,
    /// The page it stands on where several questions share one.
    pub page: &'static str,
    /// What an answer looks like.
    pub shape: Shape,
    /// Whether it may be left out.
    pub need: Need,
    /// Whether it is asked at all, given the answers before it.
    pub asked: fn(&Answers, &Context<'_>) -> bool,
}

/// Whether a question may be left out.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// An answer is needed.
    Required,
    /// It may be left out.
    Optional,
    /// It depends on other answers.
    When(fn(&Answers, &Context<'_>) -> bool),
}

/// What an answer looks like, and how it is drawn.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A matter of the list: its id.
    Matter,
    /// A person's name.
    Name,
    /// A telephone number, stored as dialled.
    Phone,
    /// A citizen identity number.
    IdNumber,
    /// Free text of at most `max` characters, drawn with `lines` lines.
    Text {
        /// Characters.
        max: usize,
        /// Lines drawn.
        lines: u8,
    },
    /// One of these; each is a key of the locale.
    Choice(fn(&Answers, &Context<'_>) -> &'static [&'static str]),
    /// A day from today to `within_days` ahead.
    Day {
        /// Days ahead.
        within_days: i64,
    },
    /// An estate and a door: [`Home`].
    Home,
    /// A community of the street: its area id.
    Community,
    /// A station of the street: its facility id.
    Station,
    /// A time for a visit: [`Slot`].
    Slot,
    /// The matter's papers: code → [`MaterialAnswer`].
    Materials,
    /// A drawn signature: the id of its picture.
    Signature,
    /// Agreement in plain words: `true`.
    Consent,
    /// Pictures: their ids, from `min` to `max` of them.
    Photos {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// Where it is: [`Spot`].
    Place,
    /// What it is about: a category's id.
    Category,
    /// The category's own questions: [`ExtraAnswers`].
    Extra,
    /// A box to tick: `true`; left out where it is not.
    Tick,
}

/// Whether the resident has a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Have {
    /// Photographed now.
    Photo,
    /// 在家里: it goes on the visit's checklist.
    Home,
    /// 没有.
    Missing,
    /// 不清楚.
    Unsure,
}

/// The answer about one paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MaterialAnswer {
    /// Whether it is there.
    pub have: Have,
    /// Its photos, at most 4.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoId>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldFault {
    /// Its name; a part of it after a dot (`materials.id_card`, `home.door`).
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// One page of the form: its name and its questions.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page's name; with one question a page, the question's; with one paper a page, the
    /// paper's, as its faults are called (`materials.id_card`).
    pub name: String,
    /// Its questions, in order.
    pub fields: Vec<&'static Field>,
    /// The code of the paper it asks for, where each has a page of its own.
    pub paper: Option<String>,
}

impl Page {
    fn of(name: &str, field: &'static Field) -> Page {
        Page {
            name: name.to_owned(),
            fields: vec![field],
            paper: None,
        }
    }

    /// What is wrong with what this page asks for.
    pub fn check(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        let faults = self.fields.iter().flat_map(|f| f.check(answers, context));
        if self.paper.is_none() {
            return faults.collect();
        }
        // A question nobody has answered yet is at fault as a whole: here that is this paper.
        let whole = |field: &str| self.fields.iter().any(|f| f.name == field);
        faults
            .filter(|fault| fault.field == self.name || whole(&fault.field))
            .map(|fault| FieldFault {
                field: self.name.clone(),
                ..fault
            })
            .collect()
    }
}

/// The pages of a form for these answers. `one_a_page` is for 长辈版 and assisted sessions.
pub fn pages(
    fields: &'static [Field],
    answers: &Answers,
    context: &Context<'_>,
    one_a_page: bool,
) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for field in fields
        .iter()
        .filter(|field| (field.asked)(answers, context))
    {
        match pages.last_mut() {
            _ if one_a_page => pages.extend(pages_of(field, answers, context)),
            Some(page) if page.name == field.page => page.fields.push(field),
            _ => pages.push(Page::of(field.page, field)),
        }
    }
    pages
}

/// The pages of one question that shares none: one, or one for each paper to bring.
fn pages_of(field: &'static Field, answers: &Answers, context: &Context<'_>) -> Vec<Page> {
    if !matches!(field.shape, Shape::Materials) {
        return vec![Page::of(field.name, field)];
    }
    let matter = context.matter(answers).into_iter();
    let papers = matter.flat_map(|matter| &matter.materials);
    papers
        .filter(|paper| !paper.office_has)
        .map(|paper| Page {
            paper: Some(paper.code.clone()),
            ..Page::of(&format!("{}.{}", field.name, paper.code), field)
        })
        .collect()
}

impl Field {
    /// Whether an answer is needed here.
    pub fn required(&self, answers: &Answers, context: &Context<'_>) -> bool {
        match self.need {
            Need::Required => true,
            Need::Optional => false,
            Need::When(needed) => needed(answers, context),
        }
    }

    /// What is wrong with the answer to this question.
    pub fn check(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        if !answers.has(self.name) {
            let needed = self.required(answers, context);
            let fault = if matches!(self.shape, Shape::Consent) {
                Fault::NotAgreed
            } else {
                Fault::Missing
            };
            return if needed {
                vec![self.fault(fault)]
            } else {
                Vec::new()
            };
        }
        match self.shape {
            Shape::Home => self.check_home(answers, context),
            Shape::Materials => self.check_materials(answers, context),
            Shape::Place => self.check_place(answers, context),
            Shape::Extra => self.check_extra(answers, context),
            _ => {
                let checked = self.check_plain(answers, context);
                checked
                    .err()
                    .map(|fault| self.fault(fault))
                    .into_iter()
                    .collect()
            }
        }
    }

    fn check_plain(&self, answers: &Answers, context: &Context<'_>) -> Result<(), Fault> {
        let typed = answers.text(self.name);
        let ensure = |good: bool, fault: Fault| if good { Ok(()) } else { Err(fault) };
        match self.shape {
            Shape::Matter => ensure(context.matter(answers).is_some(), Fault::Unknown),
            Shape::Name => text::check_name(typed),
            Shape::Phone => text::parse_phone(typed).map(drop),
            Shape::IdNumber => text::parse_id_number(typed).map(drop),
            Shape::Text { max, .. } => {
                ensure(answers.get::<String>(self.name).is_some(), Fault::Malformed)?;
                ensure(typed.chars().count() <= max, Fault::TooLong)
            }
            Shape::Choice(choices) => {
                ensure(choices(answers, context).contains(&typed), Fault::BadChoice)
            }
            Shape::Day { within_days } => check_day(typed, within_days, context),
            Shape::Community => {
                let id: Option<AreaId> = answers.get(self.name);
                let known = |id| {
                    context
                        .street
                        .areas
                        .iter()
                        .any(|a| a.id == id && a.level == Level::Community)
                };
                ensure(id.is_some_and(known), Fault::Unknown)
            }
            Shape::Station => {
                let id: Option<FacilityId> = answers.get(self.name);
                let known = |id| context.facilities.iter().any(|f| f.station && f.id == id);
                ensure(id.is_some_and(known), Fault::Unknown)
            }
            Shape::Slot => {
                let slot: Option<Slot> = answers.get(self.name);
                let ahead = |slot: Slot| slot.start < slot.end && slot.start > context.now;
                ensure(slot.is_some_and(ahead), Fault::BadSlot)
            }
            Shape::Signature => ensure(
                answers.get::<PhotoId>(self.name).is_some(),
                Fault::Malformed,
            ),
            Shape::Consent => ensure(answers.get(self.name) == Some(true), Fault::NotAgreed),
            Shape::Photos { min, max } => check_photos(answers.get(self.name), min, max),
            Shape::Category => ensure(context.category(answers).is_some(), Fault::Unknown),
            Shape::Tick => ensure(answers.get::<bool>(self.name).is_some(), Fault::Malformed),
            Shape::Home | Shape::Materials | Shape::Place | Shape::Extra => Ok(()),
        }
    }

    fn check_place(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        let Some(spot) = answers.get::<Spot>(self.name) else {
            return vec![self.fault(Fault::Malformed)];
        };
        let estates = &context.street.estates;
        let unknown = |id| !estates.iter().any(|estate| estate.id == id);
        let words = spot.words.as_deref().unwrap_or_default();
        let mut faults = Vec::new();
        if !context.is_near(spot.at) {
            faults.push(self.fault(Fault::FarAway));
        }
        if spot.estate.is_some_and(unknown) {
            faults.push(self.part("estate", Fault::Unknown));
        }
        if words.trim().chars().count() > SPOT_WORDS_MAX {
            faults.push(self.part("words", Fault::TooLong));
        }
        faults
    }

    fn check_extra(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        let Some(given) = answers.get::<ExtraAnswers>(self.name) else {
            return vec![self.fault(Fault::Malformed)];
        };
        let asked = context.category(answers).map(|c| c.extra.as_slice());
        issue::check_extra(asked.unwrap_or_default(), &given)
            .into_iter()
            .map(|(code, fault)| self.part(&code, fault))
            .collect()
    }

    fn check_home(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        let Some(home) = answers.get::<HomeDraft>(self.name) else {
            return vec![self.fault(Fault::Malformed)];
        };
        let known = context
            .street
            .estates
            .iter()
            .any(|e| e.id.as_str() == home.estate);
        let door = home.door.trim().chars().count();
        let mut faults = Vec::new();
        match (home.estate.is_empty(), known) {
            (true, _) => faults.push(self.part("estate", Fault::Missing)),
            (false, false) => faults.push(self.part("estate", Fault::Unknown)),
            _ => {}
        }
        match door {
            0 => faults.push(self.part("door", Fault::Missing)),
            61.. => faults.push(self.part("door", Fault::TooLong)),
            _ => {}
        }
        faults
    }

    fn check_materials(&self, answers: &Answers, context: &Context<'_>) -> Vec<FieldFault> {
        let Some(given) = answers.get::<BTreeMap<String, MaterialAnswer>>(self.name) else {
            return vec![self.fault(Fault::Malformed)];
        };
        let listed = context
            .matter(answers)
            .map(|m| m.materials.as_slice())
            .unwrap_or_default();
        let unknown = given
            .keys()
            .filter(|code| !listed.iter().any(|m| m.code == **code));
        let mut faults: Vec<_> = unknown
            .map(|code| self.part(code, Fault::Unknown))
            .collect();
        for material in listed.iter().filter(|m| !m.office_has) {
            let fault = match given.get(&material.code) {
                None => Some(Fault::Missing),
                Some(a) if a.have == Have::Photo && a.photos.is_empty() => Some(Fault::Missing),
                Some(a) if a.photos.len() > 4 => Some(Fault::TooManyPhotos),
                Some(_) => None,
            };
            faults.extend(fault.map(|fault| self.part(&material.code, fault)));
        }
        faults
    }

    fn fault(&self, fault: Fault) -> FieldFault {
        FieldFault {
            field: self.name.to_owned(),
            fault,
        }
    }

    fn part(&self, part: &str, fault: Fault) -> FieldFault {
        FieldFault {
            field: format!("{}.{part}", self.name),
            fault,
        }
    }
}

/// The same picture twice would be claimed twice.
fn check_photos(given: Option<Vec<PhotoId>>, min: usize, max: usize) -> Result<(), Fault> {
    let photos = given.ok_or(Fault::Malformed)?;
    let distinct: BTreeSet<_> = photos.iter().collect();
    match photos.len() {
        count if count < min => Err(Fault::Missing),
        count if count > max => Err(Fault::TooManyPhotos),
        count if count > distinct.len() => Err(Fault::Malformed),
        _ => Ok(()),
    }
}

/// A home as half filled in: the estate may still be empty, which [`Home`] does not allow.
#[derive(Deserialize)]
struct HomeDraft {
    #[serde(default)]
    estate: String,
    #[serde(default)]
    door: String,
}

fn check_day(typed: &str, within_days: i64, context: &Context<'_>) -> Result<(), Fault> {
    let day = text::parse_date(typed)?;
    let today = context.now.china_date();
    let last = today
        .checked_add(within_days.days())
        .map_err(|_| Fault::DateTooFar)?;
    match day {
        day if day < today => Err(Fault::DatePast),
        day if day > last => Err(Fault::DateTooFar),
        _ => Ok(()),
    }
}

/// Every fault of a form; a fault of an unknown field too, so that a misspelt key is not lost silently.
pub fn check_all(
    fields: &'static [Field],
    answers: &Answers,
    context: &Context<'_>,
) -> Vec<FieldFault> {
    let unknown = answers
        .0
        .keys()
        .filter(|name| !fields.iter().any(|field| field.name == name.as_str()))
        .map(|name| FieldFault {
            field: name.clone(),
            fault: Fault::Unknown,
        });
    let asked = fields
        .iter()
        .filter(|field| (field.asked)(answers, context));
    unknown
        .chain(asked.flat_map(|field| field.check(answers, context)))
        .collect()
}

/// The answers as they are stored: checked, numbers as dialled, texts trimmed, and nothing kept
/// that was not asked in the end.
pub fn normalised(
    fields: &'static [Field],
    answers: &Answers,
    context: &Context<'_>,
) -> Result<Answers, Vec<FieldFault>> {
    let faults = check_all(fields, answers, context);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut kept = Answers::default();
    for field in fields
        .iter()
        .filter(|field| (field.asked)(answers, context))
    {
        let Some(value) = answers
            .0
            .get(field.name)
            .filter(|_| answers.has(field.name))
        else {
            continue;
        };
        let typed = answers.text(field.name);
        match field.shape {
            Shape::Phone => kept.set(field.name, &text::parse_phone(typed).unwrap_or_default()),
            Shape::IdNumber => {
                kept.set(
                    field.name,
                    &text::parse_id_number(typed).unwrap_or_default(),
                );
            }
            Shape::Home => kept.set(field.name, &trimmed_home(answers, field.name)),
            Shape::Place => kept.set(field.name, &trimmed_spot(answers, field.name)),
            Shape::Extra => kept.set(field.name, &answers.get::<ExtraAnswers>(field.name)),
            Shape::Tick if answers.get(field.name) != Some(true) => {}
            _ if value.is_string() => kept.set(field.name, &typed),
            _ => kept.set(field.name, value),
        }
    }
    Ok(kept)
}

fn trimmed_home(answers: &Answers, name: &str) -> Option<Home> {
    let home: Home = answers.get(name)?;
    Some(Home {
        door: home.door.trim().to_owned(),
        ..home
    })
}

/// Read as what it is and written again: what else a caller put beside it is not kept.
fn trimmed_spot(answers: &Answers, name: &str) -> Option<Spot> {
    let spot: Spot = answers.get(name)?;
    let words = spot.words.map(|words| words.trim().to_owned());
    Some(Spot {
        words: words.filter(|words| !words.is_empty()),
        ..spot
    })
}

/// The pictures that `answers` refer to, each with the name of its field.
pub fn photos(fields: &'static [Field], answers: &Answers) -> Vec<(PhotoId, &'static str)> {
    let mut found = Vec::new();
    for field in fields {
        match field.shape {
            Shape::Signature => {
                found.extend(answers.get(field.name).map(|id| (id, field.name)));
            }
            Shape::Photos { .. } => {
                let given: Vec<PhotoId> = answers.get(field.name).unwrap_or_default();
                found.extend(given.into_iter().map(|id| (id, field.name)));
            }
            Shape::Materials => {
                let given: BTreeMap<String, MaterialAnswer> =
                    answers.get(field.name).unwrap_or_default();
                found.extend(
                    given
                        .into_values()
                        .flat_map(|a| a.photos)
                        .map(|id| (id, field.name)),
                );
            }
            _ => {}
        }
    }
    found
}

/// For [`Field::asked`]: always.
pub fn always(_: &Answers, _: &Context<'_>) -> bool {
    true
}

/// What the server needs to know of any case without knowing its kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// The matter asked for.
    pub matter: Option<MatterId>,
    /// Whom it is for.
    pub applicant: String,
    /// Whom to call about it: the proxy where there is one.
    pub contact: String,
    /// Their telephone, as dialled.
    pub phone: String,
    /// The home it concerns.
    pub home: Option<Home>,
    /// The community that decides who handles it, where that is not the home's.
    pub registered: Option<AreaId>,
    /// The time asked for.
    pub slot: Option<Slot>,
    /// The station chosen.
    pub station: Option<FacilityId>,
    /// What it is about.
    pub category: Option<CategoryId>,
    /// Where it is, as a point; decides who handles it where no home does.
    pub at: Option<Wgs84>,
    /// Nobody's name or number came with it.
    pub anonymous: bool,
}

//! Where somebody stands in a form, and where they go next. Pure: no browser, no clock.

use model::field::{self, Answers, Context, Field, FieldFault, Page, Shape};
use model::kinds::KindName;

/// The name of the last page, on which the answers are checked and sent.
pub const CHECK: &str = "check";

/// One form being filled in: its kind, what its answers are compared with, and how it is cut.
#[derive(Clone, Copy)]
pub struct Wizard<'a> {
    /// Of which kind.
    pub kind: KindName,
    /// The street's lists and the moment.
    pub context: Context<'a>,
    /// 长辈版: every question on a page of its own.
    pub one_a_page: bool,
}

/// A page, or the end.
#[derive(Clone, Debug)]
pub enum Stand {
    /// A page of questions.
    Page(Page),
    /// Check answers, agree, send.
    Check,
}

impl Stand {
    /// Its name in the address.
    pub fn name(&self) -> &str {
        match self {
            Stand::Page(page) => &page.name,
            Stand::Check => CHECK,
        }
    }
}

/// Step `number` of `of`; both count check-answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// How many there are; none as long as an answer still to come may add some.
    pub of: Option<usize>,
}

impl Wizard<'_> {
    /// The pages somebody has to go through with these answers. Agreement stands on check-answers,
    /// and what has only one possible answer is not asked.
    pub fn pages(&self, answers: &Answers) -> Vec<Page> {
        let fields = self.kind.fields();
        let mut pages = field::pages(fields, answers, &self.context, self.one_a_page);
        for page in &mut pages {
            page.fields.retain(|field| self.is_open(field, answers));
        }
        pages.retain(|page| !page.fields.is_empty());
        pages
    }

    /// Whether it is a question for the person, with these answers.
    fn is_open(&self, field: &Field, answers: &Answers) -> bool {
        match field.shape {
            Shape::Consent => false,
            Shape::Matter => self.context.matter(answers).is_none(),
            Shape::Choice(choices) => choices(answers, &self.context).len() > 1,
            _ => true,
        }
    }

    /// The agreements asked for on check-answers.
    pub fn consents(&self, answers: &Answers) -> Vec<&'static Field> {
        let asked = |field: &&Field| (field.asked)(answers, &self.context);
        let fields = self.kind.fields().iter();
        fields
            .filter(|field| matches!(field.shape, Shape::Consent))
            .filter(asked)
            .collect()
    }

    /// Every question that was asked or answered by itself, in order: the rows of check-answers.
    pub fn rows(&self, answers: &Answers) -> Vec<&'static Field> {
        let fields = self.kind.fields().iter();
        fields
            .filter(|field| !matches!(field.shape, Shape::Consent))
            .filter(|field| (field.asked)(answers, &self.context))
            .collect()
    }

    /// Brings answers in line after a change since `before`: what depends on it and no longer
    /// holds is dropped, what has one possible answer is answered.
    pub fn settle(&self, before: &Answers, answers: &mut Answers) {
        // Somebody else comes to another estate, at other times.
        if self.changed(before, answers, |field| match field.shape {
            Shape::Home => Some("estate"),
            _ => None,
        }) {
            self.drop_shape(answers, |shape| matches!(shape, Shape::Slot));
        }
        // A signature stands under the names it was given for.
        if self.changed(before, answers, |field| {
            matches!(field.shape, Shape::Name).then_some("")
        }) {
            self.drop_shape(answers, |shape| matches!(shape, Shape::Signature));
        }
        for field in self.kind.fields() {
            let Shape::Choice(choices) = field.shape else {
                continue;
            };
            let choices = choices(answers, &self.context);
            let stands = choices.contains(&answers.text(field.name));
            match choices {
                [only] if !stands => answers.set(field.name, only),
                _ if !stands => answers.set(field.name, &""),
                _ => {}
            }
        }
    }

    /// Whether an answer, or the part of it that `watched` names, is another than `before`.
    fn changed(
        &self,
        before: &Answers,
        now: &Answers,
        watched: fn(&Field) -> Option<&'static str>,
    ) -> bool {
        let part = |answers: &Answers, field: &Field, part: &str| {
            let answer = answers.0.get(field.name).cloned()?;
            if part.is_empty() {
                Some(answer)
            } else {
                answer.get(part).cloned()
            }
        };
        let mut fields = self.kind.fields().iter();
        fields.any(|field| {
            watched(field).is_some_and(|name| part(before, field, name) != part(now, field, name))
        })
    }

    /// Forgets the answers of one shape: a time that was taken, for one.
    pub fn drop_shape(&self, answers: &mut Answers, which: fn(&Shape) -> bool) {
        for field in self.kind.fields().iter().filter(|f| which(&f.shape)) {
            answers.set(field.name, &"");
        }
    }

    /// Whether a person answered anything; what follows from the matter does not count.
    pub fn is_begun(&self, answers: &Answers) -> bool {
        let pages = self.pages(answers);
        let mut fields = pages.iter().flat_map(|page| page.fields.iter());
        fields.any(|field| answers.has(field.name))
    }

    /// What is wrong with the answers of a page.
    pub fn faults(&self, page: &Page, answers: &Answers) -> Vec<FieldFault> {
        page.check(answers, &self.context)
    }

    /// What is wrong with the agreements.
    pub fn consent_faults(&self, answers: &Answers) -> Vec<FieldFault> {
        let fields = self.consents(answers).into_iter();
        fields
            .flat_map(|field| field.check(answers, &self.context))
            .collect()
    }

    /// Where to stand when the address says `wanted`: nobody skips a page that still lacks
    /// something. In the other cut of the form the page that holds the question is meant.
    pub fn stand(&self, answers: &Answers, wanted: Option<&str>) -> Stand {
        let mut pages = self.pages(answers);
        let lacking = self.first_lacking(&pages, answers);
        let wanted = match wanted {
            None => 0,
            Some(CHECK) => pages.len(),
            Some(name) => find_page(&pages, name).unwrap_or(pages.len()),
        };
        let at = wanted.min(lacking);
        if at < pages.len() {
            Stand::Page(pages.swap_remove(at))
        } else {
            Stand::Check
        }
    }

    /// The index of the first page with a fault; the number of pages where there is none.
    fn first_lacking(&self, pages: &[Page], answers: &Answers) -> usize {
        let lacks = |page: &Page| !self.faults(page, answers).is_empty();
        pages.iter().position(lacks).unwrap_or(pages.len())
    }

    /// Which step of how many a page is.
    pub fn step(&self, answers: &Answers, name: &str) -> Step {
        let pages = self.pages(answers);
        let at = find_page(&pages, name).unwrap_or(pages.len());
        // Which questions follow hangs on choices alone.
        let mut fields = pages.iter().flat_map(|page| &page.fields);
        let decides = |field: &Field| matches!(field.shape, Shape::Choice(_) | Shape::Category);
        let open = fields.any(|field| decides(field) && !answers.has(field.name));
        Step {
            number: at + 1,
            of: (!open).then_some(pages.len() + 1),
        }
    }

    /// The page after `name`. Who came from check-answers returns there, unless their change
    /// opened a question.
    pub fn next(&self, answers: &Answers, name: &str, returning: bool) -> String {
        let mut pages = self.pages(answers);
        let at = match (returning, find_page(&pages, name)) {
            (true, _) | (false, None) => self.first_lacking(&pages, answers),
            (false, Some(at)) => at + 1,
        };
        match at < pages.len() {
            true => pages.swap_remove(at).name,
            false => CHECK.to_owned(),
        }
    }

    /// The page before `name`; none before the first.
    pub fn previous(&self, answers: &Answers, name: &str) -> Option<String> {
        let pages = self.pages(answers);
        let at = find_page(&pages, name).unwrap_or(pages.len());
        at.checked_sub(1)
            .and_then(|before| pages.get(before))
            .map(|page| page.name.clone())
    }

    /// The page on which a fault can be put right; none where nothing of the kind is asked.
    pub fn page_of(&self, answers: &Answers, fault: &FieldFault) -> Option<String> {
        let pages = self.pages(answers);
        let own = pages.into_iter().find(|page| page.name == fault.field);
        own.map(|page| page.name)
            .or_else(|| self.page_holding(answers, head(&fault.field)))
    }

    /// The page on which a question is asked; none where it is not.
    pub fn page_holding(&self, answers: &Answers, field: &str) -> Option<String> {
        if self
            .consents(answers)
            .iter()
            .any(|consent| consent.name == field)
        {
            return Some(CHECK.to_owned());
        }
        let pages = self.pages(answers);
        let holds = |page: &&Page| page.fields.iter().any(|f| f.name == field);
        pages.iter().find(holds).map(|page| page.name.clone())
    }

    /// The page that holds the first question of a shape.
    pub fn page_with(&self, answers: &Answers, which: fn(&Shape) -> bool) -> Option<String> {
        let pages = self.pages(answers);
        let holds = |page: &&Page| page.fields.iter().any(|f| which(&f.shape));
        pages.iter().find(holds).map(|page| page.name.clone())
    }
}

/// The question a fault belongs to: `home` of `home.door`.
pub fn head(field: &str) -> &str {
    field.split('.').next().unwrap_or(field)
}

/// The page of that name, or the one that holds the question of that name, or of the paper of that
/// name, or the first of the questions that stand on that page when several share one.
fn find_page(pages: &[Page], name: &str) -> Option<usize> {
    let named = pages.iter().position(|page| page.name == name);
    let holding = || {
        let of = |field: &Field| field.name == head(name) || field.page == name;
        pages
            .iter()
            .position(|page| page.fields.iter().any(|f| of(f)))
    };
    named.or_else(holding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::area::{Area, Estate, Level};
    use model::calendar::Calendar;
    use model::facility::{Category, Facility};
    use model::field::{Have, MaterialAnswer};
    use model::id::{AreaId, EstateId, FacilityId, MatterId, PhotoId};
    use model::matter::{Channel, Material, Matter, RouteBy};
    use model::place::Wgs84;
    use model::street::Street;
    use model::text::Fault;
    use model::time::TimeMs;
    use model::workflow::Slot;
    use serde_json::json;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    /// 2026-11-22 in China.
    const NOW: TimeMs = TimeMs(1_795_300_000_000);

    fn here() -> Wgs84 {
        Wgs84::new(40.0, 116.0).expect("on the earth")
    }

    fn street() -> Street {
        let estate = |id: &str| Estate {
            id: EstateId::parse(id).expect("a slug"),
            name: id.into(),
            aliases: Vec::new(),
            grid: AreaId::parse("grid-01").expect("a slug"),
            entrance: here(),
            homes: 1,
            dwelling_area_m2: None,
            search: Vec::new(),
        };
        let community = Area {
            id: AreaId::parse("qiangwei").expect("a slug"),
            name: "蔷薇里社区".into(),
            level: Level::Community,
            parent: None,
            phone: None,
            boundary: Vec::new(),
        };
        Street {
            name: "云栖街道".into(),
            sample: true,
            hotlines: Vec::new(),
            retention: Vec::new(),
            areas: vec![community],
            estates: vec![estate("nan"), estate("bei")],
            notices: Vec::new(),
            calendar: Calendar::default(),
        }
    }

    fn matter(id: &str, channel: Channel, visit: bool) -> Matter {
        let paper = |code: &str, office_has| Material {
            code: code.into(),
            name: code.into(),
            mandatory: true,
            office_has,
            hint: None,
        };
        Matter {
            id: MatterId::parse(id).expect("a slug"),
            name: id.into(),
            plain: String::new(),
            aliases: Vec::new(),
            events: Vec::new(),
            who: String::new(),
            materials: vec![paper("hukou", false), paper("known", true)],
            limit: None,
            fee: None,
            channel,
            visit,
            route_by: RouteBy::Residence,
            sensitive: false,
            source: None,
            search: Vec::new(),
        }
    }

    fn matters() -> Vec<Matter> {
        let along = Channel::Accompany {
            reason: String::new(),
        };
        vec![
            matter("visited", Channel::Proxy, true),
            matter("counter", Channel::Proxy, false),
            matter("along", along, false),
        ]
    }

    fn station() -> Facility {
        Facility {
            id: FacilityId::parse("station").expect("a slug"),
            name: "站".into(),
            category: Category::Government,
            kind: String::new(),
            at: here(),
            address: String::new(),
            phone: None,
            hours: None,
            step_free: None,
            station: true,
            floor_area_m2: None,
            source: None,
        }
    }

    /// Runs `test` on the form of `matter` with these answers, settled.
    fn with(
        matter: &str,
        one_a_page: bool,
        given: serde_json::Value,
        test: impl FnOnce(&Wizard<'_>, &mut Answers),
    ) {
        let (street, matters, facilities) = (street(), matters(), [station()]);
        let context = Context {
            street: &street,
            matters: &matters,
            facilities: &facilities,
            categories: &[],
            vouched: false,
            now: NOW,
        };
        let wizard = Wizard {
            kind: KindName::ProxyRequest,
            context,
            one_a_page,
        };
        let mut answers: Answers = serde_json::from_value(given).expect("an object");
        answers.set("matter", &matter);
        wizard.settle(&answers.clone(), &mut answers);
        test(&wizard, &mut answers);
    }

    fn names(wizard: &Wizard<'_>, answers: &Answers) -> Vec<String> {
        let pages = wizard.pages(answers).into_iter();
        pages.map(|page| page.name).collect()
    }

    fn photo() -> PhotoId {
        PhotoId(Uuid::from_u128(7))
    }

    /// All that a visit for a parent needs, but for the agreements.
    fn whole() -> serde_json::Value {
        let slot = Slot {
            start: NOW.plus_days(1),
            end: NOW.plus_days(1).plus_seconds(3600),
        };
        let paper = MaterialAnswer {
            have: Have::Home,
            photos: Vec::new(),
        };
        json!({
            "for_whom": "parent",
            "applicant_name": "王秀英",
            "proxy_name": "王建国",
            "proxy_phone": "13800000000",
            "authorised_until": "2027-01-01",
            "signature": photo(),
            "home": {"estate": "nan", "door": "5-2-301"},
            "handling": "visit",
            "slot": slot,
            "materials": BTreeMap::from([("hukou", paper)]),
        })
    }

    #[test]
    fn pages_follow_the_answers() {
        for (matter, given, expected) in [
            (
                "visited",
                json!({"for_whom": "me"}),
                vec!["who", "applicant", "home", "handling", "materials", "note"],
            ),
            (
                "visited",
                json!({"for_whom": "parent", "handling": "visit"}),
                vec![
                    "who",
                    "applicant",
                    "proxy",
                    "authority",
                    "home",
                    "handling",
                    "slot",
                    "materials",
                    "note",
                ],
            ),
            // One way of handling only: not asked, answered by itself.
            (
                "counter",
                json!({"for_whom": "me"}),
                vec!["who", "applicant", "home", "station", "materials", "note"],
            ),
            // The applicant comes along: nobody needs authority.
            (
                "along",
                json!({"for_whom": "other"}),
                vec![
                    "who",
                    "applicant",
                    "proxy",
                    "home",
                    "slot",
                    "materials",
                    "note",
                ],
            ),
        ] {
            with(matter, false, given, |wizard, answers| {
                assert_eq!(names(wizard, answers), expected, "{matter}")
            });
        }
    }

    #[test]
    fn one_question_a_page_asks_the_same() {
        with(
            "visited",
            true,
            json!({"for_whom": "other", "handling": "visit"}),
            |wizard, answers| {
                let pages = wizard.pages(answers);
                assert!(pages.iter().all(|page| page.fields.len() == 1));
                let few = Wizard {
                    one_a_page: false,
                    ..*wizard
                };
                let questions = |wizard: &Wizard<'_>| -> Vec<_> {
                    wizard
                        .pages(answers)
                        .iter()
                        .flat_map(|page| page.fields.iter().map(|f| f.name))
                        .collect()
                };
                assert_eq!(questions(wizard), questions(&few));
            },
        );
    }

    #[test]
    fn nobody_skips_what_is_lacking() {
        with(
            "visited",
            false,
            json!({"for_whom": "me"}),
            |wizard, answers| {
                for wanted in ["applicant", "home", "note", CHECK, "nonsense"] {
                    assert_eq!(
                        wizard.stand(answers, Some(wanted)).name(),
                        "applicant",
                        "{wanted}"
                    );
                }
                assert_eq!(wizard.stand(answers, Some("who")).name(), "who");
                assert_eq!(wizard.stand(answers, None).name(), "who");
            },
        );
        with("visited", false, whole(), |wizard, answers| {
            for wanted in ["home", "note", CHECK] {
                assert_eq!(wizard.stand(answers, Some(wanted)).name(), wanted);
            }
        });
    }

    #[test]
    fn the_address_of_the_other_cut_finds_the_question() {
        with("visited", false, whole(), |wizard, answers| {
            assert_eq!(wizard.stand(answers, Some("proxy_phone")).name(), "proxy");
            let papers = wizard.stand(answers, Some("materials.hukou"));
            assert_eq!(papers.name(), "materials");
        });
        with("visited", true, whole(), |wizard, answers| {
            assert_eq!(wizard.stand(answers, Some("proxy")).name(), "proxy_name");
            let paper = wizard.stand(answers, Some("materials"));
            assert_eq!(paper.name(), "materials.hukou");
        });
    }

    #[test]
    fn forth_and_back_are_inverse_and_end_at_the_check() {
        for one_a_page in [false, true] {
            with("visited", one_a_page, whole(), |wizard, answers| {
                let mut at = wizard.stand(answers, None).name().to_owned();
                let mut number = 1;
                assert_eq!(wizard.previous(answers, &at), None);
                while at != CHECK {
                    assert_eq!(wizard.step(answers, &at).number, number);
                    let next = wizard.next(answers, &at, false);
                    assert_eq!(wizard.previous(answers, &next), Some(at));
                    (at, number) = (next, number + 1);
                }
                let of = Some(number);
                assert_eq!(wizard.step(answers, CHECK), Step { number, of });
            });
        }
    }

    #[test]
    fn a_number_of_steps_once_told_stays() {
        for one_a_page in [false, true] {
            with("visited", one_a_page, whole(), |wizard, whole| {
                let number = wizard.step(whole, CHECK).of;
                let mut answers = Answers::default();
                answers.set("matter", &"visited");
                let mut told = Vec::new();
                for page in wizard.pages(whole) {
                    told.push(wizard.step(&answers, &page.name).of);
                    for field in page.fields {
                        answers.set(field.name, &whole.0.get(field.name));
                    }
                }
                assert_eq!(
                    told.first(),
                    Some(&None),
                    "nobody knows at the first question"
                );
                assert_eq!(told.last(), Some(&number));
                assert!(
                    told.iter().all(|of| of.is_none() || *of == number),
                    "{told:?}"
                );
            });
        }
    }

    #[test]
    fn each_paper_has_a_page_of_its_own_and_its_own_faults() {
        with("visited", true, whole(), |wizard, answers| {
            let mut pages = wizard.pages(answers).into_iter();
            let page = pages.find(|page| page.paper.is_some()).expect("a paper");
            assert_eq!(
                page.name, "materials.hukou",
                "what the office has is not asked"
            );
            assert!(wizard.faults(&page, answers).is_empty());
            answers.set("materials", &"");
            let faults = wizard.faults(&page, answers);
            assert_eq!(faults.len(), 1);
            assert_eq!(faults[0].field, page.name);
            assert_eq!(wizard.page_of(answers, &faults[0]), Some(page.name));
        });
    }

    #[test]
    fn from_check_answers_one_returns_unless_the_change_opens_a_question() {
        with("visited", false, whole(), |wizard, answers| {
            assert_eq!(wizard.next(answers, "applicant", true), CHECK);
            let before = answers.clone();
            answers.set("handling", &"station");
            wizard.settle(&before, answers);
            assert_eq!(wizard.next(answers, "handling", true), "station");
        });
    }

    #[test]
    fn another_estate_asks_for_another_time_and_another_door_does_not() {
        with("visited", false, whole(), |wizard, answers| {
            let before = answers.clone();
            answers.set("home", &json!({"estate": "nan", "door": "6-1-101"}));
            wizard.settle(&before, answers);
            assert!(answers.has("slot"));
            let before = answers.clone();
            answers.set("home", &json!({"estate": "bei", "door": "6-1-101"}));
            wizard.settle(&before, answers);
            assert!(!answers.has("slot") && answers.has("signature"));
        });
    }

    #[test]
    fn a_signature_falls_with_the_name_it_was_given_for() {
        for name in ["applicant_name", "proxy_name"] {
            with("visited", false, whole(), |wizard, answers| {
                let before = answers.clone();
                answers.set(name, &"李四");
                wizard.settle(&before, answers);
                assert!(!answers.has("signature") && answers.has("slot"), "{name}");
            });
        }
    }

    #[test]
    fn what_follows_from_the_matter_is_no_beginning() {
        with("counter", false, json!({}), |wizard, answers| {
            assert_eq!(answers.text("handling"), "station");
            assert!(!wizard.is_begun(answers));
            answers.set("note", &"有狗");
            assert!(wizard.is_begun(answers));
        });
    }

    #[test]
    fn a_choice_no_longer_on_offer_is_forgotten() {
        with(
            "counter",
            false,
            json!({"handling": "visit"}),
            |_, answers| {
                assert_eq!(answers.text("handling"), "station");
            },
        );
        with(
            "visited",
            false,
            json!({"for_whom": "cat", "handling": "accompany"}),
            |_, answers| {
                assert!(!answers.has("for_whom") && !answers.has("handling"));
            },
        );
    }

    #[test]
    fn faults_of_the_server_lead_to_their_pages() {
        let fault = |field: &str| FieldFault {
            field: field.into(),
            fault: Fault::Unknown,
        };
        for (one_a_page, field, page) in [
            (false, "home.door", Some("home")),
            (false, "materials.hukou", Some("materials")),
            (false, "proxy_phone", Some("proxy")),
            (true, "proxy_phone", Some("proxy_phone")),
            (true, "materials.hukou", Some("materials.hukou")),
            (false, "consent", Some(CHECK)),
            (false, "consent_sensitive", Some(CHECK)),
            (false, "station", None),
            (false, "matter", None),
            (false, "nonsense", None),
        ] {
            with("visited", one_a_page, whole(), |wizard, answers| {
                let found = wizard.page_of(answers, &fault(field));
                assert_eq!(found.as_deref(), page, "{field}");
            });
        }
    }

    #[test]
    fn a_report_is_one_page_or_one_question_a_page() {
        let (street, stations) = (street(), [station()]);
        let category = |anonymous: bool| {
            serde_json::from_value(json!({
                "id": if anonymous { "light" } else { "neighbour" }, "name": "", "plain": "",
                "group": "", "icon": "dot", "anonymous": anonymous,
                "limit": { "days": 3, "unit": "working_days" }
            }))
            .expect("a category")
        };
        let categories = [category(true), category(false)];
        let context = Context {
            street: &street,
            matters: &[],
            facilities: &stations,
            categories: &categories,
            vouched: false,
            now: NOW,
        };
        let names_of = |one_a_page, given: serde_json::Value| {
            let wizard = Wizard {
                kind: KindName::IssueReport,
                context,
                one_a_page,
            };
            let answers: Answers = serde_json::from_value(given).expect("an object");
            (names(&wizard, &answers), wizard.step(&answers, CHECK).of)
        };
        assert_eq!(
            names_of(false, json!({})),
            (vec!["report".to_owned()], None)
        );
        let (pages, of) = names_of(true, json!({"category": "light", "anonymous": true}));
        let expected = ["photos", "place", "words", "category", "anonymous"];
        assert_eq!((pages, of), (expected.map(str::to_owned).to_vec(), Some(6)));
        let (pages, _) = names_of(true, json!({"category": "neighbour", "anonymous": true}));
        assert!(pages.contains(&"contact_phone".to_owned()), "{pages:?}");
    }

    #[test]
    fn agreements_stand_on_the_last_page_and_are_checked_there() {
        with("visited", false, whole(), |wizard, answers| {
            assert!(!names(wizard, answers).contains(&CHECK.to_owned()));
            let faults = wizard.consent_faults(answers);
            assert_eq!(faults.len(), 2);
            assert!(faults.iter().all(|fault| fault.fault == Fault::NotAgreed));
            answers.set("consent", &true);
            answers.set("consent_sensitive", &true);
            assert!(wizard.consent_faults(answers).is_empty());
        });
    }
}

//! Who answers for which place: the area tree, the staff in it, and the way from a home to its
//! grid worker.

use crate::slots;
use crate::store::CaseRecord;
use crate::street::Seed;
use circle::Network;
use model::api::{self, Responsible, Walk};
use model::area::{Area, Estate, Level, Role, Staff};
use model::field::{Context, Envelope};
use model::id::{AreaId, CategoryId, EstateId, MatterId, StaffId};
use model::issue::IssueCategory;
use model::matter::{Matter, RouteBy};
use model::place::{Wgs84, ring_contains};
use model::street::{Street, Template, VisitHours};
use model::time::TimeMs;
use model::workflow::{CALL_MAX_DAYS, Progress};
use std::cmp::Reverse;
use std::sync::Arc;

/// Working days a department is given where no category says.
const USUAL_CALL_DAYS: u16 = 3;

/// A street as it was imported, and who signs in there.
#[derive(Clone, Debug)]
pub struct Directory {
    /// What was imported.
    pub seed: Seed,
    /// The footways of its map; none without one.
    pub footways: Option<Arc<Network>>,
    /// Everybody who can sign in; more than the seed has, if some were added one by one.
    pub staff: Vec<Staff>,
    /// Those who have left: their names still stand in what they did.
    pub former: Vec<Staff>,
    /// How far the stations are on foot from each estate; empty without a map.
    pub walks: Vec<Walk>,
}

/// Where a case goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The area that decides who sees it: a grid as a rule.
    pub area: AreaId,
    /// The estate of the home.
    pub estate: Option<EstateId>,
    /// Who comes for a visit.
    pub visitor: Option<StaffId>,
}

/// The street has not one area: nothing can be routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the street has no areas")]
pub struct NoAreas;

impl Directory {
    /// The street.
    pub fn street(&self) -> &Street {
        &self.seed.street
    }

    /// What the checks of answers compare with.
    pub fn context(&self, now: TimeMs) -> Context<'_> {
        Context {
            street: &self.seed.street,
            matters: &self.seed.matters,
            facilities: &self.seed.facilities,
            categories: &self.seed.categories,
            vouched: false,
            now,
        }
    }

    /// The area of that id.
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        self.street().areas.iter().find(|area| area.id == *id)
    }

    /// The name of an area; its id where it is no longer in the tree.
    pub fn area_name(&self, id: &AreaId) -> String {
        let area = self.area(id);
        area.map_or_else(|| id.to_string(), |area| area.name.clone())
    }

    /// The estate of that id.
    pub fn estate(&self, id: &EstateId) -> Option<&Estate> {
        self.street().estates.iter().find(|e| e.id == *id)
    }

    /// The matter of that id.
    pub fn matter(&self, id: &MatterId) -> Option<&Matter> {
        self.seed.matters.iter().find(|matter| matter.id == *id)
    }

    /// The category of that id.
    pub fn category(&self, id: &CategoryId) -> Option<&IssueCategory> {
        let mut categories = self.seed.categories.iter();
        categories.find(|category| category.id == *id)
    }

    /// The member of staff of that id.
    pub fn staff(&self, id: &StaffId) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.id == *id)
    }

    /// Their name, also of those who have left. Never the id in its place: that is a sign-in name.
    pub fn staff_name(&self, id: &StaffId) -> Option<String> {
        let mut everybody = self.staff.iter().chain(&self.former);
        let staff = everybody.find(|staff| staff.id == *id)?;
        Some(staff.name.clone())
    }

    /// The name of the department behind an account; its holder's where it is none any more.
    pub fn department_name(&self, id: &StaffId) -> Option<String> {
        let mut all = self.seed.departments.iter();
        let department = all.find(|department| department.staff == *id);
        department
            .map(|department| department.name.clone())
            .or_else(|| self.staff_name(id))
    }

    /// The area itself and those around it, nearest first.
    pub fn around(&self, area: &AreaId) -> Vec<AreaId> {
        let mut chain = Vec::new();
        let mut next = self.area(area);
        // A tree imported with a loop would never end; the length of the list bounds it.
        while let Some(area) = next.filter(|_| chain.len() < self.street().areas.len()) {
            chain.push(area.id.clone());
            next = area.parent.as_ref().and_then(|id| self.area(id));
        }
        chain
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn holds(&self, outer: &AreaId, inner: &AreaId) -> bool {
        outer == inner || self.around(inner).contains(outer)
    }

    /// The way of a case from what was answered.
    pub fn route(&self, envelope: &Envelope) -> Result<Routed, NoAreas> {
        let home = envelope.home.as_ref();
        let estate = home.and_then(|home| self.estate(&home.estate));
        let matter = envelope.matter.as_ref().and_then(|id| self.matter(id));
        let by_register = matter.is_some_and(|matter| matter.route_by == RouteBy::Register);
        let registered = envelope.registered.clone().filter(|_| by_register);
        let area = registered
            .or_else(|| estate.map(|estate| estate.grid.clone()))
            .or_else(|| envelope.at.and_then(|at| self.area_at(at)))
            .or_else(|| self.back_office());
        let worker = estate.and_then(|estate| self.worker_of(&estate.grid));
        Ok(Routed {
            area: area.ok_or(NoAreas)?,
            estate: estate.map(|estate| estate.id.clone()),
            visitor: worker.map(|staff| staff.id.clone()),
        })
    }

    /// The smallest area drawn around a point. Two that overlap by a slip of the pen are told apart
    /// by the order of the file.
    pub fn area_at(&self, at: Wgs84) -> Option<AreaId> {
        let areas = self.street().areas.iter();
        let around = areas.filter(|area| ring_contains(&area.boundary, at));
        let smallest = around.max_by_key(|area| (area.level, Reverse(self.order_of(&area.id))));
        smallest
            .filter(|area| area.level > Level::District)
            .map(|area| area.id.clone())
    }

    fn order_of(&self, id: &AreaId) -> usize {
        let mut areas = self.street().areas.iter();
        areas.position(|area| area.id == *id).unwrap_or_default()
    }

    /// The street itself: its largest area that is not a district.
    fn back_office(&self) -> Option<AreaId> {
        let areas = self.street().areas.iter();
        let street = areas.filter(|area| area.level >= Level::Street);
        street.min_by_key(|area| area.level).map(|a| a.id.clone())
    }

    /// The grid worker of a grid.
    pub fn worker_of(&self, grid: &AreaId) -> Option<&Staff> {
        let mut staff = self.staff.iter();
        staff.find(|staff| staff.role == Role::Grid && staff.area == *grid)
    }

    /// Who accepts cases of an area: the nearest window around it.
    pub fn desk_of(&self, area: &AreaId) -> Option<&Staff> {
        let window = |area: &AreaId| {
            let mut staff = self.staff.iter();
            staff.find(|staff| staff.role == Role::Window && staff.area == *area)
        };
        self.around(area).iter().find_map(window)
    }

    /// Who answers for a case now: who handles it, else the desk, else whoever answers the
    /// telephone of the area.
    pub fn responsible(&self, progress: &Progress, area: &AreaId) -> Responsible {
        let assignee = progress.assignee.as_ref().and_then(|id| self.staff(id));
        match assignee.or_else(|| self.desk_of(area)) {
            Some(staff) => Responsible {
                name: staff.name.clone(),
                role: Some(staff.role),
                phone: staff.phone.clone().or_else(|| self.phone_of(area)),
            },
            None => Responsible {
                name: self.area_name(area),
                role: None,
                phone: self.phone_of(area),
            },
        }
    }

    /// The nearest telephone around an area.
    fn phone_of(&self, area: &AreaId) -> Option<String> {
        let around = self.around(area);
        around
            .iter()
            .find_map(|id| self.area(id).and_then(|area| area.phone.clone()))
    }

    /// Whether somebody sees the cases of an area, apart from those assigned to them. A department
    /// sees what it is called to and nothing else.
    pub fn sees(&self, staff: &Staff, area: &AreaId) -> bool {
        let few = matches!(staff.role, Role::Volunteer | Role::Department);
        !few && self.holds(&staff.area, area)
    }

    /// To whom a case can be assigned: the grid's own worker first, then whoever is nearest.
    pub fn colleagues(&self, area: &AreaId) -> Vec<Staff> {
        let mut staff: Vec<Staff> = self
            .staff
            .iter()
            .filter(|staff| can_handle(staff.role))
            .cloned()
            .collect();
        let around = self.around(area);
        staff.sort_by_key(|staff| {
            let own = staff.role == Role::Grid && staff.area == *area;
            let theirs = self.around(&staff.area);
            let shared = around.iter().filter(|id| theirs.contains(id)).count();
            (!own, Reverse(shared), staff.id.clone())
        });
        staff
    }

    /// Departments that can be called to a case, the category's own first.
    pub fn departments(&self, case: &CaseRecord) -> Vec<api::report::Department> {
        let category = case.kind.envelope(&case.answers).category;
        let category = category.and_then(|id| self.category(&id));
        let own = category.and_then(|category| category.department.as_ref());
        let days = category.map_or(USUAL_CALL_DAYS, |category| category.limit.days);
        let seed = self.seed.departments.iter();
        let mut all: Vec<_> = seed
            .map(|department| api::report::Department {
                staff: department.staff.clone(),
                name: department.name.clone(),
                own: own == Some(&department.name),
                days: days.clamp(1, CALL_MAX_DAYS),
            })
            .collect();
        all.sort_by_key(|department| !department.own);
        all
    }

    /// A worker's hours for visits.
    pub fn hours_of(&self, staff: &StaffId) -> VisitHours {
        let mut all = self.seed.visit_hours.iter();
        let own = all.find(|hours| hours.staff == *staff);
        own.cloned().unwrap_or_else(|| slots::usual(staff.clone()))
    }

    /// Ready-made words: the matter's own first, then those that fit all, then other matters'.
    pub fn templates_for(&self, matter: Option<&MatterId>) -> Vec<Template> {
        let mut templates = self.seed.templates.clone();
        templates.sort_by_key(|template| match &template.matter {
            Some(own) if Some(own) == matter => 0,
            None => 1,
            Some(_) => 2,
        });
        templates
    }
}

/// Whether cases may be assigned to somebody of this role.
pub fn can_handle(role: Role) -> bool {
    matches!(role, Role::Grid | Role::Window | Role::Department)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::street::{SeedFiles, parse};
    use model::place::Home;

    fn directory() -> Directory {
        let seed = parse(&SeedFiles::sample(), TimeMs(1_795_276_800_000)).expect("the sample");
        Directory {
            staff: seed.staff.clone(),
            former: Vec::new(),
            seed,
            footways: None,
            walks: Vec::new(),
        }
    }

    fn area(id: &str) -> AreaId {
        AreaId::parse(id).expect("an id")
    }

    fn asking(matter: &str, registered: Option<&str>) -> Envelope {
        Envelope {
            matter: MatterId::parse(matter).ok(),
            home: Some(Home {
                estate: EstateId::parse("qiangwei-nan").expect("an id"),
                door: "1".to_owned(),
            }),
            registered: registered.map(area),
            ..Envelope::default()
        }
    }

    #[test]
    fn where_cases_go() {
        let directory = directory();
        for (envelope, to, visitor) in [
            (asking("elder-card", None), "grid-01", Some("grid")),
            // Only a matter that goes by the register looks at where one is registered.
            (
                asking("elder-card", Some("hetang")),
                "grid-01",
                Some("grid"),
            ),
            (
                asking("elder-allowance", Some("hetang")),
                "hetang",
                Some("grid"),
            ),
            (asking("elder-allowance", None), "grid-01", Some("grid")),
            (Envelope::default(), "yunqi", None),
        ] {
            let routed = directory.route(&envelope).expect("somewhere");
            let came_to = (
                routed.area.as_str(),
                routed.visitor.as_ref().map(|id| id.as_str()),
            );
            assert_eq!(came_to, (to, visitor), "{envelope:?}");
        }
    }

    /// Every estate's entrance lies in its own grid; what lies in none goes to whatever is around
    /// it, and in the end to the street.
    #[test]
    fn where_points_go() {
        let mut directory = directory();
        let at = |lat, lon| Envelope {
            at: Some(Wgs84::new(lat, lon).expect("on the earth")),
            ..Envelope::default()
        };
        for estate in &directory.street().estates {
            let envelope = at(estate.entrance.lat(), estate.entrance.lon());
            let routed = directory.route(&envelope).expect("somewhere");
            assert_eq!(routed.area, estate.grid, "{}", estate.id);
        }
        let far = directory.route(&at(31.2, 121.4)).expect("somewhere");
        assert_eq!(far.area.as_str(), "yunqi", "nothing goes nowhere");
        for area in &mut directory.seed.street.areas {
            if area.level == Level::Grid {
                area.boundary.clear();
            }
        }
        let undrawn = directory.route(&at(39.9925, 116.3125)).expect("somewhere");
        assert_eq!(undrawn.area.as_str(), "qiangwei");
    }

    #[test]
    fn who_lies_in_whom() {
        let directory = directory();
        for (outer, inner, holds) in [
            ("yunqi", "grid-01", true),
            ("qiangwei", "grid-01", true),
            ("grid-01", "grid-01", true),
            ("grid-01", "qiangwei", false),
            ("hetang", "grid-01", false),
            ("yunqi", "nowhere", false),
        ] {
            assert_eq!(
                directory.holds(&area(outer), &area(inner)),
                holds,
                "{outer} {inner}"
            );
        }
    }

    #[test]
    fn a_loop_of_areas_ends() {
        let mut directory = directory();
        let root = directory
            .seed
            .street
            .areas
            .iter_mut()
            .find(|a| a.parent.is_none());
        root.expect("a root").parent = Some(area("grid-01"));
        assert!(directory.around(&area("grid-01")).len() <= directory.street().areas.len());
    }

    #[test]
    fn somebody_always_answers() {
        let mut directory = directory();
        let fact = serde_json::json!({
            "verb": null, "at": 0, "actor": { "kind": "resident" }, "state": "submitted"
        });
        let fact = serde_json::from_value(fact).expect("a fact");
        let progress = Progress::submitted(&fact);
        let grid = area("grid-01");
        let desk = directory.responsible(&progress, &grid);
        assert_eq!(desk.role, Some(Role::Window));
        assert!(desk.phone.is_some());
        directory.staff.clear();
        let desk = directory.responsible(&progress, &grid);
        assert_eq!((desk.role, desk.name), (None, directory.area_name(&grid)));
    }

    #[test]
    fn the_own_worker_comes_first_among_colleagues() {
        let directory = directory();
        let colleagues = directory.colleagues(&area("grid-02"));
        assert_eq!(colleagues[0].id.as_str(), "grid02");
        assert!(colleagues.iter().all(|staff| can_handle(staff.role)));
    }
}

//! The way of a day: whom somebody has agreed to visit, and what they have to look at, in order.
//!
//! Times come first: whoever was told nine o'clock is visited at nine. What has no time comes
//! after, in the order in which the walk is shortest (decision 0032). The way begins at a place
//! of the street's own data; where somebody's device is, is never asked.

use crate::routing::Directory;
use crate::store::Case;
use crate::walking::door;
use circle::{Finish, MOST_STOPS, Network, Place, Profile, Reach, Seconds, visit_order};
use model::api::visits::{Setout, Stop};
use model::area::Staff;
use model::field::Envelope;
use model::id::{EstateId, FacilityId};
use model::place::{Home, Spot, Wgs84};
use model::workflow::Slot;

/// As many without a time as an exact order is made for.
pub const MOST_WITHOUT_TIME: usize = MOST_STOPS;

/// Whoever goes to the door walks at an adult's pace.
const WALKER: Profile = Profile::ADULT;

/// A stop as far as the case tells of it; the walk comes later.
pub fn stop(street: &Directory, case: &Case, slot: Option<Slot>) -> Stop {
    let record = &case.record;
    let envelope = record.kind.envelope(&record.answers);
    let spot: Option<Spot> = record.answers.get("place");
    let (place, at) = whereabouts(street, &envelope, spot.as_ref());
    let category = envelope.category.as_ref();
    let category = category.and_then(|id| street.category(id));
    let name = record.matter_name.clone();
    Stop {
        case: record.id,
        receipt: record.receipt,
        kind: record.kind,
        name: name.or_else(|| category.map(|category| category.name.clone())),
        slot,
        whom: envelope.applicant,
        place,
        door: envelope.home.map(|home| home.door).unwrap_or_default(),
        at,
        walk_min: None,
        leave_by: None,
    }
}

/// The name of the place, and the point to walk to: the estate's gate, since data has no others.
fn whereabouts(
    street: &Directory,
    envelope: &Envelope,
    spot: Option<&Spot>,
) -> (String, Option<Wgs84>) {
    let of_home = |home: &Home| street.estate(&home.estate);
    if let Some(estate) = envelope.home.as_ref().and_then(of_home) {
        return (estate.name.clone(), Some(estate.entrance));
    }
    let words = spot.and_then(|spot| spot.words.clone());
    let picked = spot.and_then(|spot| spot.estate.as_ref());
    let picked = picked.and_then(|id| street.estate(id));
    let named = words.or_else(|| picked.map(|estate| estate.name.clone()));
    let area = || {
        let area = envelope.at.and_then(|at| street.area_at(at));
        area.map(|area| street.area_name(&area)).unwrap_or_default()
    };
    (named.unwrap_or_else(area), envelope.at)
}

/// The station or the estate that was asked for.
pub fn named_start(
    street: &Directory,
    station: Option<&FacilityId>,
    estate: Option<&EstateId>,
) -> Option<Setout> {
    let mut facilities = street.seed.facilities.iter();
    let station = station.and_then(|id| facilities.find(|it| it.station && it.id == *id));
    if let Some(station) = station {
        return Some(Setout {
            name: station.name.clone(),
            station: Some(station.id.clone()),
            estate: None,
            at: station.at,
        });
    }
    let estate = street.estate(estate?)?;
    Some(Setout {
        name: estate.name.clone(),
        station: None,
        estate: Some(estate.id.clone()),
        at: estate.entrance,
    })
}

/// The station that is nearest to the first estate visited, else to the estates one looks after;
/// without a map the first there is.
pub fn usual_start(street: &Directory, staff: &Staff, first: Option<&EstateId>) -> Option<Setout> {
    let theirs = |id: &EstateId| {
        let estate = street.estate(id);
        estate.is_some_and(|estate| street.holds(&staff.area, &estate.grid))
    };
    let wanted = |id: &EstateId| first.map_or_else(|| theirs(id), |first| first == id);
    let walks = street.walks.iter().filter(|walk| wanted(&walk.estate));
    let nearest = walks.min_by_key(|walk| walk.minutes);
    let any = || {
        let mut facilities = street.seed.facilities.iter();
        let station = facilities.find(|it| it.station);
        station.map(|station| station.id.clone())
    };
    let station = nearest.map(|walk| walk.station.clone()).or_else(any);
    named_start(street, station.as_ref(), None)
}

/// Puts the stops in the order to go in and reckons the walks between them. `timed` is in the
/// order of its times.
pub fn in_order(
    network: Option<&Network>,
    start: Option<Wgs84>,
    timed: Vec<Stop>,
    without_time: Vec<Stop>,
) -> Vec<Stop> {
    let Some(network) = network else {
        return timed.into_iter().chain(without_time).collect();
    };
    let mut way = Way::from(network, start);
    let mut stops: Vec<Stop> = timed.into_iter().map(|stop| way.on_to(stop)).collect();
    stops.extend(way.shortest_through(without_time));
    note_same_gate(start, &mut stops);
    note_leaving(&mut stops);
    stops
}

/// A walk through the day, and where it has come.
struct Way<'n> {
    network: &'n Network,
    reach: Reach,
    here: Option<Place>,
}

impl<'n> Way<'n> {
    fn from(network: &'n Network, start: Option<Wgs84>) -> Way<'n> {
        Way {
            network,
            reach: Reach::new(network),
            here: start.and_then(|at| door(network, at, &WALKER)),
        }
    }

    fn place(&self, stop: &Stop) -> Option<Place> {
        door(self.network, stop.at?, &WALKER)
    }

    /// Goes on; from a stop that is not on the map nobody knows how far the next is.
    fn on_to(&mut self, stop: Stop) -> Stop {
        let there = self.place(&stop);
        let walk = self.here.zip(there).and_then(|(here, there)| {
            let reached = self.reach.run(self.network, &[here], &WALKER, Seconds::MAX);
            reached.seconds_to(there)
        });
        self.here = there;
        Stop {
            walk_min: walk.map(Seconds::minutes),
            ..stop
        }
    }

    /// The others in the order of the shortest walk; those that no way leads to at the end.
    fn shortest_through(&mut self, stops: Vec<Stop>) -> Vec<Stop> {
        let (on_map, off_map): (Vec<Stop>, Vec<Stop>) = stops
            .into_iter()
            .partition(|stop| self.place(stop).is_some());
        let places: Vec<Place> = on_map.iter().filter_map(|stop| self.place(stop)).collect();
        // Where nobody knows the start, the first place is as good as any.
        let Some(start) = self.here.or_else(|| places.first().copied()) else {
            return off_map;
        };
        let found = visit_order(
            &mut self.reach,
            self.network,
            start,
            &places,
            &WALKER,
            Finish::Anywhere,
        );
        // More than can be ordered stay as they came; the caller sends no more.
        let Ok(tour) = found else {
            return on_map.into_iter().chain(off_map).collect();
        };
        let known = self.here.is_some();
        let walked = tour.order.iter().zip(&tour.walks).enumerate();
        let ordered = walked.filter_map(|(nth, (at, walk))| {
            let walk_min = (known || nth > 0).then(|| walk.minutes());
            Some(Stop {
                walk_min,
                ..on_map.get(*at)?.clone()
            })
        });
        let cut_off = tour
            .left_out
            .iter()
            .filter_map(|at| on_map.get(*at).cloned());
        ordered.chain(cut_off).chain(off_map).collect()
    }
}

/// Two doors behind one gate are no walk apart: the walk to the street and back is nobody's.
fn note_same_gate(start: Option<Wgs84>, stops: &mut [Stop]) {
    let mut before = start;
    for stop in stops {
        if stop.at.is_some() && stop.at == before {
            stop.walk_min = Some(0);
        }
        before = stop.at;
    }
}

/// When one has to go on to be at the next agreed time.
fn note_leaving(stops: &mut [Stop]) {
    for at in 1..stops.len() {
        let next = &stops[at];
        let walk_s = next.walk_min.map(|minutes| i64::from(minutes) * 60);
        let leave_by = next.slot.zip(walk_s);
        stops[at - 1].leave_by = leave_by.map(|(slot, walk_s)| slot.start.plus_seconds(-walk_s));
    }
}

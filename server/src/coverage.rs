//! Which homes have which service within its minutes, from the street's footways.
//!
//! Every home goes out by its estate's entrance. One search backwards from all facilities of a
//! type tells every estate its nearest, so the whole table is some forty short searches: it is
//! made when it is asked for (decision 0030).

use crate::routing::Directory;
use crate::walking::door;
use circle::{Coverage as Measured, Gain, Network, Place, Profile, Reach, Seconds};
use model::api::coverage::{Coverage, CoverageRow, CoveredEstate, EstateGain, PublicFloor, WhatIf};
use model::area::{Area, Estate, Level, Staff};
use model::facility::Standard;
use model::place::Wgs84;
use std::cmp::Reverse;

/// A nearest further away than this is no longer named.
const FARTHEST: Seconds = Seconds::new(60 * 60);

/// The estates that `staff` see, with their entrances where a footway is near.
struct Homes<'d> {
    estates: Vec<&'d Estate>,
    /// Numbers of the estates that are on the map, and their doors.
    on_map: Vec<usize>,
    doors: Vec<Place>,
}

impl<'d> Homes<'d> {
    fn seen_by(
        staff: &Staff,
        street: &'d Directory,
        network: Option<&Network>,
        profile: &Profile,
    ) -> Homes<'d> {
        let all = street.street().estates.iter();
        let estates: Vec<&Estate> = all.filter(|e| street.sees(staff, &e.grid)).collect();
        let place = |estate: &Estate| door(network?, estate.entrance, profile);
        let found = estates.iter().enumerate();
        let found = found.filter_map(|(number, estate)| Some((number, place(estate)?)));
        let (on_map, doors) = found.unzip();
        Homes {
            estates,
            on_map,
            doors,
        }
    }

    fn homes(&self, door: usize) -> u32 {
        self.estates[self.on_map[door]].homes
    }

    fn described(&self) -> Vec<CoveredEstate> {
        let estates = self.estates.iter().enumerate();
        let described = estates.map(|(number, estate)| CoveredEstate {
            id: estate.id.clone(),
            name: estate.name.clone(),
            homes: estate.homes,
            at: estate.entrance,
            on_map: self.on_map.contains(&number),
        });
        described.collect()
    }
}

/// The table of the services that have minutes and the estates that `staff` see.
pub fn table(street: &Directory, staff: &Staff, profile: &Profile) -> Coverage {
    let network = street.footways.as_deref();
    let homes = Homes::seen_by(staff, street, network, profile);
    let rows = network.map_or_else(Vec::new, |network| {
        let mut reach = Reach::new(network);
        let mut measured = Measured::default();
        let standards = street.seed.standards.iter();
        let rows = standards.map(|standard| {
            let there = facilities(street, network, standard, profile);
            let asked = asked(standard, profile);
            measured.measure(&mut reach, network, &homes.doors, &there, &asked);
            row(standard, street, &homes, &measured)
        });
        rows.collect()
    });
    Coverage {
        profile: profile.name.to_owned(),
        has_map: network.is_some(),
        estates: homes.described(),
        rows,
        floors: floors(street, staff),
    }
}

/// What rooms for the public the dwellings of each community ask for, and what stands. A
/// community of which `staff` see a part is left out: its rooms serve the other part too.
fn floors(street: &Directory, staff: &Staff) -> Vec<PublicFloor> {
    let areas = street.street().areas.iter();
    let communities = areas.filter(|area| area.level == Level::Community);
    let seen = communities.filter(|area| street.sees(staff, &area.id));
    seen.map(|area| floor(street, area)).collect()
}

fn floor(street: &Directory, area: &Area) -> PublicFloor {
    let all = street.street().estates.iter();
    let estates: Vec<&Estate> = all.filter(|e| street.holds(&area.id, &e.grid)).collect();
    let dwellings = estates.iter().filter_map(|estate| estate.dwelling_area_m2);
    let inside = |at| {
        let own = street.area_at(at);
        own.is_some_and(|own| street.holds(&area.id, &own))
    };
    let facilities = street.seed.facilities.iter();
    let measured = facilities.filter_map(|it| Some((it.at, it.floor_area_m2?)));
    let rooms: Vec<u32> = measured
        .filter(|(at, _)| inside(*at))
        .map(|(_, m2)| m2)
        .collect();
    PublicFloor {
        area: area.id.clone(),
        name: area.name.clone(),
        estates: estates.len() as u32,
        estates_known: dwellings.clone().count() as u32,
        dwellings_m2: dwellings.map(u64::from).sum(),
        rooms: rooms.len() as u32,
        rooms_m2: rooms.into_iter().map(u64::from).sum(),
    }
}

fn row(
    standard: &Standard,
    street: &Directory,
    homes: &Homes<'_>,
    measured: &Measured,
) -> CoverageRow {
    let mut walks = vec![None; homes.estates.len()];
    let (mut all, mut covered) = (0, 0);
    for (door, nearest) in measured.nearest().iter().enumerate() {
        walks[homes.on_map[door]] = nearest.map(|arrival| arrival.seconds.minutes());
        all += homes.homes(door);
        if measured.covers(door) {
            covered += homes.homes(door);
        }
    }
    CoverageRow {
        category: standard.category,
        kind: standard.kind.clone(),
        minutes: standard.minutes,
        source: standard.source.clone(),
        facilities: of_kind(street, standard).count() as u32,
        homes: all,
        covered,
        walks,
    }
}

/// What one more facility of `standard`'s type at `at` would change for the estates `staff` see;
/// none without a map.
pub fn what_if(
    street: &Directory,
    staff: &Staff,
    profile: &Profile,
    standard: &Standard,
    at: Wgs84,
) -> Option<WhatIf> {
    let network = street.footways.as_deref()?;
    let homes = Homes::seen_by(staff, street, Some(network), profile);
    let Some(new) = door(network, at, profile) else {
        return Some(WhatIf {
            on_map: false,
            newly_covered: 0,
            nearer: 0,
            gains: Vec::new(),
        });
    };
    let mut reach = Reach::new(network);
    let mut measured = Measured::default();
    let there = facilities(street, network, standard, profile);
    let asked = asked(standard, profile);
    measured.measure(&mut reach, network, &homes.doors, &there, &asked);
    let mut gains = Vec::new();
    measured.gains(&mut reach, network, &homes.doors, new, &asked, &mut gains);
    Some(gained(&homes, &gains))
}

fn gained(homes: &Homes<'_>, gains: &[Gain]) -> WhatIf {
    let gain = |gain: &Gain| {
        let estate = homes.estates[homes.on_map[gain.door]];
        EstateGain {
            id: estate.id.clone(),
            name: estate.name.clone(),
            homes: estate.homes,
            before: gain.before.map(Seconds::minutes),
            after: gain.after.minutes(),
            newly_covered: gain.newly_covered,
        }
    };
    // A few seconds that leave the minutes as they are help nobody.
    let told = |gain: &EstateGain| gain.before.is_none_or(|before| gain.after < before);
    let mut gains: Vec<EstateGain> = gains.iter().map(gain).filter(told).collect();
    gains.sort_by_key(|gain| (!gain.newly_covered, Reverse(gain.homes)));
    let newly = gains.iter().filter(|gain| gain.newly_covered);
    WhatIf {
        on_map: true,
        newly_covered: newly.map(|gain| gain.homes).sum(),
        nearer: gains.iter().map(|gain| gain.homes).sum(),
        gains,
    }
}

fn asked(standard: &Standard, profile: &Profile) -> circle::Standard {
    circle::Standard {
        profile: *profile,
        within: Seconds::from_minutes(standard.minutes),
        farthest: FARTHEST,
    }
}

fn of_kind<'d>(
    street: &'d Directory,
    standard: &'d Standard,
) -> impl Iterator<Item = &'d model::facility::Facility> {
    let all = street.seed.facilities.iter();
    all.filter(|it| it.category == standard.category && it.kind == standard.kind)
}

fn facilities(
    street: &Directory,
    network: &Network,
    standard: &Standard,
    profile: &Profile,
) -> Vec<Place> {
    let places = of_kind(street, standard).filter_map(|it| door(network, it.at, profile));
    places.collect()
}

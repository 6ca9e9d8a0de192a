//! Areas, estates and facilities.

use super::{its, not_blank, phone, unique};
use crate::street::Fault;
use crate::street::pinyin::Reader;
use crate::street::records::Record;
use model::area::{Area, Estate, Level};
use model::facility::{Facility, Standard};
use model::hours::Hours;
use model::id::AreaId;
use model::place::ring_contains;
use std::collections::BTreeMap;

/// Checks that the areas are one tree in which every level lies in the next larger one.
pub(super) fn areas(records: Vec<Record<Area>>, faults: &mut Vec<Fault>) -> Vec<Area> {
    unique(&records, "id", |area| &area.id, faults);
    let levels: BTreeMap<&AreaId, Level> = records.iter().map(|r| (&r.it.id, r.it.level)).collect();
    let mut roots = 0;
    for record in &records {
        not_blank(record, "name", &record.it.name, faults);
        phone(record, record.it.phone.as_deref(), faults);
        ring(record, faults);
        roots += usize::from(record.it.parent.is_none());
        parent(record, &levels, roots, faults);
    }
    its(records)
}

fn ring(record: &Record<Area>, faults: &mut Vec<Fault>) {
    if matches!(record.it.boundary.len(), 1 | 2) {
        let message = "a boundary has at least 3 points, or is left out";
        faults.push(record.place.fault("boundary", message));
    }
}

fn parent(
    record: &Record<Area>,
    levels: &BTreeMap<&AreaId, Level>,
    roots: usize,
    faults: &mut Vec<Fault>,
) {
    let area = &record.it;
    let Some(parent) = &area.parent else {
        if roots > 1 {
            let message = "a second area without a parent: one stands above all";
            faults.push(record.place.fault("id", message));
        }
        return;
    };
    let wanted = match area.level {
        Level::District => None,
        Level::Street => Some(Level::District),
        Level::Community => Some(Level::Street),
        Level::Grid => Some(Level::Community),
    };
    let message = match levels.get(parent) {
        None => format!("there is no area `{parent}`"),
        Some(level) if Some(*level) != wanted => {
            format!(
                "`{parent}` cannot hold it: district, street, community, grid, each in the one before"
            )
        }
        Some(_) => return,
    };
    faults.push(record.place.fault("parent", message));
}

/// Checks estates against the grids and makes them searchable.
pub(super) fn estates(
    records: Vec<Record<Estate>>,
    areas: &[Area],
    reader: &Reader,
    faults: &mut Vec<Fault>,
) -> Vec<Estate> {
    unique(&records, "id", |estate| &estate.id, faults);
    unique(&records, "name", |estate| &estate.name, faults);
    for record in &records {
        not_blank(record, "name", &record.it.name, faults);
        grid(record, areas, faults);
        if record.it.homes == 0 {
            let message = "an estate has at least one home";
            faults.push(record.place.fault("homes", message));
        }
        square_metres(
            record,
            "dwelling_area_m2",
            record.it.dwelling_area_m2,
            faults,
        );
    }
    let mut estates = its(records);
    for estate in &mut estates {
        let names = std::iter::once(&estate.name).chain(&estate.aliases);
        estate.search = names.map(|name| reader.term(name)).collect();
    }
    estates
}

fn grid(record: &Record<Estate>, areas: &[Area], faults: &mut Vec<Fault>) {
    let estate = &record.it;
    let grid = &estate.grid;
    match areas.iter().find(|area| area.id == *grid) {
        None => faults.push(
            record
                .place
                .fault("grid", format!("there is no area `{grid}`")),
        ),
        Some(area) if area.level != Level::Grid => {
            faults.push(
                record
                    .place
                    .fault("grid", format!("`{grid}` is not a grid")),
            );
        }
        Some(area) if outside(area, estate) => {
            let message = format!("the entrance lies outside the boundary of `{grid}`");
            faults.push(record.place.fault("entrance", message));
        }
        Some(_) => {}
    }
}

fn outside(grid: &Area, estate: &Estate) -> bool {
    !grid.boundary.is_empty() && !ring_contains(&grid.boundary, estate.entrance)
}

/// A figure that is not known is left out; nought is no way to say so.
fn square_metres<T>(record: &Record<T>, key: &str, area_m2: Option<u32>, faults: &mut Vec<Fault>) {
    if area_m2 == Some(0) {
        let message = format!("`{key}` is left out where it is not known");
        faults.push(record.place.fault(key, message));
    }
}

/// A room that lies in no community counts for nobody, and whoever wrote its area meant it to.
fn room_counts(record: &Record<Facility>, areas: &[Area], faults: &mut Vec<Fault>) {
    let at = record.it.at;
    let inside = |area: &Area| area.level >= Level::Community && ring_contains(&area.boundary, at);
    if record.it.floor_area_m2.is_some() && !areas.iter().any(inside) {
        let message = "it lies in no community's boundary, so its floor area would count nowhere";
        faults.push(record.place.fault("floor_area_m2", message));
    }
}

/// Checks the facility table.
pub(super) fn facilities(
    records: Vec<Record<Facility>>,
    areas: &[Area],
    faults: &mut Vec<Fault>,
) -> Vec<Facility> {
    unique(&records, "id", |facility| &facility.id, faults);
    for record in &records {
        not_blank(record, "name", &record.it.name, faults);
        not_blank(record, "kind", &record.it.kind, faults);
        not_blank(record, "address", &record.it.address, faults);
        phone(record, record.it.phone.as_deref(), faults);
        let hours = record.it.hours.as_deref().map(str::parse::<Hours>);
        if let Some(Err(error)) = hours {
            faults.push(record.place.fault("hours", error.to_string()));
        }
        square_metres(record, "floor_area_m2", record.it.floor_area_m2, faults);
        room_counts(record, areas, faults);
    }
    its(records)
}

/// Checks within how many minutes services should be.
pub(super) fn standards(records: Vec<Record<Standard>>, faults: &mut Vec<Fault>) -> Vec<Standard> {
    let name = |standard: &Standard| format!("{} {}", standard.category.name(), standard.kind);
    unique(&records, "kind", name, faults);
    for record in &records {
        not_blank(record, "kind", &record.it.kind, faults);
        not_blank(record, "source", &record.it.source, faults);
        if !(1..=60).contains(&record.it.minutes) {
            let message = "minutes are 1 to 60";
            faults.push(record.place.fault("minutes", message));
        }
    }
    its(records)
}

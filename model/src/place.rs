//! Where things are.

use crate::id::EstateId;
use serde::{Deserialize, Serialize};

/// A position in WGS84, degrees. Never GCJ-02: shifting is for a tile layer, at the display edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "LatLon", into = "LatLon")]
pub struct Wgs84 {
    lat: f64,
    lon: f64,
}

#[derive(Serialize, Deserialize)]
struct LatLon {
    lat: f64,
    lon: f64,
}

/// A latitude outside ±90°, a longitude outside ±180°, or not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("latitude is within ±90 and longitude within ±180 degrees")]
pub struct OffTheEarth;

impl Wgs84 {
    /// Latitude and longitude in degrees.
    pub fn new(lat: f64, lon: f64) -> Result<Wgs84, OffTheEarth> {
        let good = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        if good {
            Ok(Wgs84 { lat, lon })
        } else {
            Err(OffTheEarth)
        }
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }
}

impl TryFrom<LatLon> for Wgs84 {
    type Error = OffTheEarth;
    fn try_from(p: LatLon) -> Result<Self, OffTheEarth> {
        Wgs84::new(p.lat, p.lon)
    }
}

impl From<Wgs84> for LatLon {
    fn from(p: Wgs84) -> LatLon {
        LatLon {
            lat: p.lat,
            lon: p.lon,
        }
    }
}

/// A home: an estate picked from the list, and the door within it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Home {
    /// The estate.
    pub estate: EstateId,
    /// Building, entrance and flat as the resident says it, at most 60 characters.
    pub door: String,
}

/// Where something is that somebody reports, and how they found it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spot {
    /// The point.
    pub at: Wgs84,
    /// How it was found.
    pub found: Found,
    /// The estate it was picked by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estate: Option<EstateId>,
    /// Where it is in the person's own words ("3号楼北门"), at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// How a [`Spot`] was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The device said so.
    Device,
    /// A photo carried it.
    Photo,
    /// Tapped on the map.
    Map,
    /// Picked from the list of estates and landmarks.
    List,
    /// Another system sent it.
    Sent,
}

/// Metres between two positions on a sphere of the earth's mean radius: within 0.6 % of the
/// ellipsoid's.
pub fn metres_between(a: Wgs84, b: Wgs84) -> f64 {
    const EARTH_M: f64 = 6_371_008.8;
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let up = ((lat_b - lat_a) / 2.0).sin();
    let across = ((b.lon - a.lon).to_radians() / 2.0).sin();
    let chord = up * up + lat_a.cos() * lat_b.cos() * across * across;
    2.0 * EARTH_M * chord.clamp(0.0, 1.0).sqrt().asin()
}

/// Whether `point` lies inside the closed ring `ring` (even-odd rule; the ring need not
/// repeat its first point). Points exactly on an edge may fall on either side.
pub fn ring_contains(ring: &[Wgs84], point: Wgs84) -> bool {
    let mut inside = false;
    let mut previous = match ring.last() {
        Some(last) => *last,
        None => return false,
    };
    for &corner in ring {
        let crosses = (corner.lat > point.lat) != (previous.lat > point.lat);
        if crosses {
            let along = (point.lat - corner.lat) / (previous.lat - corner.lat);
            if point.lon < corner.lon + along * (previous.lon - corner.lon) {
                inside = !inside;
            }
        }
        previous = corner;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).expect("on the earth")
    }

    #[test]
    fn a_hollow_shape_keeps_its_bay_outside() {
        let bay = [
            at(0., 0.),
            at(0., 4.),
            at(4., 4.),
            at(4., 3.),
            at(1., 3.),
            at(1., 1.),
            at(4., 1.),
            at(4., 0.),
        ];
        assert!(ring_contains(&bay, at(0.5, 2.0)));
        assert!(!ring_contains(&bay, at(3.0, 2.0)));
        assert!(ring_contains(&bay, at(3.0, 3.5)));
        assert!(!ring_contains(&[], at(0., 0.)));
    }

    #[test]
    fn a_minute_of_latitude_is_a_sea_mile() {
        let metres = metres_between(at(40., 116.), at(40. + 1. / 60., 116.));
        assert!((metres - 1853.).abs() < 3., "{metres}");
        assert_eq!(metres_between(at(40., 116.), at(40., 116.)), 0.0);
    }

    #[test]
    fn nothing_lies_off_the_earth() {
        for (lat, lon) in [
            (90.1, 0.),
            (0., -180.1),
            (f64::NAN, 0.),
            (0., f64::INFINITY),
        ] {
            assert!(Wgs84::new(lat, lon).is_err());
        }
        assert!(serde_json::from_str::<Wgs84>(r#"{"lat":91,"lon":0}"#).is_err());
    }
}

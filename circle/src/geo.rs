//! Places on the earth: WGS84 outside, integer micro-degrees inside.

/// A place in WGS84, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wgs84 {
    /// Latitude, degrees north, −90 to 90.
    pub lat: f64,
    /// Longitude, degrees east, −180 to 180.
    pub lon: f64,
}

impl Wgs84 {
    /// A place at `lat` degrees north and `lon` degrees east.
    pub const fn new(lat: f64, lon: f64) -> Self {
        Self { lat, lon }
    }

    /// Whether both numbers are finite and within the range of the earth.
    pub fn is_valid(self) -> bool {
        // `contains` is false for NaN.
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lon)
    }

    /// Straight distance in metres on the ellipsoid; exact to a millionth for the few
    /// hundred metres it is used for.
    pub fn metres_to(self, other: Self) -> f64 {
        let scale = Scale::at_degrees((self.lat + other.lat) / 2.0);
        let north = (other.lat - self.lat) * MICRO * scale.lat;
        let east = (other.lon - self.lon) * MICRO * scale.lon;
        (north * north + east * east).sqrt()
    }
}

/// The smallest rectangle of latitudes and longitudes around a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// South-west corner.
    pub south_west: Wgs84,
    /// North-east corner.
    pub north_east: Wgs84,
}

/// Micro-degrees in a degree.
const MICRO: f64 = 1e6;

/// A place in millionths of a degree: 11 cm of latitude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Micro {
    pub lat: i32,
    pub lon: i32,
}

impl Micro {
    pub const MAX_LAT: i32 = 90_000_000;
    pub const MAX_LON: i32 = 180_000_000;

    /// The nearest multiple of `quantum` micro-degrees; `None` for a place not on the earth.
    pub fn rounded(at: Wgs84, quantum: i32) -> Option<Self> {
        if !at.is_valid() {
            return None;
        }
        let step = f64::from(quantum.max(1));
        let round = |degrees: f64| ((degrees * MICRO / step).round() * step) as i32;
        Some(Self {
            lat: round(at.lat).clamp(-Self::MAX_LAT, Self::MAX_LAT),
            lon: round(at.lon).clamp(-Self::MAX_LON, Self::MAX_LON),
        })
    }

    pub fn is_valid(self) -> bool {
        (-Self::MAX_LAT..=Self::MAX_LAT).contains(&self.lat)
            && (-Self::MAX_LON..=Self::MAX_LON).contains(&self.lon)
    }

    pub fn degrees(self) -> Wgs84 {
        Wgs84::new(f64::from(self.lat) / MICRO, f64::from(self.lon) / MICRO)
    }

    /// Metres between two places near each other.
    pub fn metres_to(self, other: Self) -> f64 {
        let middle = (f64::from(self.lat) + f64::from(other.lat)) / 2.0;
        Scale::at_degrees(middle / MICRO).metres(self, other)
    }

    /// The place `part` (0 to 1) of the way from here to `other`.
    pub fn towards(self, other: Self, part: f64) -> Wgs84 {
        let mix = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * part) / MICRO;
        Wgs84::new(mix(self.lat, other.lat), mix(self.lon, other.lon))
    }
}

/// Metres in a micro-degree of latitude and of longitude at one latitude.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub lat: f64,
    pub lon: f64,
}

impl Scale {
    /// Series of the WGS84 ellipsoid (NIMA TR8350.2), with the multiple angles
    /// written out so that one cosine is enough.
    pub fn at_degrees(lat: f64) -> Self {
        let c = cos_of_latitude(lat);
        let c2 = c * c;
        let cos2 = 2.0 * c2 - 1.0;
        let cos4 = 8.0 * c2 * c2 - 8.0 * c2 + 1.0;
        let cos3 = c * (4.0 * c2 - 3.0);
        let cos5 = c * (16.0 * c2 * c2 - 20.0 * c2 + 5.0);
        Self {
            lat: (111_132.92 - 559.82 * cos2 + 1.175 * cos4) / MICRO,
            lon: (111_412.84 * c - 93.5 * cos3 + 0.118 * cos5) / MICRO,
        }
    }

    pub fn at(place: Micro) -> Self {
        Self::at_degrees(f64::from(place.lat) / MICRO)
    }

    pub fn metres(self, a: Micro, b: Micro) -> f64 {
        let (east, north) = self.offset(a, b);
        (north * north + east * east).sqrt()
    }

    /// Metres east and north from `a` to `b`.
    pub fn offset(self, a: Micro, b: Micro) -> (f64, f64) {
        (
            (f64::from(b.lon) - f64::from(a.lon)) * self.lon,
            (f64::from(b.lat) - f64::from(a.lat)) * self.lat,
        )
    }
}

/// The cosine, for what a latitude can be: the standard library's, which takes any angle, is 8 KB
/// of a phone's download. A power series; its error is under 1e-15.
fn cos_of_latitude(degrees: f64) -> f64 {
    const TERMS: u32 = 11;
    let square = degrees.clamp(-90.0, 90.0).to_radians().powi(2);
    let one = |sum: f64, term: u32| 1.0 - sum * square / f64::from((2 * term - 1) * 2 * term);
    (1..=TERMS).rev().fold(1.0, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Geodesic lengths of one thousandth of a degree, from GeographicLib's tables.
    #[test]
    fn a_thousandth_of_a_degree_has_the_length_of_the_ellipsoid() {
        for (lat, north, east) in [
            (0.0, 110.574, 111.320),
            (40.0, 111.035, 85.394),
            (60.0, 111.412, 55.800),
        ] {
            let here = Wgs84::new(lat, 116.0);
            let up = here.metres_to(Wgs84::new(lat + 0.001, 116.0));
            let right = here.metres_to(Wgs84::new(lat, 116.001));
            assert!((up - north).abs() < 0.01, "{lat}: {up} north");
            assert!((right - east).abs() < 0.01, "{lat}: {right} east");
        }
    }

    #[test]
    fn places_off_the_earth_are_refused() {
        for (lat, lon) in [
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
            (90.1, 0.0),
            (0.0, -180.1),
        ] {
            assert_eq!(Micro::rounded(Wgs84::new(lat, lon), 1), None);
        }
    }

    #[test]
    fn rounding_keeps_within_half_a_quantum() {
        let at = Micro::rounded(Wgs84::new(39.999_998, 116.000_003), 5);
        assert_eq!(
            at,
            Some(Micro {
                lat: 40_000_000,
                lon: 116_000_005
            })
        );
    }

    #[test]
    fn the_cosine_of_every_latitude() {
        for tenth in -900..=900 {
            let degrees = f64::from(tenth) / 10.0;
            let error = cos_of_latitude(degrees) - degrees.to_radians().cos();
            assert!(error.abs() < 1e-15, "{degrees}: {error:e}");
        }
    }
}

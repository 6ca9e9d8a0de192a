//! Where a photo says it was taken: the GPS tags of a JPEG's own EXIF block (EXIF 2.32, §4.6.6).
//!
//! Read on the phone before the picture is drawn anew, which leaves them behind. Every offset is
//! checked: the bytes come from anywhere.

use model::place::Wgs84;

/// The block stands in the first segments, none of which is longer than 64 KiB.
pub const HEAD_BYTES: usize = 160 * 1024;
/// More entries than any camera writes into one directory.
const ENTRIES_MAX: usize = 512;

const GPS_DIRECTORY: u16 = 0x8825;
const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;

/// The place in the beginning of a JPEG; none where it has none or cannot be read.
pub fn place(jpeg: &[u8]) -> Option<Wgs84> {
    let tiff = Tiff::open(exif_block(jpeg)?)?;
    let first = tiff.long(4)?;
    let gps = tiff.entry(first, GPS_DIRECTORY)?;
    let gps = tiff.long(gps + 8)?;
    let latitude = tiff.degrees(gps, LATITUDE)?;
    let longitude = tiff.degrees(gps, LONGITUDE)?;
    let south = tiff.letter(gps, LATITUDE_REF)? == b'S';
    let west = tiff.letter(gps, LONGITUDE_REF)? == b'W';
    // Cameras without a fix write zeros.
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    let signed = |value: f64, negative: bool| if negative { -value } else { value };
    Wgs84::new(signed(latitude, south), signed(longitude, west)).ok()
}

/// What follows `Exif\0\0` in the APP1 segment.
fn exif_block(jpeg: &[u8]) -> Option<&[u8]> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low, body @ ..] = rest else {
            return None;
        };
        // The picture itself begins.
        if *marker == 0xda {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        let segment = body.get(..length)?;
        match segment.strip_prefix(b"Exif\0\0") {
            Some(block) if *marker == 0xe1 => return Some(block),
            _ => rest = body.get(length..)?,
        }
    }
}

/// A TIFF file in memory.
struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl<'a> Tiff<'a> {
    fn open(bytes: &'a [u8]) -> Option<Tiff<'a>> {
        let little = match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => true,
            [b'M', b'M', 0, 42] => false,
            _ => return None,
        };
        Some(Tiff { bytes, little })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let two = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self.little {
            true => u16::from_le_bytes(two),
            false => u16::from_be_bytes(two),
        })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let four = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = match self.little {
            true => u32::from_le_bytes(four),
            false => u32::from_be_bytes(four),
        };
        usize::try_from(value).ok()
    }

    /// Where the entry of `tag` stands in the directory at `directory`.
    fn entry(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.short(directory)?).min(ENTRIES_MAX);
        (0..count)
            .map(|n| directory + 2 + n * 12)
            .find(|at| self.short(*at) == Some(tag))
    }

    fn letter(&self, directory: usize, tag: u16) -> Option<u8> {
        let at = self.entry(directory, tag)?;
        self.bytes.get(at + 8).copied()
    }

    /// Degrees, minutes and seconds, as three fractions.
    fn degrees(&self, directory: usize, tag: u16) -> Option<f64> {
        let at = self.entry(directory, tag)?;
        let values = self.long(at + 8)?;
        let part = |n: usize| {
            let at = values.checked_add(n * 8)?;
            let (over, under) = (self.long(at)?, self.long(at + 4)?);
            (under != 0).then(|| over as f64 / under as f64)
        };
        Some(part(0)? + part(1)? / 60.0 + part(2)? / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A JPEG's beginning with an APP0 segment and the GPS tags of 40°03′30.5″ in both directions.
    fn jpeg(little: bool, south_west: bool) -> Vec<u8> {
        let short = |n: u16| match little {
            true => n.to_le_bytes(),
            false => n.to_be_bytes(),
        };
        let long = |n: u32| match little {
            true => n.to_le_bytes(),
            false => n.to_be_bytes(),
        };
        let mut tiff = match little {
            true => b"II".to_vec(),
            false => b"MM".to_vec(),
        };
        tiff.extend(short(42));
        tiff.extend(long(8));
        // The first directory: one entry, to the GPS directory at 26.
        tiff.extend(short(1));
        tiff.extend([short(GPS_DIRECTORY), short(4)].concat());
        tiff.extend([long(1), long(26), long(0)].concat());
        tiff.extend(short(4));
        let letter = |north: &[u8; 4], south: &[u8; 4]| if south_west { *south } else { *north };
        // Four entries and the end take 26 + 2 + 48 + 4 = 80 bytes; the fractions follow.
        for (tag, kind, count, value) in [
            (LATITUDE_REF, 2, 2, letter(b"N\0\0\0", b"S\0\0\0")),
            (LATITUDE, 5, 3, long(80)),
            (LONGITUDE_REF, 2, 2, letter(b"E\0\0\0", b"W\0\0\0")),
            (LONGITUDE, 5, 3, long(80)),
        ] {
            tiff.extend([short(tag), short(kind)].concat());
            tiff.extend([long(count), value].concat());
        }
        tiff.extend(long(0));
        for number in [40, 1, 3, 1, 305, 10] {
            tiff.extend(long(number));
        }
        let mut file = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xe1];
        file.extend(((tiff.len() + 8) as u16).to_be_bytes());
        file.extend(b"Exif\0\0");
        file.extend(tiff);
        file.extend([0xff, 0xda, 0, 2]);
        file
    }

    #[test]
    fn a_photo_says_where_it_was_taken() {
        let degrees = 40.0 + 3.0 / 60.0 + 30.5 / 3600.0;
        for little in [true, false] {
            for (south_west, sign) in [(false, 1.0), (true, -1.0)] {
                let at = place(&jpeg(little, south_west)).expect("a place");
                assert!((at.lat() - sign * degrees).abs() < 1e-9);
                assert!((at.lon() - sign * degrees).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn what_is_cut_short_says_nothing() {
        let whole = jpeg(true, false);
        let end = whole.len() - 4;
        for length in 0..end {
            assert_eq!(place(&whole[..length]), None, "{length}");
        }
        assert_eq!(place(b"\x89PNG\r\n"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = place(&bytes);
        }

        #[test]
        fn no_damage_panics(at in 0usize..150, byte: u8) {
            let mut damaged = jpeg(false, false);
            let at = at.min(damaged.len() - 1);
            damaged[at] = byte;
            let _ = place(&damaged);
        }
    }
}

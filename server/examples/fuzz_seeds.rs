//! Writes what each target of the fuzzer (`fuzz/`) begins with, made from the sample data:
//! `fuzz_seeds FOLDER`.

use circle::{NetworkBuilder, Traits, WayKind, Wgs84, basemap, osm};
use image::{DynamicImage, ImageFormat, RgbImage};
use server::street::{FILES, SeedFiles};
use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

const TOWN: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");
/// Ground, a gate, a square, water, a name: small enough to be changed everywhere.
const CORNER: &str = include_str!("fuzz_corner.osm");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let corpus = |target: &'static str| Corpus {
        folder: folder.join(target),
    };
    networks(&corpus("network"))?;
    let (map, _) = basemap::import(TOWN)?;
    corpus("basemap").put("town", &map.to_bytes())?;
    corpus("extract").put("corner.osm", CORNER.as_bytes())?;
    corpus("extract").put("town.osm.pbf", TOWN)?;
    requests(&corpus("open311"))?;
    pictures(&corpus("photo"))?;
    tables(&corpus("facilities"))?;
    street(&corpus("street"))
}

/// The folder of one target.
struct Corpus {
    folder: PathBuf,
}

impl Corpus {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(&self.folder)?;
        Ok(fs::write(Path::new(&self.folder).join(name), bytes)?)
    }
}

fn networks(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    corpus.put("corner", &osm::import(CORNER.as_bytes())?.0.to_bytes())?;
    corpus.put("town", &osm::import(TOWN)?.0.to_bytes())?;
    let mut builder = NetworkBuilder::new();
    let mut points = Vec::new();
    for step in 0..4 {
        points.push(builder.point(Wgs84::new(40.0, 116.3 + f64::from(step) * 0.001))?);
    }
    builder.named_way(&points[..3], Traits::new(WayKind::Street), "East Street")?;
    builder.way(&points[2..], Traits::new(WayKind::Steps))?;
    corpus.put("street", &builder.build()?.0.to_bytes())
}

fn requests(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    let form = "service_code=pothole&lat=39.9990&long=116.3160&description=hole&first_name=A\
                &last_name=B&phone=010-5550-0100&email=a%40b.cn&attribute[size]=1&attribute[x][]=2\
                &media_url=https://a.cn/b.jpg&address_string=%E8%94%B7%E8%96%87%E9%87%8C";
    corpus.put("form", format!("\0{form}").as_bytes())?;
    let mut parts = b"\x01".to_vec();
    for pair in form.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        parts.extend(format!("--b\r\n{head}\r\n\r\n{value}\r\n").bytes());
    }
    let head = "Content-Disposition: form-data; name=\"media\"; filename=\"a.png\"";
    parts.extend(format!("--b\r\n{head}\r\nContent-Type: image/png\r\n\r\n").bytes());
    parts.extend(picture(ImageFormat::Png)?);
    parts.extend(b"\r\n--b--\r\n");
    corpus.put("parts", &parts)
}

fn picture(format: ImageFormat) -> Result<Vec<u8>, Box<dyn Error>> {
    let drawn = RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 10, y as u8 * 15, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(drawn).write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

fn pictures(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        corpus.put(format.extensions_str()[0], &picture(format)?)?;
    }
    // Turned by what the camera wrote: orientation 6.
    let jpeg = picture(ImageFormat::Jpeg)?;
    let exif =
        b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    corpus.put("turned", &[&jpeg[..2], exif, &jpeg[2..]].concat())?;
    // What a telephone of another make sends; it is refused.
    corpus.put("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
}

fn tables(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    let head = "id,name,category,kind,lat,lon,address,phone,hours,step_free,station,floor_area_m2";
    let row = "a,\"药店 \"\"仁\"\"\",health,药店,39.9990,116.3160,街 1 号,010-5550-0100,\
               Mo-Fr 08:00-20:00; PH off,yes,,";
    corpus.put(
        "table.csv",
        format!("\u{feff}{head}\r\n{row}\r\n").as_bytes(),
    )?;
    let feature = r#"{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[116.316,39.999]},
        "properties":{"id":"a","name":"n","category":"health","kind":"k","address":"s","step_free":false,"phone":null}}"#;
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
    corpus.put("table.geojson", collection.as_bytes())
}

/// The first lines of each file: two records say as much as seventy.
fn street(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    let sample = SeedFiles::sample();
    for (number, name) in (0_u8..).zip(FILES) {
        let text = sample.get(name).ok_or("a file of the sample is missing")?;
        let lines: Vec<&str> = text.lines().take(40).collect();
        corpus.put(name, &[&[number], lines.join("\n").as_bytes()].concat())?;
    }
    Ok(())
}

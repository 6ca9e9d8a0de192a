//! Makes a picture small on the phone: turned upright, at most [`MAX_SIDE`] pixels a side, JPEG.
//! Drawing it anew leaves its metadata (place, time, telephone model) behind.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, ImageBitmap,
    ImageBitmapOptions, ImageOrientation, Url,
};

/// Pixels of the longer side, enough to read the small print of a household register.
const MAX_SIDE: f64 = 1600.0;
/// JPEG quality, 0–1.
const QUALITY: f64 = 0.8;
/// A file below this is decoded at its own size: resizing while decoding would blow it up.
const SMALL_FILE_BYTES: f64 = 300_000.0;

/// No way of this browser could read the picture (HEIC outside Safari, a film, a damaged file).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this browser cannot read the picture")]
pub struct Unreadable;

/// A JPEG of the picture in `file`.
pub async fn shrink(file: &Blob) -> Result<Blob, Unreadable> {
    match decode_bitmap(file).await {
        Ok(bitmap) => {
            let drawn = draw(
                f64::from(bitmap.width()),
                f64::from(bitmap.height()),
                |pen, w, h| pen.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, w, h),
            );
            bitmap.close();
            jpeg(&drawn.map_err(|_| Unreadable)?).await
        }
        Err(_) => {
            let image = decode_element(file).await.map_err(|_| Unreadable)?;
            let (w, h) = (image.natural_width(), image.natural_height());
            let drawn = draw(f64::from(w), f64::from(h), |pen, w, h| {
                pen.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, w, h)
            });
            jpeg(&drawn.map_err(|_| Unreadable)?).await
        }
    }
}

/// Decodes and shrinks in one go, so that 48 megapixels never stand in memory at full size.
async fn decode_bitmap(file: &Blob) -> Result<ImageBitmap, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    if file.size() > SMALL_FILE_BYTES {
        options.set_resize_width(MAX_SIDE as u32);
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let decoded = window.create_image_bitmap_with_blob_and_image_bitmap_options(file, &options)?;
    JsFuture::from(decoded).await?.dyn_into()
}

/// What older browsers, and Safari for HEIC, can do.
async fn decode_element(file: &Blob) -> Result<HtmlImageElement, JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&url);
    let decoded = JsFuture::from(image.decode()).await;
    Url::revoke_object_url(&url)?;
    decoded.map(|_| image)
}

fn draw(
    width: f64,
    height: f64,
    paint: impl FnOnce(&CanvasRenderingContext2d, f64, f64) -> Result<(), JsValue>,
) -> Result<HtmlCanvasElement, JsValue> {
    let (width, height) = fit(width, height);
    let document = web_sys::window()
        .and_then(|w| w.document())
        .ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let pen = pen(&canvas).ok_or(JsValue::NULL)?;
    // JPEG knows no transparency; without paper a transparent picture turns black.
    pen.set_fill_style_str("#ffffff");
    pen.fill_rect(0.0, 0.0, width, height);
    paint(&pen, width, height)?;
    Ok(canvas)
}

/// The drawing context of a canvas.
pub fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Width and height within [`MAX_SIDE`], in proportion; never larger than they were, never 0.
fn fit(width: f64, height: f64) -> (f64, f64) {
    let scale = (MAX_SIDE / width.max(height)).min(1.0);
    let side = |pixels: f64| (pixels * scale).round().max(1.0);
    (side(width), side(height))
}

async fn jpeg(canvas: &HtmlCanvasElement) -> Result<Blob, Unreadable> {
    encode(canvas, "image/jpeg").await
}

/// The picture on a canvas as a file of that media type.
pub async fn encode(canvas: &HtmlCanvasElement, media_type: &str) -> Result<Blob, Unreadable> {
    let mut start = |resolve: Function, reject: Function| {
        let done = Closure::once_into_js(move |blob: JsValue| resolve.call1(&JsValue::NULL, &blob));
        let quality = JsValue::from_f64(QUALITY);
        let asked = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            media_type,
            &quality,
        );
        if asked.is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
    };
    let encoded = JsFuture::from(Promise::new(&mut start)).await;
    // toBlob answers null for a canvas it cannot encode.
    encoded
        .ok()
        .and_then(|blob| blob.dyn_into().ok())
        .ok_or(Unreadable)
}

/// Fills with bytes that nobody can guess.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0u8; 16];
    let crypto = Reflect::get(&js_sys::global(), &JsValue::from_str("crypto"));
    let crypto: Option<web_sys::Crypto> = crypto.ok().and_then(|c| c.dyn_into().ok());
    if let Some(crypto) = crypto {
        // It can only fail for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_shrink_in_proportion_and_never_grow() {
        for (from, to) in [
            ((4000.0, 3000.0), (1600.0, 1200.0)),
            ((1600.0, 2133.0), (1200.0, 1600.0)),
            ((640.0, 480.0), (640.0, 480.0)),
            ((100_000.0, 1.0), (1600.0, 1.0)),
        ] {
            assert_eq!(fit(from.0, from.1), to);
        }
    }
}

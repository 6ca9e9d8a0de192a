use leptos::prelude::*;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode as Matrix};

/// A QR code, dark on white in every theme. `<QrCode text=link note="…"/>`
#[component]
pub fn QrCode(
    /// What it says: an address.
    #[prop(into)]
    text: String,
    /// What it is for; also its name for a screen reader.
    #[prop(into)]
    note: String,
) -> impl IntoView {
    let drawn = draw(&text).unwrap_or_default();
    view! {
        <figure class="qr">
            <div class="qr-code" role="img" aria-label=note.clone() inner_html=drawn></div>
            <figcaption class="qr-note">{note}</figcaption>
        </figure>
    }
}

/// The code as SVG; none for a text longer than any code holds.
fn draw(text: &str) -> Option<String> {
    let matrix = Matrix::with_error_correction_level(text, EcLevel::M).ok()?;
    let drawn = matrix.render::<svg::Color<'_>>().quiet_zone(true).build();
    // The SVG is ours, without the text in it; what stands before `<svg` would be shown as text.
    drawn.find("<svg").map(|start| drawn[start..].to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_becomes_an_svg() {
        let drawn = super::draw("https://example.org/cases#c=01935f3e.abc").expect("a code");
        assert!(
            drawn.starts_with("<svg") && drawn.ends_with("</svg>"),
            "{drawn}"
        );
        assert!(super::draw(&"x".repeat(10_000)).is_none());
    }
}

//! Strangers' pictures: photographs and icons are decoded and written anew,
//! small; drawings are looked through for everything that does more than draw.

mod png;
mod raster;
mod svg;

pub use png::{MAX_PNG, PngError, check_png};
pub use raster::{PictureError, SIDE, small_png};
pub use svg::{MAX_SVG, SvgError, check_svg};

/// Whether bytes begin like SVG or other XML, not like a picture of pixels.
pub fn is_markup(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.contains("<svg")
        || head
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with("<?xml")
}

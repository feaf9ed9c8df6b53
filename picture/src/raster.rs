//! Makes a small, clean PNG of whatever picture somebody sent. Strangers' bytes:
//! few formats, hard limits, and nothing of the original file is kept.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::error::LimitErrorKind;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, Limits};

use crate::is_markup;

/// Longest side of a kept picture, in pixels.
pub const SIDE: u32 = 256;
/// Longest side of a picture that is decoded.
const MAX_SIDE: u32 = 4096;
/// Memory a decoder may take: the pixels of the largest picture, and some.
const MAX_MEMORY: u64 = 96 << 20;

/// Why a picture cannot be used; the text says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not one of the formats.
    #[error("this is no PNG, JPEG, WebP or GIF picture; save it as PNG and send that")]
    Format,
    /// Drawings with scripts in them.
    #[error(
        "SVG drawings are not taken, because they can carry scripts; save it as PNG, 256 pixels wide, and send that"
    )]
    Svg,
    /// Too many pixels.
    #[error(
        "the picture has more than {MAX_SIDE} pixels on a side; make it smaller, 256 pixels are enough"
    )]
    TooLarge,
    /// Broken off or not what it says.
    #[error("the picture is damaged or incomplete; save it again and send that")]
    Damaged,
}

/// A PNG of at most 256 pixels on a side. Of an animation, the first frame.
/// Takes up to a second and 100 MiB: not for an async thread.
///
/// # Errors
/// When it is no picture that can be used.
pub fn small_png(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let image = decode(bytes)?;
    let image = if image.width() > SIDE || image.height() > SIDE {
        // Two steps: a photograph is first brought near its size at little cost.
        image.thumbnail(SIDE * 2, SIDE * 2).resize(
            SIDE,
            SIDE,
            image::imageops::FilterType::Lanczos3,
        )
    } else {
        image
    };
    let image = image.into_rgba8();
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive)
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgba8,
        )
        .map_err(|_| PictureError::Damaged)?;
    Ok(png)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let input = Cursor::new(bytes);
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => finish(PngDecoder::with_limits(input, limits())),
        [0xff, 0xd8, 0xff, ..] => finish(JpegDecoder::new(input)),
        [b'G', b'I', b'F', b'8', ..] => finish(GifDecoder::new(input)),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => finish(WebPDecoder::new(input)),
        _ if is_markup(bytes) => Err(PictureError::Svg),
        _ => Err(PictureError::Format),
    }
}

fn finish<D: ImageDecoder>(opened: Result<D, ImageError>) -> Result<DynamicImage, PictureError> {
    let mut decoder = opened.map_err(|e| reason(&e))?;
    // Asked for first: a decoder may only know it before it is used up.
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(PictureError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    decoder.set_limits(limits()).map_err(|e| reason(&e))?;
    // Without its metadata a photograph would lie on its side.
    let orientation = decoder.orientation().map_err(|e| reason(&e))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| reason(&e))?;
    image.apply_orientation(orientation);
    Ok(image)
}

pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn reason(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory => {
                PictureError::TooLarge
            }
            _ => PictureError::Damaged,
        },
        _ => PictureError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, 255]));
        let mut bytes = Cursor::new(Vec::new());
        let image = DynamicImage::ImageRgba8(pixels);
        let image = if format == ImageFormat::Jpeg {
            DynamicImage::ImageRgb8(image.into_rgb8())
        } else {
            image
        };
        image.write_to(&mut bytes, format).expect("encoded");
        bytes.into_inner()
    }

    #[test]
    fn every_format_becomes_a_small_png() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ] {
            let png = small_png(&picture(600, 300, format)).expect("a picture");
            let back = image::load_from_memory_with_format(&png, ImageFormat::Png).expect("a PNG");
            assert_eq!((back.width(), back.height()), (256, 128), "{format:?}");
            let [r, g, b, a] = back.into_rgba8().get_pixel(100, 50).0;
            assert!(r.abs_diff(200) < 6 && g.abs_diff(30) < 6 && b.abs_diff(30) < 6 && a == 255);
        }
        let tiny = small_png(&picture(3, 5, ImageFormat::Png)).expect("a picture");
        let back = image::load_from_memory(&tiny).expect("a PNG");
        assert_eq!((back.width(), back.height()), (3, 5), "never made larger");
    }

    #[test]
    fn nothing_of_the_file_but_its_pixels_is_kept() {
        let mut png = picture(8, 8, ImageFormat::Png);
        let clean = small_png(&png).expect("a picture");
        // A text chunk before the end, as editors write them.
        let end = png.split_off(png.len() - 12);
        let text = b"tEXtComment\0secret place";
        png.extend_from_slice(&u32::try_from(text.len() - 4).expect("short").to_be_bytes());
        png.extend_from_slice(text);
        png.extend_from_slice(&crc(text).to_be_bytes());
        png.extend_from_slice(&end);
        let again = small_png(&png).expect("a picture");
        assert_eq!(again, clean);
        assert!(!again.windows(6).any(|w| w == b"secret"));
    }

    #[test]
    fn hostile_files_are_turned_away_at_once() {
        let check = |bytes: &[u8], expected: PictureError| {
            assert_eq!(
                small_png(bytes),
                Err(expected),
                "{:?}",
                &bytes[..bytes.len().min(12)]
            );
        };
        check(b"", PictureError::Format);
        check(b"\x7fELF............", PictureError::Format);
        check(b"BM......................", PictureError::Format);
        check(
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            PictureError::Svg,
        );
        check(
            b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
            PictureError::Svg,
        );
        // A bomb: a header that promises 60,000 by 60,000 pixels.
        let mut bomb = picture(8, 8, ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        check(&bomb, PictureError::TooLarge);
        check(
            &picture(MAX_SIDE + 1, 1, ImageFormat::Png),
            PictureError::TooLarge,
        );
        let mut gif = picture(8, 8, ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        check(&gif, PictureError::TooLarge);
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let whole = picture(64, 64, format);
            check(&whole[..whole.len() / 2], PictureError::Damaged);
        }
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ] {
            let whole = picture(32, 32, format);
            for length in 0..whole.len() {
                // Whatever comes of it, it ends without a panic.
                let _ = small_png(&whole[..length]);
            }
        }
    }

    /// CRC-32 as PNG has it.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1)))
            })
        })
    }
}

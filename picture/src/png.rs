//! Whether a PNG is one that [`crate::small_png`] could have made: of the right
//! size, whole, and with nothing in it but pixels.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder};

use crate::raster::{SIDE, limits};

/// Bytes of a PNG that is taken: more than the pixels of the largest one.
pub const MAX_PNG: usize = 300 * 1024;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that say how the pixels are to be read, and the pixels.
const CHUNKS: [&[u8]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// Why a PNG is not taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// Not even its first bytes are right.
    #[error("it is no PNG")]
    Format,
    /// Too many bytes.
    #[error("it has {0} bytes, and {MAX_PNG} are allowed")]
    Bytes(usize),
    /// Too many pixels.
    #[error("it has {width} × {height} pixels, and {SIDE} on a side are allowed")]
    Large {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Something in it that is no picture.
    #[error("it has more in it than a picture: {0}")]
    More(String),
    /// Broken.
    #[error("it is damaged")]
    Damaged,
}

/// Looks a PNG through.
///
/// # Errors
/// Why it is not taken as it is.
pub fn check_png(bytes: &[u8]) -> Result<(), PngError> {
    if bytes.len() > MAX_PNG {
        return Err(PngError::Bytes(bytes.len()));
    }
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(PngError::Format)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(PngError::Damaged)?;
        let (kind, after) = after.split_first_chunk::<4>().ok_or(PngError::Damaged)?;
        if !CHUNKS.contains(&kind.as_slice()) {
            let kind = kind.escape_ascii().to_string();
            return Err(PngError::More(format!("a chunk {kind}")));
        }
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        // The data and its checksum, which the decoder looks at.
        let end = length.checked_add(4).ok_or(PngError::Damaged)?;
        rest = after.get(end..).ok_or(PngError::Damaged)?;
        if kind == b"IEND" {
            break;
        }
    }
    if !rest.is_empty() {
        return Err(PngError::More(format!(
            "{} bytes after its end",
            rest.len()
        )));
    }
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits());
    let decoder = decoder.map_err(|_| PngError::Damaged)?;
    let (width, height) = decoder.dimensions();
    if width > SIDE || height > SIDE {
        return Err(PngError::Large { width, height });
    }
    DynamicImage::from_decoder(decoder).map_err(|_| PngError::Damaged)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let pixels = RgbaImage::from_fn(width, height, |x, y| {
            Rgba([
                u8::try_from(x % 256).unwrap(),
                u8::try_from(y % 256).unwrap(),
                9,
                255,
            ])
        });
        let mut bytes = Cursor::new(Vec::new());
        pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_written_anew_is_in_order() {
        for (width, height) in [(1, 1), (256, 256), (3_000, 20)] {
            let small = crate::small_png(&png(width, height)).unwrap();
            assert_eq!(check_png(&small), Ok(()), "{width}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        let good = png(8, 8);
        assert_eq!(check_png(&good), Ok(()));
        assert_eq!(check_png(b"GIF89a"), Err(PngError::Format));
        assert!(matches!(
            check_png(&png(257, 8)),
            Err(PngError::Large {
                width: 257,
                height: 8
            })
        ));
        assert!(matches!(
            check_png(&vec![0; MAX_PNG + 1]),
            Err(PngError::Bytes(_))
        ));
        let more = [good.as_slice(), b"<script>"].concat();
        assert!(matches!(check_png(&more), Err(PngError::More(_))));
        // A text before the end, with a false checksum even.
        let at = good.len() - 12;
        let text = b"\0\0\0\x04tEXta\0bc....";
        let more = [&good[..at], text, &good[at..]].concat();
        assert_eq!(
            check_png(&more),
            Err(PngError::More("a chunk tEXt".to_owned()))
        );
        for length in 0..good.len() {
            assert!(check_png(&good[..length]).is_err(), "{length}");
        }
        let mut broken = good;
        broken[45] ^= 0xff;
        assert_eq!(check_png(&broken), Err(PngError::Damaged));
    }
}

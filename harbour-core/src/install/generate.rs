//! Values that are made up. Randomness is an argument.

use crate::manifest::{Encoding, Generate, Manifest};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const DIGITS: &[u8] = b"0123456789";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Random bytes for a character out of a short alphabet. The remainder of eight
/// bytes favours no character by more than 2^-58.
const BYTES_PER_CHARACTER: usize = 8;
const UUID_BYTES: usize = 16;

impl Generate {
    /// Random bytes that one value takes.
    pub fn bytes(self) -> usize {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        match self.encoding {
            Encoding::Alphanumeric | Encoding::Digits => length.saturating_mul(BYTES_PER_CHARACTER),
            Encoding::Hex | Encoding::Base64 | Encoding::Base64Url => length,
            Encoding::Uuid => UUID_BYTES,
        }
    }
}

/// Random bytes that all values of an app take together.
pub fn bytes_needed(manifest: &Manifest) -> usize {
    let all = manifest.params.iter().filter_map(|param| param.generate);
    all.map(Generate::bytes).sum()
}

/// Makes a value up from [`Generate::bytes`] random bytes.
pub fn generate(how: Generate, random: &[u8]) -> String {
    match how.encoding {
        Encoding::Alphanumeric => from_alphabet(ALPHANUMERIC, random),
        Encoding::Digits => from_alphabet(DIGITS, random),
        Encoding::Hex => random.iter().map(|byte| format!("{byte:02x}")).collect(),
        Encoding::Base64 => base64(BASE64, random, true),
        Encoding::Base64Url => base64(BASE64_URL, random, false),
        Encoding::Uuid => uuid(random),
    }
}

fn from_alphabet(alphabet: &[u8], random: &[u8]) -> String {
    let count = u64::try_from(alphabet.len()).unwrap_or(1);
    let character = |bytes: &[u8]| {
        let number = bytes
            .iter()
            .fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        let index = usize::try_from(number % count).unwrap_or_default();
        char::from(alphabet[index])
    };
    random
        .chunks_exact(BYTES_PER_CHARACTER)
        .map(character)
        .collect()
}

/// RFC 4648, sections 4 and 5.
fn base64(alphabet: &[u8; 64], bytes: &[u8], padded: bool) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for part in 0..4_usize {
            if part <= group.len() {
                let index = (bits >> (18 - 6 * part)) & 63;
                text.push(char::from(
                    alphabet[usize::try_from(index).unwrap_or_default()],
                ));
            } else if padded {
                text.push('=');
            }
        }
    }
    text
}

/// RFC 9562, section 5.4.
fn uuid(random: &[u8]) -> String {
    let mut bytes = [0_u8; UUID_BYTES];
    for (to, from) in bytes.iter_mut().zip(random) {
        *to = *from;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_form_that_was_asked_for() {
        let random: Vec<u8> = (0..=255).cycle().take(4096).collect();
        let make = |length, encoding| {
            let how = Generate { length, encoding };
            generate(how, &random[..how.bytes()])
        };
        let text = make(24, Encoding::Alphanumeric);
        assert!(
            text.len() == 24 && text.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{text}"
        );
        let pin = make(6, Encoding::Digits);
        assert!(
            pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()),
            "{pin}"
        );
        assert_eq!(make(4, Encoding::Hex), "00010203");
        // RFC 4648, section 10, by way of the bytes 0 to 3.
        assert_eq!(make(4, Encoding::Base64), "AAECAw==");
        assert_eq!(make(4, Encoding::Base64Url), "AAECAw");
        assert_eq!(
            make(1, Encoding::Uuid),
            "00010203-0405-4607-8809-0a0b0c0d0e0f"
        );
        assert_eq!(base64(BASE64, b"foobar", true), "Zm9vYmFy");
        assert_eq!(base64(BASE64_URL, &[0xfb, 0xff], false), "-_8");
    }

    #[test]
    fn every_character_comes_up() {
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..62_u64 {
            seen.extend(from_alphabet(ALPHANUMERIC, &number.to_be_bytes()).chars());
        }
        assert_eq!(seen.len(), ALPHANUMERIC.len());
    }
}

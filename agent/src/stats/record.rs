//! One point of the history: six numbers in twelve bytes.

use super::rates::as_float;

/// Numbers in a point.
pub(super) const COLUMNS: usize = 6;
/// Bytes of a point on disk and in memory.
pub(super) const RECORD_BYTES: usize = 16;
/// What is not known.
const UNKNOWN: u16 = u16::MAX;
/// Bits kept of a number, as it is written: 1 before and 10 behind the point.
const KEPT: u32 = 10;

/// The numbers of a point, unknown ones as NaN. For a container: processor in
/// hundredths of a per cent, memory, received, sent, read, written.
pub(super) type Values = [f64; COLUMNS];

/// A point: which stretch of time it stands for, and its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Time since 1970 in steps of its tier. 0 marks an empty place.
    pub(super) slot: u32,
    codes: [u16; COLUMNS],
}

impl Record {
    /// Nothing.
    pub(super) const EMPTY: Self = Self {
        slot: 0,
        codes: [UNKNOWN; COLUMNS],
    };

    pub(super) fn new(slot: u32, values: &Values) -> Self {
        Self {
            slot,
            codes: values.map(encode),
        }
    }

    pub(super) fn values(&self) -> Values {
        self.codes.map(decode)
    }

    pub(super) fn to_bytes(self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..4].copy_from_slice(&self.slot.to_le_bytes());
        for (place, code) in bytes[4..].chunks_exact_mut(2).zip(self.codes) {
            place.copy_from_slice(&code.to_le_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Self {
        let mut codes = [UNKNOWN; COLUMNS];
        for (code, pair) in codes.iter_mut().zip(bytes[4..].chunks_exact(2)) {
            *code = u16::from_le_bytes([pair[0], pair[1]]);
        }
        Self {
            slot: u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            codes,
        }
    }
}

/// A number of up to 64 bits in 16: six bits say how far it was shifted, ten
/// are its leading digits. Exact below 2,048, right to 0.05 % above.
fn encode(value: f64) -> u16 {
    if !value.is_finite() {
        return UNKNOWN;
    }
    let number = super::host::whole(value.max(0.0));
    let shift = (u64::BITS - number.leading_zeros()).saturating_sub(KEPT + 1);
    // Rounding may carry into one more digit, which the next code means.
    let half = if shift == 0 { 0 } else { 1_u64 << (shift - 1) };
    let digits = number.saturating_add(half) >> shift;
    let code = if digits < 1 << KEPT {
        digits
    } else {
        (u64::from(shift) << KEPT) + digits
    };
    u16::try_from(code).unwrap_or(UNKNOWN - 1)
}

fn decode(code: u16) -> f64 {
    if code == UNKNOWN {
        return f64::NAN;
    }
    let code = u64::from(code);
    if code < 1 << (KEPT + 1) {
        return as_float(code);
    }
    let shift = (code >> KEPT) - 1;
    let digits = (code & ((1 << KEPT) - 1)) | (1 << KEPT);
    // Codes beyond 64 bits are never written, but may be read.
    as_float(digits) * 2_f64.powi(i32::try_from(shift).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_leading_digits() {
        for exact in [0.0, 1.0, 1023.0, 1024.0, 1999.0, 2047.0, 2048.0] {
            assert!(
                (decode(encode(exact)) - exact).abs() < f64::EPSILON,
                "{exact}"
            );
        }
        let mut value = 1.0;
        while value < 1.8e19 {
            let back = decode(encode(value));
            assert!(
                (back - value).abs() <= value * 0.0006 + 0.5,
                "{value} is {back}"
            );
            value *= 1.0137;
        }
        assert!(decode(encode(f64::NAN)).is_nan());
        assert!(decode(encode(-5.0)).abs() < f64::EPSILON);
        assert!(decode(encode(1e300)) > 1.8e19);
    }

    #[test]
    fn order_is_kept() {
        let mut last = -1.0;
        for code in 0..UNKNOWN {
            let value = decode(code);
            assert!(value > last && value.is_finite(), "{code}");
            last = value;
        }
    }

    #[test]
    fn bytes_come_back() {
        let record = Record::new(77, &[1.0, 2.5e9, f64::NAN, 0.0, 5000.0, 9e15]);
        assert_eq!(Record::from_bytes(&record.to_bytes()), record);
        assert!(record.values()[2].is_nan());
        assert_eq!(Record::from_bytes(&[0xFF; RECORD_BYTES]).slot, u32::MAX);
    }
}

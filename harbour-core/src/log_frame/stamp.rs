//! The time the engine writes in front of each message.

/// Longest time in bytes: nanoseconds and an offset from UTC.
pub(super) const MAX_STAMP: usize = 35;

/// Splits a message into its time and its content; without a time all is content.
pub(super) fn split_stamp(message: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let head = &message[..message.len().min(MAX_STAMP + 1)];
    match head.iter().position(|&b| b == b' ') {
        Some(space) if is_stamp(&message[..space]) => {
            (Some(&message[..space]), &message[space + 1..])
        }
        _ => (None, message),
    }
}

/// True for a byte that a time can hold.
pub(super) fn is_stamp_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z' | b'+')
}

/// True for an RFC 3339 time with or without a fraction, upper case as the engine writes it.
pub(super) fn is_stamp(text: &[u8]) -> bool {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let matches = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len()
            && text.iter().zip(shape).all(|(&b, &s)| {
                if s == b'd' {
                    b.is_ascii_digit()
                } else {
                    b == s
                }
            })
    };
    let Some((date_time, rest)) = text.split_at_checked(SHAPE.len()) else {
        return false;
    };
    if !matches(date_time, SHAPE) {
        return false;
    }
    let zone = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    zone == b"Z" || matches(zone, b"+dd:dd") || matches(zone, b"-dd:dd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_time_when_it_sees_one() {
        for good in [
            "2026-11-24T02:01:07.123456789Z",
            "2026-11-24T02:01:07Z",
            "2026-11-24T02:01:07.1+02:00",
        ] {
            assert!(is_stamp(good.as_bytes()), "{good}");
            assert!(good.len() <= MAX_STAMP && good.bytes().all(is_stamp_byte));
        }
        for bad in [
            "",
            "Z",
            "2026-11-24",
            "2026-11-24 02:01:07Z",
            "2026-11-24T02:01:07",
            "2026-11-24T02:01:07.Z",
            "2026-11-24T02:01:07.1234567890Z",
        ] {
            assert!(!is_stamp(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn splits_a_message() {
        assert_eq!(
            split_stamp(b"2026-11-24T02:01:07Z  x\n"),
            (Some(&b"2026-11-24T02:01:07Z"[..]), &b" x\n"[..])
        );
        assert_eq!(split_stamp(b"hello world\n"), (None, &b"hello world\n"[..]));
        assert_eq!(split_stamp(b""), (None, &b""[..]));
    }
}

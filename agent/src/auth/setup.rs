//! The one-time code that proves that whoever sets the first password can read the console.

use std::net::IpAddr;
use std::time::Instant;

use crate::auth::throttle::{LoginThrottle, RetryAfter};
use crate::secrets::{Secret, constant_time_eq, fingerprint, random_bytes};

/// Crockford's base 32: no I, L, O or U, so that nothing is misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, 5 random bits each.
const LENGTH: usize = 12;
/// Longest input looked at, in bytes: a code with any plausible spacing is shorter.
const MAX_INPUT: usize = 128;

/// Why a setup code was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetupCodeError {
    /// It is not the code on the console.
    #[error("this is not the setup code; it is printed on the console where the agent was started")]
    Wrong,
    /// Too many attempts.
    #[error(transparent)]
    SlowDown(#[from] RetryAfter),
}

/// What the agent keeps of a setup code: its hash, and the brake on guessing it.
///
/// It only compares. That the first password is set once, even when many right answers race, is
/// the database's compare-and-set.
#[derive(Debug)]
pub struct SetupCode {
    hash: [u8; 32],
    throttle: LoginThrottle,
}

impl SetupCode {
    /// Makes a code of 60 random bits, `XXXX-XXXX-XXXX`. The text is for the console only.
    pub fn generate() -> (Self, Secret<String>) {
        let mut text = String::with_capacity(LENGTH + 2);
        for (place, byte) in random_bytes::<LENGTH>().into_iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            // 256 is a multiple of 32, so that the low five bits are uniform.
            text.push(char::from(ALPHABET[usize::from(byte & 31)]));
        }
        let code = Self {
            hash: fingerprint(&normalise(&text)),
            throttle: LoginThrottle::new(),
        };
        (code, Secret::new(text))
    }

    /// Compares, in constant time, what someone typed: case, spaces and dashes do not matter, and
    /// O, I and L are taken for the digits they look like.
    pub fn check(&self, typed: &str) -> bool {
        typed.len() <= MAX_INPUT && constant_time_eq(&self.hash, &fingerprint(&normalise(typed)))
    }

    /// [`SetupCode::check`] behind the same brake as the login.
    ///
    /// # Errors
    /// [`SetupCodeError::SlowDown`] without looking at the code, or [`SetupCodeError::Wrong`].
    pub fn attempt(&self, typed: &str, addr: IpAddr, now: Instant) -> Result<(), SetupCodeError> {
        self.throttle.check(addr, false, now)?;
        if self.check(typed) {
            self.throttle.succeeded(addr, now);
            Ok(())
        } else {
            self.throttle.failed(addr, now);
            Err(SetupCodeError::Wrong)
        }
    }
}

fn normalise(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// Hyphens, and the dashes that word processors and phones make of them.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const CONSOLE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn known(text: &str) -> SetupCode {
        SetupCode {
            hash: fingerprint(text),
            throttle: LoginThrottle::new(),
        }
    }

    #[test]
    fn generated_codes_have_the_shape_and_open() {
        let (code, text) = SetupCode::generate();
        let text = text.expose();
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(
            groups.iter().map(|g| g.len()).collect::<Vec<_>>(),
            [4, 4, 4]
        );
        let allowed = |c: char| u8::try_from(c).is_ok_and(|b| ALPHABET.contains(&b));
        assert!(groups.concat().chars().all(allowed), "{text}");
        assert!(code.check(text));
        let (other, _) = SetupCode::generate();
        assert!(!other.check(text));
        assert!(!format!("{code:?}").contains(text.as_str()));
    }

    #[test]
    fn all_characters_occur_evenly() {
        let mut seen = std::collections::HashMap::new();
        for _ in 0..2000 {
            let (_, text) = SetupCode::generate();
            for c in text.expose().chars().filter(|c| *c != '-') {
                *seen.entry(c).or_insert(0_u32) += 1;
            }
        }
        assert_eq!(seen.len(), 32);
        // 24000 draws, 750 expected each, standard deviation 27: eight of them never happen.
        assert!(seen.values().all(|n| (534..=966).contains(n)), "{seen:?}");
    }

    #[test]
    fn typing_is_forgiven_and_guessing_is_not() {
        let code = known("A0B1CDEF2345");
        let check = |typed: &str, expected| assert_eq!(code.check(typed), expected, "{typed:?}");
        check("A0B1-CDEF-2345", true);
        check("a0b1cdef2345", true);
        check("  aOb1 cdef\t2345 \n", true);
        check("AoBI-CDEF-2345", true);
        check("A0BL\u{2013}CDEF\u{2011}2345", true);
        check("A0Bl_cdef_2345", true);
        check("", false);
        check("A0B1-CDEF-234", false);
        check("A0B1-CDEF-23455", false);
        check("A0B1-CDEF-2346", false);
        check("A0B1.CDEF.2345", false);
        check(&format!("A0B1-CDEF-2345{}", " ".repeat(200)), false);
    }

    #[test]
    fn guessing_is_slowed_and_the_right_code_still_opens() {
        let code = known("A0B1CDEF2345");
        let now = Instant::now();
        for _ in 0..4 {
            let answer = code.attempt("wrong", CONSOLE, now);
            assert_eq!(answer, Err(SetupCodeError::Wrong));
        }
        let slowed = code.attempt("A0B1CDEF2345", CONSOLE, now);
        assert!(matches!(slowed, Err(SetupCodeError::SlowDown(_))));
        let later = now + Duration::from_secs(1);
        assert_eq!(code.attempt("A0B1CDEF2345", CONSOLE, later), Ok(()));
    }
}

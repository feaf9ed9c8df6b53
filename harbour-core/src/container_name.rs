//! Names of containers: what the engine accepts, and the next free one.

use std::fmt;
use std::str::FromStr;

/// Longest name in bytes. The engine sets no limit; DNS and screens do.
pub const MAX_LEN: usize = 128;

/// A name the engine accepts: a letter or digit, then at least one of `a-zA-Z0-9_.-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContainerName(String);

/// Why a text is no container name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainerNameError {
    /// Nothing, or one character.
    #[error("a name has at least two characters")]
    TooShort,
    /// Longer than [`MAX_LEN`].
    #[error("a name has at most {MAX_LEN} characters")]
    TooLong,
    /// The first character is no letter and no digit.
    #[error("a name starts with a letter or a digit")]
    BadStart,
    /// A character outside the allowed set.
    #[error("a name holds letters, digits and . _ - only; remove “{}”", .0.escape_debug())]
    BadCharacter(char),
}

impl ContainerName {
    /// Checks a name.
    ///
    /// # Errors
    /// See [`ContainerNameError`].
    pub fn parse(text: &str) -> Result<Self, ContainerNameError> {
        if let Some(bad) = text.chars().find(|&c| !is_name_char(c)) {
            return Err(ContainerNameError::BadCharacter(bad));
        }
        match text.chars().next() {
            Some(first) if !first.is_ascii_alphanumeric() => Err(ContainerNameError::BadStart),
            _ if text.len() < 2 => Err(ContainerNameError::TooShort),
            _ if text.len() > MAX_LEN => Err(ContainerNameError::TooLong),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `base` if it is free, else `base-2`, `base-3` and so on.
    ///
    /// A base that is no valid name is made into one first. After a million
    /// taken names the last one tried is returned; the engine will refuse it.
    pub fn next_free(base: &str, taken: &dyn Fn(&str) -> bool) -> Self {
        const TRIES: u32 = 1_000_000;
        let base = make_valid(base);
        if !taken(&base) {
            return Self(base);
        }
        let mut name = base.clone();
        for number in 2..=TRIES {
            let suffix = format!("-{number}");
            let room = MAX_LEN - suffix.len();
            // Safe to cut anywhere: a valid name is ASCII.
            name = format!("{}{suffix}", &base[..base.len().min(room)]);
            if !taken(&name) {
                break;
            }
        }
        Self(name)
    }
}

impl fmt::Display for ContainerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ContainerName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContainerName {
    type Err = ContainerNameError;

    fn from_str(text: &str) -> Result<Self, ContainerNameError> {
        Self::parse(text)
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// The nearest valid name: foreign characters become `-`, a bad start is cut, a short one gains a word.
pub(crate) fn make_valid(text: &str) -> String {
    let mapped: String = text
        .chars()
        .map(|c| if is_name_char(c) { c } else { '-' })
        .collect();
    let name = mapped.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    match name.len() {
        0 => "container".to_owned(),
        1 => format!("{name}-app"),
        len => name[..len.min(MAX_LEN)].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_what_the_engine_accepts() {
        for good in ["ab", "Jellyfin", "a.b_c-d", "0x", &"a".repeat(MAX_LEN)] {
            assert_eq!(ContainerName::parse(good).unwrap().as_str(), good);
        }
        let check = |text: &str, expected| {
            assert_eq!(ContainerName::parse(text), Err(expected), "{text:?}")
        };
        check("", ContainerNameError::TooShort);
        check("a", ContainerNameError::TooShort);
        check("-ab", ContainerNameError::BadStart);
        check("/ab", ContainerNameError::BadCharacter('/'));
        check("aé", ContainerNameError::BadCharacter('é'));
        check(&"a".repeat(MAX_LEN + 1), ContainerNameError::TooLong);
    }

    #[test]
    fn counts_up_from_two() {
        let taken = ["jellyfin", "jellyfin-2"];
        let next =
            |base: &str| ContainerName::next_free(base, &|name| taken.contains(&name)).to_string();
        assert_eq!(next("jellyfin"), "jellyfin-3");
        assert_eq!(next("nginx"), "nginx");
        assert_eq!(next("../é"), "container");
        assert_eq!(next("x"), "x-app");
    }

    #[test]
    fn a_suffix_fits_into_a_full_length_name() {
        let base = "a".repeat(MAX_LEN);
        let name = ContainerName::next_free(&base, &|name| name == base);
        assert_eq!(name.as_str(), format!("{}-2", "a".repeat(MAX_LEN - 2)));
    }

    proptest! {
        #[test]
        fn next_free_is_valid_and_free(base in "\\PC{0,200}", taken in proptest::collection::vec("[ab]{2,3}", 0..4)) {
            let name = ContainerName::next_free(&base, &|name| taken.iter().any(|t| t == name));
            prop_assert!(ContainerName::parse(name.as_str()).is_ok());
            prop_assert!(!taken.iter().any(|t| t == name.as_str()));
        }

        #[test]
        fn parse_never_panics(text in ".*") {
            if let Ok(name) = ContainerName::parse(&text) {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}

//! Names: slugs, keys and labels out of whatever a template says.

use crate::manifest::{Architecture, limits};

/// A slug; `app` if nothing of the text can be in one.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(limits::SLUG);
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        "app".to_owned()
    } else {
        out.to_owned()
    }
}

/// A name of a service.
pub(super) fn service(text: &str) -> String {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut out: String = text
        .chars()
        .map(|c| if good(c) { c } else { '-' })
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .collect();
    out.truncate(limits::SERVICE_NAME);
    if out.is_empty() {
        "app".to_owned()
    } else {
        out
    }
}

/// A key of a param; names that belong to the platform get a word in front.
pub(super) fn key(name: &str) -> String {
    let mut out: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    out.truncate(limits::KEY - 4);
    if !out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    if out.starts_with(crate::manifest::PLATFORM_PREFIX) {
        out.insert_str(0, "APP_");
    }
    out
}

/// A key as words for a person: `DB_HOST` becomes `Db host`.
pub(super) fn human(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let mut text = words.join(" ");
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    if text.is_empty() {
        line(name)
    } else {
        line(&text)
    }
}

/// Whether a name says that its value is not for everybody.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let word = |part: &str| {
        [
            "PASSWORD", "PASSWD", "PASS", "PWD", "SECRET", "TOKEN", "APIKEY", "SALT",
        ]
        .contains(&part)
    };
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(word)
        || [
            "PASSWORD",
            "SECRET_KEY",
            "API_KEY",
            "ENCRYPTION_KEY",
            "PRIVATE_KEY",
        ]
        .iter()
        .any(|part| name.contains(part))
}

/// A text as one short line; never empty.
pub(super) fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(limits::LINE).collect();
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// A text that is not too long, without what surrounds it; `None` if nothing is left.
pub(super) fn paragraph(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(limits::TEXT).collect();
    (!text.is_empty()).then_some(text)
}

/// A processor under any of its usual names.
pub(super) fn architecture(name: &str) -> Option<Architecture> {
    match name.trim().to_ascii_lowercase().as_str() {
        "amd64" | "x86_64" | "x86-64" => Some(Architecture::Amd64),
        "arm64" | "aarch64" | "arm64v8" => Some(Architecture::Arm64),
        "arm" | "armv7" | "armhf" | "armv6" | "arm32v7" => Some(Architecture::Arm),
        "386" | "i386" | "x86" => Some(Architecture::I386),
        "riscv64" => Some(Architecture::Riscv64),
        "ppc64le" => Some(Architecture::Ppc64le),
        "s390x" => Some(Architecture::S390x),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_their_places() {
        assert_eq!(slug("Big Bear: Pi_hole!"), "big-bear-pi-hole");
        assert_eq!(slug("日本"), "app");
        assert_eq!(slug(&"x".repeat(100)).len(), limits::SLUG);
        assert_eq!(service("{ServiceName}-db"), "ServiceName--db");
        assert_eq!(key("spring.datasource"), "spring_datasource");
        assert_eq!(key("HM_TZ"), "APP_HM_TZ");
        assert_eq!(key("1A"), "_1A");
        assert_eq!(human("DB_HOST"), "Db host");
        assert!(
            is_secret("POSTGRES_PASSWORD") && is_secret("db.pass") && is_secret("jwtSecret_KEY")
        );
        assert!(!is_secret("PASSENGER_COUNT") && !is_secret("KEYBOARD"));
    }
}

//! Forms of single values: slugs, sizes, times, ports, paths, addresses.

use std::net::IpAddr;
use std::time::Duration;

use super::decode::At;
use super::fault::Faults;
use super::limits;
use super::model::PortRange;
use crate::docker_run::values::bytes;
use crate::host_path::{climbs, normalise};
use crate::problem::shown;

/// Lower-case words joined by dashes.
pub(super) fn is_slug(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= limits::SLUG && text.bytes().all(word)
}

/// A name of a service, as Compose and DNS both take it.
pub(super) fn is_service_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    text.len() <= limits::SERVICE_NAME
        && text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(inner)
}

/// A name of a volume shared within an app.
pub(super) fn is_volume_name(text: &str) -> bool {
    is_service_name(text)
}

/// Most a time may be: a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A time such as `1m30s` or `500ms`.
pub(super) fn duration(at: &At<'_>, faults: &mut Faults) -> Option<Duration> {
    let text = at.text(faults, limits::LINE)?;
    let parsed = parse_duration(&text);
    if parsed.is_none() {
        at.schema(
            faults,
            format!("“{}” is no time like 30s, 1m30s or 500ms", shown(&text)),
        );
    }
    let parsed = parsed?;
    if parsed > LONGEST {
        at.rule(faults, "must be at most a day, 24h");
        return None;
    }
    Some(parsed)
}

/// A time such as `1m30s` or `500ms`; units are h, m, s and ms.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut left = text;
    let mut millis: u64 = 0;
    if text.is_empty() {
        return None;
    }
    while !left.is_empty() {
        let digits = left.find(|c: char| !c.is_ascii_digit())?;
        let (number, rest) = left.split_at(digits);
        let end = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, rest) = rest.split_at(end);
        let unit = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        if number.is_empty() {
            return None;
        }
        // A number too large for u64 is only too long a time.
        let number: u64 = number.parse().unwrap_or(u64::MAX);
        millis = millis.saturating_add(number.saturating_mul(unit));
        left = rest;
    }
    Some(Duration::from_millis(millis))
}

/// The written form of a time, which [`parse_duration`] reads back.
pub fn write_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis {
        _ if !millis.is_multiple_of(1_000) => format!("{millis}ms"),
        _ if millis != 0 && millis.is_multiple_of(3_600_000) => format!("{}h", millis / 3_600_000),
        _ if millis != 0 && millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        _ => format!("{}s", millis / 1_000),
    }
}

/// A size such as `512m`, `1.5g` or a number of bytes.
pub(super) fn size(at: &At<'_>, faults: &mut Faults) -> Option<i64> {
    let text = at.text_or_integer(faults, limits::LINE)?;
    if !has_form_of_size(&text) {
        at.schema(
            faults,
            format!(
                "“{}” is no size like 512m, 1.5g or a number of bytes",
                shown(&text)
            ),
        );
        return None;
    }
    match bytes(&text) {
        Ok(size) => Some(size),
        Err(_) => {
            at.rule(faults, "is too large a size");
            None
        }
    }
}

fn has_form_of_size(text: &str) -> bool {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let known = matches!(
        unit.to_ascii_lowercase().as_str(),
        "" | "b"
            | "k"
            | "kb"
            | "kib"
            | "m"
            | "mb"
            | "mib"
            | "g"
            | "gb"
            | "gib"
            | "t"
            | "tb"
            | "tib"
    );
    all_digits(whole) && all_digits(part) && part.len() <= 6 && known
}

/// A size or -1.
pub(super) fn size_or_unlimited(at: &At<'_>, faults: &mut Faults) -> Option<i64> {
    if at.node.as_str() == Some("-1") {
        return at.integer(faults, -1, -1);
    }
    size(at, faults)
}

/// A port or a run of ports in quotes.
pub(super) fn ports(at: &At<'_>, faults: &mut Faults) -> Option<PortRange> {
    let port = |text: &str| text.parse::<u16>().ok().filter(|&port| port != 0);
    let is_number = at
        .node
        .scalar()
        .is_some_and(|scalar| scalar.kind() == crate::yaml::ScalarKind::Integer);
    if is_number {
        let number = at.integer(faults, 1, 65_535)?;
        let port = u16::try_from(number).ok()?;
        return Some(PortRange {
            first: port,
            last: port,
        });
    }
    let text = at.text(faults, limits::LINE)?;
    let in_form = text.split_once('-').filter(|(first, last)| {
        let digits =
            |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits(first) && digits(last)
    });
    let Some((first, last)) = in_form else {
        at.schema(
            faults,
            format!(
                "“{}” is no port like 8080 and no range like \"6881-6889\"",
                shown(&text)
            ),
        );
        return None;
    };
    match (port(first), port(last)) {
        (Some(first), Some(last)) if first <= last => Some(PortRange { first, last }),
        _ => {
            at.rule(
                faults,
                "must go from a lower to a higher port, between 1 and 65535",
            );
            None
        }
    }
}

/// An absolute path, normalised; `..` is refused.
pub(super) fn path(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::TEXT)?;
    check_path(at, faults, text)
}

pub(super) fn check_path(at: &At<'_>, faults: &mut Faults, text: String) -> Option<String> {
    if !text.starts_with('/') {
        at.schema(faults, "must be an absolute path: it begins with `/`");
        return None;
    }
    if text.contains(['\0', '\n', ':']) {
        at.schema(
            faults,
            "must not have a colon, a line end or a zero byte in it",
        );
        return None;
    }
    if climbs(&text) {
        at.rule(faults, "must not have `..` in it");
        return None;
    }
    Some(normalise(&text))
}

/// An IPv4 or IPv6 address.
pub(super) fn ip(at: &At<'_>, faults: &mut Faults) -> Option<IpAddr> {
    let text = at.filled(faults, limits::LINE)?;
    match text.parse() {
        Ok(ip) => Some(ip),
        Err(_) => {
            at.rule(faults, format!("“{}” is no IP address", shown(&text)));
            None
        }
    }
}

/// An address of the web.
pub(super) fn web_address(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::TEXT)?;
    if is_web_address(&text) {
        return Some(text);
    }
    at.schema(
        faults,
        "must be an address that begins with https:// or http://",
    );
    None
}

pub(super) fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// A file beside the manifest: no leading slash, no `..`, a picture's ending.
pub(super) fn is_picture_file(text: &str) -> bool {
    let ending = [".png", ".svg", ".webp", ".jpg", ".jpeg", ".gif"];
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    ending.iter().any(|ending| text.ends_with(ending))
        && text.chars().all(harmless)
        && text
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        let check = |text: &str, millis: u64| {
            let read = parse_duration(text).unwrap();
            assert_eq!(read, Duration::from_millis(millis), "{text}");
            assert_eq!(parse_duration(&write_duration(read)), Some(read), "{text}");
        };
        check("30s", 30_000);
        check("1m30s", 90_000);
        check("500ms", 500);
        check("0s", 0);
        check("2h", 7_200_000);
        for bad in ["", "30", "s", "1d", "1.5s", "-1s", "1m 30s"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_have_a_form() {
        for good in ["1", "512m", "512M", "1.5g", "64MiB", "64mb", "10b", "1t"] {
            assert!(has_form_of_size(good), "{good}");
            assert!(bytes(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "m",
            "1.",
            ".5g",
            "1p",
            "1mi",
            "1 m",
            "-1",
            "1.1234567g",
            "1x",
            "1ib",
        ] {
            assert!(!has_form_of_size(bad), "{bad}");
        }
    }

    #[test]
    fn pictures_lie_beside_the_manifest() {
        for good in ["icons/a.svg", "a-b.png"] {
            assert!(is_picture_file(good), "{good}");
        }
        for bad in ["/a.png", "../a.png", "a.exe", "a//b.png", ".png", "a/.png"] {
            assert!(!is_picture_file(bad), "{bad}");
        }
    }
}

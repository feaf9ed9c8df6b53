//! Limits of an index and a lock: the first part that goes beyond them.

use std::collections::BTreeMap;

use super::index::{DigestSeen, IndexError, MAX_HISTORY, MAX_PLATFORMS, ServiceImage};
use crate::image_ref::{ImageRef, MAX_TAG_LEN};
use crate::manifest::limits;

/// Keeps the first thing that is wrong.
pub(super) struct Check {
    place: String,
    wrong: Option<IndexError>,
}

impl Check {
    pub(super) fn at(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            wrong: None,
        }
    }

    pub(super) fn that(&mut self, holds: bool, part: &str, reason: impl FnOnce() -> String) {
        if !holds && self.wrong.is_none() {
            self.wrong = Some(IndexError::Value {
                place: format!("{}: {part}", self.place),
                reason: reason(),
            });
        }
    }

    pub(super) fn count(&mut self, part: &str, count: usize, limit: usize) {
        self.that(count <= limit, part, || {
            format!("there are {count}; at most {limit} are read")
        });
    }

    /// A text on one line, not empty.
    pub(super) fn line(&mut self, part: &str, text: &str) {
        let holds = !text.is_empty() && text.chars().count() <= limits::LINE;
        self.that(holds && !text.chars().any(char::is_control), part, || {
            format!("has between 1 and {} characters, on one line", limits::LINE)
        });
    }

    pub(super) fn lines(&mut self, part: &str, texts: &[String]) {
        self.count(part, texts.len(), limits::ENTRIES);
        texts.iter().for_each(|text| self.line(part, text));
    }

    pub(super) fn text(&mut self, part: &str, text: &str) {
        self.that(text.chars().count() <= limits::TEXT, part, || {
            format!("has more than {} characters", limits::TEXT)
        });
    }

    /// Nothing but a web address may become a link.
    pub(super) fn address(&mut self, part: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        self.text(part, text);
        let web = ["https://", "http://"].iter().any(|scheme| {
            text.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        });
        let odd = |c: char| c.is_whitespace() || c.is_control();
        self.that(web && !text.contains(odd), part, || {
            "is no web address".to_owned()
        });
    }

    pub(super) fn done(self) -> Result<(), IndexError> {
        self.wrong.map_or(Ok(()), Err)
    }
}

pub(super) fn check_images(
    check: &mut Check,
    services: &BTreeMap<String, ServiceImage>,
    history: &[DigestSeen],
) {
    check.count("services", services.len(), limits::SERVICES);
    for (name, service) in services {
        let name = shown(name);
        check.that(
            name.chars().count() <= limits::SERVICE_NAME && !name.is_empty(),
            &name,
            || "is no name of a service".to_owned(),
        );
        let image = ImageRef::parse(&service.image);
        check.that(
            image.is_ok_and(|image| image.name() == service.image),
            &name,
            || {
                let image = shown(&service.image);
                format!("“{image}” is no full name of an image")
            },
        );
        check.that(service.tag.as_deref().is_none_or(is_tag), &name, || {
            "its tag is none".to_owned()
        });
        check.count("platforms", service.platforms.len(), MAX_PLATFORMS);
        for platform in &service.platforms {
            check.line("platform", &platform.platform);
        }
    }
    check.count("history", history.len(), MAX_HISTORY);
    for seen in history {
        check.line("history", &seen.service);
        check.that(is_tag(&seen.tag), "history", || "a tag is none".to_owned());
    }
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MAX_TAG_LEN
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b".-".contains(&byte))
}

/// A stranger's text, short enough for a message and without control characters.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .take(80)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

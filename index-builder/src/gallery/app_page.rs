//! The page of one app.

use std::fmt::Write as _;

use harbour_core::store::index::{AppEntry, ServiceImage};
use harbour_core::tuf::time::Time;

use super::page::{CONTOURS, Text, footer, frame, icon};
use super::{Store, category_file};

const UP: &str = "../../";

pub(super) fn render(store: &Store<'_>, app: &AppEntry) -> String {
    let mut body = String::new();
    // Writing to a String does not fail, here and below.
    let _ = writeln!(
        body,
        "<p class=\"crumb\"><a href=\"{UP}index.html\">← {}</a></p>\n<header class=\"head\">{CONTOURS}<div \
         class=\"app\">{}<div><h1>{}</h1><p class=\"facts\"><span>{}</span><span>signed by <b>{}</b></span></p></div></div>",
        Text(&store.head.name),
        icon(app, UP, true),
        Text(&app.name),
        Text(&app.version),
        Text(&app.publisher.name),
    );
    if !app.description.is_empty() {
        let _ = writeln!(body, "<p class=\"lead\">{}</p>", Text(&app.description));
    }
    body.push_str("</header>\n<main>\n");
    if !app.categories.is_empty() {
        body.push_str("<ul class=\"chips\">");
        for category in &app.categories {
            let file = category_file(category);
            let _ = write!(
                body,
                "<li><a href=\"{UP}gallery/category-{file}.html\">{}</a></li>",
                Text(category)
            );
        }
        body.push_str("</ul>\n");
    }
    facts(app, &mut body);
    images(app, &mut body);
    history(app, &mut body);
    body.push_str("</main>\n");
    body.push_str(&footer(UP));
    let title = format!("{} · {}", app.name, store.head.name);
    frame(&title, &app.description, UP, &body)
}

fn facts(app: &AppEntry, body: &mut String) {
    body.push_str("<section class=\"panel\"><h2>About</h2><dl>");
    let mut row = |title: &str, html: &str| {
        let _ = write!(body, "<dt>{title}</dt><dd>{html}</dd>");
    };
    if let Some(homepage) = &app.homepage {
        let link = Text(homepage);
        row(
            "Homepage",
            &format!("<a href=\"{link}\" rel=\"noopener nofollow\">{link}</a>"),
        );
    }
    if !app.architectures.is_empty() {
        row("Runs on", &Text(&app.architectures.join(", ")).to_string());
    }
    let publisher = &app.publisher;
    row(
        "Publisher",
        &format!(
            "{}<br><code>{}</code>",
            Text(&publisher.name),
            Text(&publisher.key_id)
        ),
    );
    row("Since", &day(app.added));
    row("Updated", &day(app.updated));
    row("Manifest", &format!("<code>{}</code>", app.manifest.cid));
    body.push_str("</dl></section>\n");
}

fn images(app: &AppEntry, body: &mut String) {
    body.push_str(
        "<section class=\"panel\"><h2>Images</h2><div class=\"scroll\"><table><thead><tr><th>Service</th>\
         <th>Image</th><th>Platforms</th><th>Download</th></tr></thead><tbody>",
    );
    for (name, service) in &app.services {
        let tag = service.tag.as_deref().map(|tag| format!(":{tag}"));
        let platforms: Vec<&str> = service
            .platforms
            .iter()
            .map(|one| one.platform.trim_start_matches("linux/"))
            .collect();
        let _ = write!(
            body,
            "<tr><td><b>{}</b></td><td>{}{}<br><code>{}</code></td><td data-title=\"Platforms\">{}</td>\
             <td data-title=\"Download\">{}</td></tr>",
            Text(name),
            Text(&service.image),
            Text(tag.as_deref().unwrap_or_default()),
            service.digest,
            Text(&platforms.join(", ")),
            size(service),
        );
    }
    body.push_str("</tbody></table></div></section>\n");
}

fn history(app: &AppEntry, body: &mut String) {
    // One entry for each image says nothing new.
    if app.history.len() <= app.services.len() {
        return;
    }
    body.push_str(
        "<section class=\"panel\"><h2>Earlier</h2><div class=\"scroll\"><table><thead><tr><th>First seen</th>\
         <th>Service</th><th>Tag</th><th>Digest</th></tr></thead><tbody>",
    );
    for seen in &app.history {
        let _ = write!(
            body,
            "<tr><td data-title=\"First seen\">{}</td><td data-title=\"Service\">{}</td><td data-title=\"Tag\">{}</td>\
             <td data-title=\"Digest\"><code>{}</code></td></tr>",
            day(seen.first_seen),
            Text(&seen.service),
            Text(&seen.tag),
            seen.digest.short(),
        );
    }
    body.push_str("</tbody></table></div></section>\n");
}

/// The day of a moment, UTC.
fn day(time: Time) -> String {
    let mut text = time.to_string();
    text.truncate("0000-00-00".len());
    text
}

/// The largest download of a platform, in megabytes.
fn size(service: &ServiceImage) -> String {
    let largest = service.platforms.iter().map(|one| one.size).max();
    match largest {
        None => "unknown".to_owned(),
        Some(bytes) if bytes < 1_000_000 => "under 1 MB".to_owned(),
        Some(bytes) => format!("{} MB", bytes / 1_000_000),
    }
}

//! What all pages have: the frame, escaping, icons.

use std::fmt;
use std::fmt::Write as _;

use harbour_core::store::index::AppEntry;

/// A text of somebody else in HTML, in an attribute with quotes too.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if c.is_control() && c != '\n' => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// The ring of Plimsoll, mark of the product.
pub(super) const MARK: &str = "<svg viewBox=\"0 0 28 28\" aria-hidden=\"true\"><circle cx=\"14\" \
     cy=\"14\" r=\"8.2\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.6\"/><path d=\"M1.5 \
     14h25\" stroke=\"currentColor\" stroke-width=\"2.6\" stroke-linecap=\"round\"/></svg>";

/// Depth contours, as on the chart of the dashboard.
pub(super) const CONTOURS: &str = "<svg class=\"contours\" viewBox=\"0 0 420 180\" \
     preserveAspectRatio=\"xMaxYMid slice\" aria-hidden=\"true\" fill=\"none\" \
     stroke=\"currentColor\" stroke-width=\"1.2\"><path d=\"M420 8c-60-4-92 26-130 40-44 16-96 \
     22-120 52-20 26-4 54 8 90\"/><path d=\"M420 34c-48-2-74 20-108 34-36 14-78 20-96 44-15 21-4 \
     42 4 78\"/><path d=\"M420 60c-38 0-60 14-88 28-30 14-58 18-70 36-11 17-4 34 0 66\"/><path \
     d=\"M420 84c-30 2-46 12-68 24-22 13-40 17-47 30-7 14-3 28-1 52\"/><path d=\"M420 106c-22 \
     3-34 11-50 21-16 10-26 14-30 24-4 9-2 20-1 39\"/><path d=\"M420 126c-16 4-24 9-35 16-10 \
     7-15 11-17 18-2 6-1 14 0 30\"/></svg>";

/// A page. `up` is the way from it to the root of the site, such as `../`.
pub(super) fn frame(title: &str, description: &str, up: &str, body: &str) -> String {
    let (title, description) = (Text(title), Text(description));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"description\" content=\"{description}\">\n\
         <title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{up}gallery/style.css\">\n</head>\n\
         <body>\n<div class=\"page\">\n{body}\n</div>\n</body>\n</html>\n"
    )
}

/// The icon of an app, or its first letter.
pub(super) fn icon(app: &AppEntry, up: &str, big: bool) -> String {
    let class = if big { "icon big" } else { "icon" };
    let Some(icon) = &app.icon else {
        let letter: String = app
            .name
            .chars()
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        return format!(
            "<span class=\"{class} letter\" aria-hidden=\"true\">{}</span>",
            Text(&letter)
        );
    };
    let (folder, name) = icon.path.rsplit_once('/').unwrap_or(("", &icon.path));
    let mut hash = String::new();
    for byte in icon.cid.sha256() {
        // Writing to a String does not fail.
        let _ = write!(hash, "{byte:02x}");
    }
    let side = if big { 72 } else { 44 };
    format!(
        "<img class=\"{class}\" src=\"{up}targets/{}/{hash}.{}\" alt=\"\" width=\"{side}\" height=\"{side}\" loading=\"lazy\">",
        Text(folder),
        Text(name),
    )
}

/// The last lines of every page.
pub(super) fn footer(up: &str) -> String {
    format!(
        "<footer>A store for Harbourmaster. Everything in it is signed; trust begins with \
         <a href=\"{up}metadata/1.root.json\">its root file</a>.</footer>"
    )
}

//! Lists of apps: all of them, and those of a category.

use std::fmt::Write as _;

use harbour_core::store::index::AppEntry;

use super::page::{CONTOURS, MARK, Text, footer, frame, icon};
use super::{APPS_A_PAGE, Store, app_file, category_file};

/// Categories that are shown above the apps.
const MOST_CATEGORIES: usize = 30;

/// A list, in pages.
pub(super) struct List<'a> {
    /// The category; none is all apps.
    pub(super) title: Option<&'a str>,
    /// Part of the name of its files; none is the first page of the site.
    pub(super) file: Option<String>,
    pub(super) apps: &'a [&'a AppEntry],
}

impl List<'_> {
    pub(super) fn pages(&self) -> usize {
        self.apps.len().div_ceil(APPS_A_PAGE).max(1)
    }

    /// The file of a page, from 0, in the site.
    pub(super) fn place(&self, number: usize) -> String {
        let shown = number + 1;
        match (&self.file, number) {
            (None, 0) => "index.html".to_owned(),
            (None, _) => format!("gallery/all-{shown}.html"),
            (Some(file), 0) => format!("gallery/category-{file}.html"),
            (Some(file), _) => format!("gallery/category-{file}_{shown}.html"),
        }
    }

    pub(super) fn render(&self, store: &Store<'_>, number: usize) -> String {
        let up = if self.place(number) == "index.html" {
            ""
        } else {
            "../"
        };
        let head = store.head;
        let mut body = String::new();
        // Writing to a String does not fail, here and below.
        let _ = writeln!(
            body,
            "<header class=\"head\">{CONTOURS}<div class=\"mark\">{MARK}<h1>{}</h1></div>",
            Text(&head.name)
        );
        if !head.description.is_empty() {
            let _ = writeln!(body, "<p class=\"lead\">{}</p>", Text(&head.description));
        }
        let _ = write!(
            body,
            "<p class=\"facts\"><span><b>{}</b> {}</span>",
            store.count,
            apps(store.count)
        );
        let _ = write!(
            body,
            "<span><b>{}</b> categories</span>",
            store.categories.len()
        );
        if let Some(homepage) = &head.homepage {
            let _ = write!(
                body,
                "<span><a href=\"{0}\" rel=\"noopener\">{0}</a></span>",
                Text(homepage)
            );
        }
        body.push_str("</p></header>\n");
        self.chips(store, up, &mut body);
        let title = self.title.unwrap_or("All apps");
        let _ = writeln!(body, "<main><h2>{}</h2>\n<ul class=\"grid\">", Text(title));
        let from = number * APPS_A_PAGE;
        for app in self.apps.iter().skip(from).take(APPS_A_PAGE) {
            card(app, up, &mut body);
        }
        body.push_str("</ul>");
        if self.apps.is_empty() {
            body.push_str("<p class=\"lead\">There is nothing in this store yet.</p>");
        }
        body.push_str("</main>\n");
        self.turn(number, up, &mut body);
        body.push_str(&footer(up));
        let name = match self.title {
            Some(title) => format!("{title} · {}", head.name),
            None => head.name.clone(),
        };
        frame(&name, &head.description, up, &body)
    }

    fn chips(&self, store: &Store<'_>, up: &str, body: &mut String) {
        if store.categories.is_empty() {
            return;
        }
        body.push_str("<nav aria-label=\"Categories\"><ul class=\"chips\">");
        let mut chip = |title: &str, count: usize, href: &str, here: bool| {
            let current = if here { " aria-current=\"page\"" } else { "" };
            let _ = write!(
                body,
                "<li><a href=\"{up}{href}\"{current}>{}<span>{count}</span></a></li>",
                Text(title)
            );
        };
        chip("All", store.count, "index.html", self.title.is_none());
        for (category, apps) in store.categories.iter().take(MOST_CATEGORIES) {
            let href = format!("gallery/category-{}.html", category_file(category));
            chip(category, apps.len(), &href, self.title == Some(category));
        }
        body.push_str("</ul></nav>\n");
    }

    fn turn(&self, number: usize, up: &str, body: &mut String) {
        let pages = self.pages();
        if pages == 1 {
            return;
        }
        body.push_str("<nav class=\"pages\" aria-label=\"Pages\">");
        if number > 0 {
            let _ = write!(
                body,
                "<a href=\"{up}{}\" rel=\"prev\">Back</a>",
                self.place(number - 1)
            );
        }
        let _ = write!(body, "<span>Page {} of {pages}</span>", number + 1);
        if number + 1 < pages {
            let _ = write!(
                body,
                "<a href=\"{up}{}\" rel=\"next\">Next</a>",
                self.place(number + 1)
            );
        }
        body.push_str("</nav>\n");
    }
}

fn apps(count: usize) -> &'static str {
    if count == 1 { "app" } else { "apps" }
}

fn card(app: &AppEntry, up: &str, body: &mut String) {
    let _ = writeln!(
        body,
        "<li><a class=\"card\" href=\"{up}{}\">{}<span><span class=\"name\">{}</span><br><span \
         class=\"version\">{}</span></span><span class=\"text\">{}</span><span class=\"by\">signed \
         by {}</span></a></li>",
        app_file(&app.slug),
        icon(app, up, false),
        Text(&app.name),
        Text(&app.version),
        Text(&app.description),
        Text(&app.publisher.name),
    );
}

//! The gallery: pages for people who look at a store with a browser. Plain
//! HTML, no scripts; every text of a publisher is escaped.

mod app_page;
mod list_page;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use harbour_core::store::index::{AppEntry, Head, Shard};
use sha2::{Digest as _, Sha256};

use crate::build::{Site, remove};
use crate::error::CommandError;
use crate::folders;
use crate::parallel;

/// Counts up when pages of the same apps come to look different.
const LOOK: u32 = 1;
const STYLE: &str = include_str!("gallery/style.css");
/// Apps on a page.
const APPS_A_PAGE: usize = 120;

/// What every page needs to know of the store.
pub(crate) struct Store<'a> {
    pub(crate) head: &'a Head,
    /// Number of apps.
    pub(crate) count: usize,
    /// Categories with their apps, the largest first.
    pub(crate) categories: Vec<(String, Vec<&'a AppEntry>)>,
}

/// Writes all pages, but those of apps that are as they were. `before` and the
/// answer say what each page of an app was made of.
pub(crate) fn write(
    site: &Site,
    head: &Head,
    shards: &[Shard],
    before: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, CommandError> {
    let mut apps: Vec<&AppEntry> = shards.iter().flat_map(|shard| &shard.apps).collect();
    apps.sort_by_cached_key(|app| (app.name.to_lowercase(), &app.slug));
    let store = Store {
        head,
        count: apps.len(),
        categories: categories(&apps),
    };
    site.put("gallery/style.css", STYLE.as_bytes())?;

    let mut lists = vec![list_page::List {
        title: None,
        file: None,
        apps: &apps,
    }];
    for (category, apps) in &store.categories {
        lists.push(list_page::List {
            title: Some(category),
            file: Some(category_file(category)),
            apps,
        });
    }
    let pages: Vec<_> = lists
        .iter()
        .flat_map(|list| (0..list.pages()).map(move |number| (list, number)))
        .collect();
    let done = parallel::map(&pages, |(list, number)| {
        site.put(
            &list.place(*number),
            list.render(&store, *number).as_bytes(),
        )
    });
    done.into_iter().collect::<Result<(), _>>()?;

    let own = seed(head);
    let done = parallel::map(&apps, |app| {
        let made_of = made_of(&own, app);
        if before.get(&app.slug) != Some(&made_of) {
            let page = app_page::render(&store, app);
            site.put(&app_file(&app.slug), page.as_bytes())?;
        }
        Ok::<_, CommandError>((app.slug.clone(), made_of))
    });
    let after = done.into_iter().collect::<Result<BTreeMap<_, _>, _>>()?;
    let lists: BTreeSet<String> = pages
        .iter()
        .map(|(list, number)| list.place(*number))
        .collect();
    sweep(site, &lists, &after)?;
    Ok(after)
}

/// Removes pages of apps and categories that are gone.
fn sweep(
    site: &Site,
    lists: &BTreeSet<String>,
    apps: &BTreeMap<String, String>,
) -> Result<(), CommandError> {
    let folder = site.folder().join("gallery");
    for (path, is_folder) in folders::kinds(&folder)? {
        let name = crate::catalogue::file_name(&path);
        if !is_folder && name != "style.css" && !lists.contains(&format!("gallery/{name}")) {
            remove(&path)?;
        }
    }
    let folder = folder.join("apps");
    if apps.is_empty() && !folder.exists() {
        return Ok(());
    }
    for path in folders::entries(&folder)? {
        let name = crate::catalogue::file_name(&path);
        if !name
            .strip_suffix(".html")
            .is_some_and(|slug| apps.contains_key(slug))
        {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Page of an app, in the site.
pub(crate) fn app_file(slug: &str) -> String {
    format!("gallery/apps/{slug}.html")
}

fn categories<'a>(apps: &[&'a AppEntry]) -> Vec<(String, Vec<&'a AppEntry>)> {
    let mut all: BTreeMap<&str, Vec<&AppEntry>> = BTreeMap::new();
    for app in apps {
        let mut named = BTreeSet::new();
        for category in &app.categories {
            if named.insert(category) {
                all.entry(category).or_default().push(app);
            }
        }
    }
    let mut all: Vec<_> = all
        .into_iter()
        .map(|(name, apps)| (name.to_owned(), apps))
        .collect();
    all.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    all
}

/// A category as a part of a file's name: its letters and digits, and when
/// that is not all of it, the beginning of its hash.
fn category_file(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.len() <= 40 && name.chars().all(plain) {
        return name.to_owned();
    }
    let kept: String = name
        .to_ascii_lowercase()
        .chars()
        .filter(|c| plain(*c))
        .take(30)
        .collect();
    let hash = Sha256::digest(name);
    format!(
        "{kept}-{:02x}{:02x}{:02x}{:02x}",
        hash[0], hash[1], hash[2], hash[3]
    )
}

/// What all pages of apps are made of.
fn seed(head: &Head) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update(LOOK.to_be_bytes());
    hash.update(head.name.as_bytes());
    hash
}

fn made_of(seed: &Sha256, app: &AppEntry) -> String {
    let mut hash = seed.clone();
    // An entry that can not be written would not be in the index.
    hash.update(serde_json::to_vec(app).unwrap_or_default());
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

//! The catalogue in memory: search as you type, categories, pages.
//!
//! Everything is written out and sorted when a store changes, so that a search
//! only walks along. Ten thousand apps take well under 5 ms.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use harbour_core::store::id::StoreId;
use memchr::memmem::Finder;

/// Apps of a page when nothing is said, and at most.
const PAGE: usize = 48;
const MAX_PAGE: usize = 200;
/// Most bytes and words of a search; more are not a search.
const MAX_QUERY: usize = 200;
const MAX_WORDS: usize = 8;

/// An app as the list shows it; the rest is read from its shard when needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its store.
    pub store: StoreId,
    /// Name for machines.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// In one or a few sentences.
    pub description: String,
    /// Categories.
    pub categories: Vec<Arc<str>>,
    /// Newest version.
    pub version: String,
    /// Publisher's name and the id of the key.
    pub publisher: (Arc<str>, Arc<str>),
    /// SHA-256 of its manifest.
    pub manifest: [u8; 32],
    /// SHA-256 of its picture.
    pub icon: Option<[u8; 32]>,
    /// How many containers it has.
    pub services: u32,
    /// Architectures that all of its images are there for; `None` is not said.
    pub architectures: Option<Vec<Arc<str>>>,
    /// When it came into the store, in seconds since 1970.
    pub added: i64,
    /// When it last changed there, in seconds since 1970.
    pub updated: i64,
}

/// A listing with what it is sorted and found by.
#[derive(Debug)]
struct Entry {
    listing: Arc<Listing>,
    /// Name in small letters; with store and slug the order of the list.
    key: (String, StoreId),
    /// Name, slug, categories and description in small letters, a line each.
    text: String,
    /// Where slug and description begin in the text.
    slug_at: usize,
    description_at: usize,
    categories: Vec<u32>,
}

/// All apps of all stores.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    categories: Vec<Arc<str>>,
}

/// The order of what is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// How well the words fit, then by name.
    #[default]
    Best,
    /// By name.
    Name,
    /// What changed last comes first.
    Updated,
    /// What came last comes first.
    Added,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words that must all be found.
    pub words: String,
    /// Only this category.
    pub category: Option<String>,
    /// Only this store.
    pub store: Option<StoreId>,
    /// In which order.
    pub sort: Sort,
    /// Only these apps, by store and slug.
    pub only: Option<HashSet<(StoreId, String)>>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Apps of the page.
    pub limit: Option<usize>,
}

/// A search that cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Too long.
    #[error("a search has at most {MAX_QUERY} characters and {MAX_WORDS} words")]
    TooLong,
    /// Not one of ours.
    #[error("this page is not there any more; begin with the first")]
    Cursor,
    /// None, or too many.
    #[error("a page has 1 to {MAX_PAGE} apps")]
    Limit,
}

/// An app that was found.
pub type Found = Arc<Listing>;

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Apps, best first.
    pub apps: Vec<Found>,
    /// Categories of all that the words find, the most frequent first.
    pub categories: Vec<(Arc<str>, u64)>,
    /// How many are found in the category.
    pub total: u64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Where a word was found: better places have smaller numbers.
const AT_START: u32 = 0;
const AT_WORD: u32 = 1;
const IN_NAME: u32 = 2;
const IN_SLUG: u32 = 4;
const IN_TEXT: u32 = 8;

impl Index {
    /// An index of these apps, sorted and written out.
    pub fn new(listings: impl IntoIterator<Item = Arc<Listing>>) -> Self {
        let mut numbers: HashMap<Arc<str>, u32> = HashMap::new();
        let mut categories = Vec::new();
        let mut entries: Vec<Entry> = listings
            .into_iter()
            .map(|listing| {
                let own = listing.categories.iter().map(|category| {
                    *numbers.entry(Arc::clone(category)).or_insert_with(|| {
                        categories.push(Arc::clone(category));
                        u32::try_from(categories.len() - 1).unwrap_or(u32::MAX)
                    })
                });
                Entry::new(Arc::clone(&listing), own.collect())
            })
            .collect();
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        Self {
            entries,
            categories,
        }
    }

    /// One page of what is found.
    ///
    /// # Errors
    /// When it is no search.
    pub fn search(&self, query: &Query) -> Result<Page, QueryError> {
        let limit = query.limit.unwrap_or(PAGE);
        if limit == 0 || limit > MAX_PAGE {
            return Err(QueryError::Limit);
        }
        let words = words(&query.words)?;
        let finders: Vec<Finder<'_>> = words
            .iter()
            .map(|word| Finder::new(word.as_bytes()))
            .collect();
        let category = query.category.as_deref().map(|wanted| {
            let found = self.categories.iter().position(|name| **name == *wanted);
            found.and_then(|index| u32::try_from(index).ok())
        });
        let mut counts = vec![0_u64; self.categories.len()];
        let mut hits: Vec<(i64, u32)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if query
                .store
                .is_some_and(|store| store != entry.listing.store)
            {
                continue;
            }
            let listing = &entry.listing;
            let wanted = |only: &HashSet<(StoreId, String)>| {
                only.contains(&(listing.store, listing.slug.clone()))
            };
            if !query.only.as_ref().is_none_or(wanted) {
                continue;
            }
            let Some(score) = entry.score(&finders) else {
                continue;
            };
            // Smaller is better in each order.
            let score = match query.sort {
                Sort::Best => i64::from(score),
                Sort::Name => 0,
                Sort::Updated => -listing.updated,
                Sort::Added => -listing.added,
            };
            for &number in &entry.categories {
                if let Some(count) = usize::try_from(number).ok().and_then(|n| counts.get_mut(n)) {
                    *count += 1;
                }
            }
            if category.is_some_and(|wanted| {
                !wanted.is_some_and(|number| entry.categories.contains(&number))
            }) {
                continue;
            }
            hits.push((score, u32::try_from(index).unwrap_or(u32::MAX)));
        }
        // Entries are in order already; what was found is sorted by how well.
        if !finders.is_empty() || query.sort != Sort::Best {
            hits.sort_unstable();
        }
        let begin = match &query.cursor {
            None => 0,
            Some(cursor) => {
                let after = Cursor::read(cursor).ok_or(QueryError::Cursor)?;
                hits.partition_point(|&(score, index)| {
                    (score, self.at(index).order()) <= (after.score, after.order())
                })
            }
        };
        let page = &hits[begin..hits.len().min(begin + limit)];
        let more = begin + page.len() < hits.len();
        Ok(Page {
            next: page
                .last()
                .filter(|_| more)
                .map(|&(score, index)| Cursor::of(score, self.at(index)).write()),
            apps: page
                .iter()
                .map(|&(_, index)| Arc::clone(&self.at(index).listing))
                .collect(),
            categories: self.counted(&counts),
            total: u64::try_from(hits.len()).unwrap_or(u64::MAX),
        })
    }

    fn at(&self, index: u32) -> &Entry {
        &self.entries[usize::try_from(index).unwrap_or_default()]
    }

    fn counted(&self, counts: &[u64]) -> Vec<(Arc<str>, u64)> {
        let pairs = self.categories.iter().cloned().zip(counts.iter().copied());
        let mut pairs: Vec<(Arc<str>, u64)> = pairs.filter(|(_, count)| *count > 0).collect();
        pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        pairs
    }
}

fn words(text: &str) -> Result<Vec<String>, QueryError> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    match text.len() <= MAX_QUERY && words.len() <= MAX_WORDS {
        true => Ok(words),
        false => Err(QueryError::TooLong),
    }
}

impl Entry {
    fn new(listing: Arc<Listing>, categories: Vec<u32>) -> Self {
        let name = listing.name.to_lowercase();
        let mut text = name.clone();
        text.push('\n');
        let slug_at = text.len();
        text.push_str(&listing.slug);
        for category in &listing.categories {
            text.push('\n');
            text.push_str(&category.to_lowercase());
        }
        text.push('\n');
        let description_at = text.len();
        text.push_str(&listing.description.to_lowercase());
        Self {
            key: (name, listing.store),
            listing,
            text,
            slug_at,
            description_at,
            categories,
        }
    }

    fn order(&self) -> (&str, StoreId, &str) {
        (&self.key.0, self.key.1, &self.listing.slug)
    }

    /// How well all words fit; `None` when one is not there.
    fn score(&self, words: &[Finder<'_>]) -> Option<u32> {
        let text = self.text.as_bytes();
        words.iter().try_fold(0, |sum, word| {
            let at = word.find(text)?;
            let begins = at == 0 || !text[at - 1].is_ascii_alphanumeric();
            Some(
                sum + match at {
                    0 => AT_START,
                    at if at < self.slug_at && begins => AT_WORD,
                    at if at < self.slug_at => IN_NAME,
                    at if at < self.description_at => IN_SLUG,
                    _ => IN_TEXT,
                },
            )
        })
    }
}

/// The last app of a page, so that the next one begins behind it even when the
/// catalogue has changed meanwhile.
struct Cursor {
    score: i64,
    name: String,
    store: StoreId,
    slug: String,
}

impl Cursor {
    fn of(score: i64, entry: &Entry) -> Self {
        Self {
            score,
            name: entry.key.0.clone(),
            store: entry.key.1,
            slug: entry.listing.slug.clone(),
        }
    }

    fn order(&self) -> (&str, StoreId, &str) {
        (&self.name, self.store, &self.slug)
    }

    fn write(&self) -> String {
        let text = format!(
            "{}\n{}\n{}\n{}",
            self.score, self.store, self.slug, self.name
        );
        URL_SAFE_NO_PAD.encode(text)
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.splitn(4, '\n');
        Some(Self {
            score: parts.next()?.parse().ok()?,
            store: parts.next()?.parse().ok()?,
            slug: parts.next()?.to_owned(),
            name: parts.next()?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;

//! Searches by example.

use super::*;

fn listing(slug: &str, name: &str, description: &str, categories: &[&str]) -> Arc<Listing> {
    Arc::new(Listing {
        store: StoreId::of_root(b"one"),
        slug: slug.into(),
        name: name.into(),
        description: description.into(),
        categories: categories.iter().map(|&c| Arc::from(c)).collect(),
        version: "1".into(),
        publisher: (Arc::from("p"), Arc::from("k")),
        manifest: [0; 32],
        icon: None,
        services: 1,
        architectures: None,
        added: 0,
        updated: 0,
    })
}

fn index() -> Index {
    Index::new([
        listing(
            "immich",
            "Immich",
            "Photos and videos",
            &["photos", "media"],
        ),
        listing(
            "photoprism",
            "PhotoPrism",
            "Browse your pictures",
            &["photos"],
        ),
        listing(
            "jellyfin",
            "Jellyfin",
            "Streams films; also photos",
            &["media"],
        ),
        listing("my-photo", "My photo frame", "A frame", &[]),
    ])
}

fn search(words: &str, category: Option<&str>) -> Vec<String> {
    let query = Query {
        words: words.into(),
        category: category.map(str::to_owned),
        ..Query::default()
    };
    let page = index().search(&query).expect("a search");
    page.apps.iter().map(|app| app.slug.clone()).collect()
}

#[test]
fn better_places_come_first() {
    assert_eq!(
        search("", None),
        ["immich", "jellyfin", "my-photo", "photoprism"]
    );
    assert_eq!(
        search("PHOTO", None),
        ["photoprism", "my-photo", "immich", "jellyfin"]
    );
    assert_eq!(search("photo film", None), ["jellyfin"]);
    assert_eq!(search("photo", Some("media")), ["immich", "jellyfin"]);
    assert!(search("photo", Some("nothing")).is_empty() && search("xyz", None).is_empty());
}

#[test]
fn other_orders_and_parts() {
    let newer = |slug: &str, added, updated| {
        let mut listing = (*listing(slug, slug, "", &[])).clone();
        (listing.added, listing.updated) = (added, updated);
        Arc::new(listing)
    };
    let index = Index::new([newer("a", 1, 9), newer("b", 2, 2), newer("c", 3, 5)]);
    let by = |sort, only| {
        let query = Query {
            sort,
            only,
            limit: Some(2),
            ..Query::default()
        };
        let first = index.search(&query).expect("a page");
        let next = Query {
            cursor: first.next.clone(),
            ..query
        };
        let rest = index.search(&next).expect("a page");
        let apps = first
            .apps
            .iter()
            .chain(first.next.iter().flat_map(|_| &rest.apps));
        apps.map(|app| app.slug.clone()).collect::<String>()
    };
    assert_eq!(by(Sort::Updated, None), "acb");
    assert_eq!(by(Sort::Added, None), "cba");
    assert_eq!(by(Sort::Name, None), "abc");
    let only = HashSet::from([(StoreId::of_root(b"one"), "b".to_owned())]);
    assert_eq!(by(Sort::Best, Some(only)), "b");
}

#[test]
fn categories_count_what_the_words_find() {
    let query = Query {
        words: "photo".into(),
        category: Some("media".into()),
        ..Query::default()
    };
    let page = index().search(&query).expect("a search");
    assert_eq!(page.total, 2);
    let counts: Vec<(&str, u64)> = page.categories.iter().map(|(n, c)| (&**n, *c)).collect();
    assert_eq!(counts, [("media", 2), ("photos", 2)]);
}

#[test]
fn pages_follow_each_other_over_a_change() {
    let mut all = Vec::new();
    let mut query = Query {
        limit: Some(1),
        words: "photo".into(),
        ..Query::default()
    };
    let changed = Index::new(
        index()
            .entries
            .iter()
            .map(|e| Arc::clone(&e.listing))
            .chain([listing("photo-aaa", "Photo AAA", "", &[])]),
    );
    loop {
        // What comes in before the place of the reader moves nothing.
        let index = if all.is_empty() {
            index()
        } else {
            Index::new(changed.entries.iter().map(|e| Arc::clone(&e.listing)))
        };
        let page = index.search(&query).expect("a page");
        all.extend(page.apps.iter().map(|app| app.slug.clone()));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(all, ["photoprism", "my-photo", "immich", "jellyfin"]);
    for bad in ["x", "", "MTI"] {
        query.cursor = Some(bad.into());
        assert_eq!(index().search(&query).unwrap_err(), QueryError::Cursor);
    }
    query.words = "a ".repeat(9);
    assert_eq!(index().search(&query).unwrap_err(), QueryError::TooLong);
}

//! Tests of the kept icons against a real database file.

use super::*;

const DAY: i64 = 24 * 60 * 60;

fn names(list: &[&str]) -> HashSet<String> {
    list.iter().map(|n| (*n).to_owned()).collect()
}

fn record(bytes: u64, used: i64) -> PictureRecord {
    PictureRecord {
        bytes,
        added: 0,
        used,
    }
}

async fn word(icons: &Icons, name: &str, word: &str) -> Result<String, IconError> {
    icons.set(name, IconChoice::Builtin(word.into())).await
}

#[tokio::test]
async fn icons_belong_to_names_and_are_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("x.redb");
    let (db, thread) = Db::open(&path).expect("made");
    let icons = Icons::open(db.clone()).await.expect("opened");
    assert_eq!(
        word(&icons, "web", "films").await.expect("set"),
        "builtin:films"
    );
    assert!(matches!(
        word(&icons, "web", "Films").await,
        Err(IconError::Word)
    ));
    let unknown = IconChoice::Stored("0".repeat(64));
    assert!(matches!(
        icons.set("web", unknown).await,
        Err(IconError::Unknown)
    ));
    icons.rename("web", "site").await.expect("renamed");
    assert_eq!(
        (icons.of("web"), icons.of("site").as_deref()),
        (None, Some("builtin:films"))
    );
    icons.follow("site", "aside");
    assert_eq!(icons.of("site"), icons.of("aside"), "under both");
    word(&icons, "other", "books").await.expect("set");
    icons.follow("site", "other");
    assert_eq!(
        icons.of("other").as_deref(),
        Some("builtin:books"),
        "not taken over"
    );
    drop((db, icons));
    thread.join();
    let (db, _thread) = Db::open(&path).expect("opened");
    let icons = Icons::open(db).await.expect("opened");
    assert_eq!(icons.of("aside").as_deref(), Some("builtin:films"));
    assert!(icons.remove("site").await.expect("removed"));
    assert!(!icons.remove("site").await.expect("nothing to do"));
}

#[test]
fn what_nobody_has_used_for_long_goes() {
    let mut state = State::default();
    let icon = |id: &str, seen| IconRecord {
        icon: format!("stored:{id}"),
        seen,
    };
    let now = 200 * DAY;
    state.names.insert("lives".into(), icon("a", 0));
    state.names.insert("gone".into(), icon("b", 100 * DAY));
    state.names.insert("lately".into(), icon("c", 150 * DAY));
    for (id, used) in [("a", 0), ("b", 100 * DAY), ("c", now), ("d", 199 * DAY)] {
        state.pictures.insert(id.into(), record(1, used));
    }
    let changes = plan_tidy(&state, &names(&["lives"]), now);
    let mut forgotten: Vec<&str> = Vec::new();
    forgotten.extend(
        changes
            .names
            .iter()
            .filter(|(_, r)| r.is_none())
            .map(|(n, _)| n.as_str()),
    );
    forgotten.extend(
        changes
            .pictures
            .iter()
            .filter(|(_, r)| r.is_none())
            .map(|(n, _)| n.as_str()),
    );
    assert_eq!(forgotten, ["gone", "b"]);
    let seen = changes
        .names
        .iter()
        .find(|(n, _)| n == "lives")
        .expect("noted");
    assert_eq!(seen.1.as_ref().map(|r| r.seen), Some(now));
}

#[test]
fn there_is_room_until_all_is_in_use() {
    let mut state = State::default();
    for n in 0..4_i64 {
        state.pictures.insert(n.to_string(), record(8 << 20, n));
    }
    let icon = |id: &str| IconRecord {
        icon: format!("stored:{id}"),
        seen: 0,
    };
    state.names.insert("web".into(), icon("0"));
    let mut changes = IconChanges::default();
    make_room(&state, 1, &mut changes).expect("room");
    assert_eq!(
        changes.pictures,
        [("1".to_owned(), None)],
        "the longest unused"
    );
    for n in 1..4 {
        state.names.insert(n.to_string(), icon(&n.to_string()));
    }
    let full = make_room(&state, 1, &mut IconChanges::default());
    assert!(matches!(full, Err(IconError::Full)));
}

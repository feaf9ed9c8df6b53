//! The database, closed and opened again.

use super::*;

fn file(store: &StoreId, name: &str) -> FileName {
    FileName {
        store: *store,
        area: Area::Target,
        name: name.to_owned(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

#[test]
fn what_was_written_is_there_after_opening_again_and_gone_with_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.redb");
    let [one, other] = [1, 255].map(|byte| StoreId::from_bytes([byte; 32]));
    let record = StoreRecord {
        origins: vec!["https://store.example".to_owned()],
        pinned: true,
        ..StoreRecord::default()
    };
    let inline = FileRecord {
        place: Place::Inline,
        length: 3,
        used: 7,
    };
    let blob = FileRecord {
        place: Place::Blob([9; 32]),
        length: 100_000,
        used: 8,
    };
    let db = Db::open(&path).unwrap();
    runtime().block_on(async {
        let mut changes = Vec::new();
        for store in [one, other] {
            changes.extend([
                Change::PutStore(store, record.clone()),
                Change::Role(store, "root".to_owned(), Some(3)),
                Change::Complete(store, 8),
                Change::PutFile(file(&store, "a"), inline, Some(b"abc".to_vec())),
                Change::PutFile(file(&store, "b"), blob, None),
                Change::Partial(file(&store, "c"), Some([4; 32])),
            ]);
        }
        changes.push(Change::Used(file(&one, "a"), 70));
        changes.push(Change::Highest(Time::from_unix(5)));
        db.write(changes).await.unwrap();
    });
    assert!(Db::open(&path).is_err(), "one node for each folder");
    drop(db);
    let db = Db::open(&path).unwrap();
    assert_eq!(
        db.stores().unwrap(),
        [(one, record.clone()), (other, record)]
    );
    assert_eq!(db.role(&one, "root").unwrap(), Some(3));
    assert_eq!(db.role(&one, "targets").unwrap(), None);
    assert_eq!(db.complete(&one).unwrap(), Some(8));
    let used = FileRecord { used: 70, ..inline };
    assert_eq!(db.file(&file(&one, "a")).unwrap(), Some(used));
    assert_eq!(db.inline(&file(&one, "a")).unwrap(), Some(b"abc".to_vec()));
    assert_eq!(db.blobs().unwrap(), HashSet::from([[9; 32], [4; 32]]));
    assert_eq!(db.files(Some(&other)).unwrap().len(), 2);
    assert_eq!(db.highest_time().unwrap(), Some(Time::from_unix(5)));
    runtime().block_on(async {
        let changes = vec![
            Change::RemoveStore(one),
            Change::RemoveFile(file(&other, "b")),
            Change::PutFile(file(&other, "a"), blob, None),
            Change::Partial(file(&other, "c"), None),
        ];
        db.write(changes).await.unwrap();
    });
    assert_eq!(db.stores().unwrap().len(), 1);
    assert_eq!(db.inline(&file(&one, "a")).unwrap(), None);
    assert_eq!(db.complete(&one).unwrap(), None);
    assert_eq!(db.complete(&other).unwrap(), Some(8));
    let moved = db.inline(&file(&other, "a")).unwrap();
    assert_eq!(moved, None, "among the blobs now");
    assert_eq!(db.blobs().unwrap(), HashSet::from([[9; 32]]));
}

//! Tests of the database against real files.

use super::*;
use crate::views::OperationTarget;

fn record(id: &str) -> OperationRecord {
    OperationRecord {
        v: 1,
        id: id.into(),
        plan: OperationPlanRecord::Pull {
            image: "docker.io/library/a:1".into(),
        },
        title: "Pull a:1".into(),
        target: OperationTarget {
            image: Some("a:1".into()),
            container_name: None,
            app: None,
        },
        held: Vec::new(),
        actor: "admin".into(),
        steps: Vec::new(),
        outputs: OperationOutputs::default(),
        state: "running".into(),
        cause: None,
        cancel_requested: false,
        created_at: "2026-01-01T00:00:00Z".into(),
        ended_at: None,
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("x.redb");
    let (db, thread) = Db::open(&path).expect("made");
    db.save_operation(&record("1")).await.expect("saved");
    db.save_operation(&record("2")).await.expect("saved");
    db.request_cancel("2").await.expect("noted");
    db.request_cancel("unknown").await.expect("no harm");
    db.forget_operations(vec!["1".into()])
        .await
        .expect("forgotten");
    drop(db);
    thread.join();
    let (db, thread) = Db::open(&path).expect("opened again");
    let expected = OperationRecord {
        cancel_requested: true,
        ..record("2")
    };
    assert_eq!(db.operations().await.expect("read"), [expected]);
    drop(db);
    thread.join();
}

#[tokio::test]
async fn a_second_agent_is_told_about_the_first() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("x.redb");
    let (_db, _thread) = Db::open(&path).expect("made");
    assert!(matches!(Db::open(&path), Err(DbError::InUse(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_first_passwords_one_wins() {
    let dir = tempfile::tempdir().expect("a directory");
    let (db, _thread) = Db::open(&dir.path().join("x.redb")).expect("made");
    let tries: Vec<_> = (0..50)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.set_first_password(format!("phc{n}")).await })
        })
        .collect();
    let mut won = Vec::new();
    for (n, task) in tries.into_iter().enumerate() {
        if task.await.expect("no panic").expect("no error") {
            won.push(format!("phc{n}"));
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(db.password().await.expect("read"), won.pop());
}

#[tokio::test]
async fn a_newer_file_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("x.redb");
    {
        let database = Database::create(&path).expect("made");
        let txn = database.begin_write().expect("begun");
        txn.open_table(META)
            .expect("table")
            .insert(SCHEMA_KEY, b"2".as_slice())
            .expect("written");
        txn.commit().expect("committed");
    }
    assert!(matches!(Db::open(&path), Err(DbError::Newer { found }) if found == "2"));
}

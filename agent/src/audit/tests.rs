//! Tests of the log as a whole: durability, chain, rotation, crashes and tampering.

use super::files::LogFile;
use super::writer::Writer;
use super::*;
use std::fs::{self, File};
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes the next writes of a log fail half-way, as a full disk does.
#[derive(Debug, Default)]
pub(super) struct Faults {
    left: AtomicU32,
}

impl Faults {
    pub(super) fn before_write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let take = |left: u32| left.checked_sub(1);
        if self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
            .is_err()
        {
            return Ok(());
        }
        file.write_all(&bytes[..bytes.len() / 2])?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    }
}

const SMALL: AuditLimits = AuditLimits {
    max_bytes: 2000,
    keep: 100,
};

fn entry(target: impl ToString) -> AuditEntry {
    AuditEntry {
        request_id: "01J".to_owned(),
        user: "admin".to_owned(),
        remote: "127.0.0.1".to_owned(),
        action: "container.stop".to_owned(),
        target: target.to_string(),
        ..AuditEntry::default()
    }
}

fn ended(target: impl ToString) -> AuditEntry {
    AuditEntry {
        outcome: Some("failed".to_owned()),
        code: Some("busy".to_owned()),
        duration_ms: Some(12),
        ..entry(target)
    }
}

fn open(dir: &Path) -> AuditLog {
    AuditLog::open(dir, AuditLimits::default()).unwrap()
}

/// A log of `count` lines, closed.
async fn written(limits: AuditLimits, count: u64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let log = AuditLog::open(dir.path(), limits).unwrap();
    for n in 0..count {
        assert_eq!(log.after(ended(n)).await.unwrap(), n);
    }
    dir
}

fn first(dir: &Path) -> PathBuf {
    LogFile::new(dir, 1).path
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn rewrite(path: &Path, lines: &[String]) {
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[tokio::test]
async fn before_and_after_are_in_the_file_when_they_return() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(&dir.path().join("audit"));
    let path = first(&dir.path().join("audit"));
    log.before(entry("web")).await.unwrap();
    assert_eq!(lines(&path).len(), 1);
    log.after(ended("web")).await.unwrap();
    let read: Vec<AuditLine> = lines(&path)
        .iter()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        (read[0].phase, read[1].phase),
        (Phase::Before, Phase::After)
    );
    assert_eq!(
        (read[0].outcome.as_deref(), read[0].duration_ms),
        (None, None)
    );
    assert_eq!(
        (read[1].code.as_deref(), read[1].duration_ms),
        (Some("busy"), Some(12))
    );
    assert_eq!(read[1].prev, read[0].hash);
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&path), mode(&dir.path().join("audit"))),
        (0o600, 0o700)
    );
}

#[tokio::test]
async fn the_chain_goes_on_after_reopening() {
    let dir = written(AuditLimits::default(), 3).await;
    assert_eq!(open(dir.path()).before(entry("x")).await.unwrap(), 3);
    let report = verify(dir.path()).unwrap();
    assert_eq!(
        (report.lines, report.first_seq, report.last_seq),
        (4, Some(0), Some(3))
    );
    let last: AuditLine = serde_json::from_str(&lines(&first(dir.path()))[3]).unwrap();
    assert_eq!(report.last_hash, Some(last.hash));
}

#[tokio::test]
async fn one_writer_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let second = AuditLog::open(dir.path(), AuditLimits::default());
    assert!(matches!(second, Err(AuditError::InUse { .. })));
    drop(log);
    open(dir.path());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_writers_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let log = Arc::new(AuditLog::open(dir.path(), SMALL).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..50 {
        let log = Arc::clone(&log);
        tasks.spawn(async move {
            let mut seqs = Vec::new();
            for n in 0..10 {
                let target = format!("{writer}/{n}");
                seqs.push((log.before(entry(&target)).await.unwrap(), target));
            }
            seqs
        });
    }
    let mut all = Vec::new();
    while let Some(seqs) = tasks.join_next().await {
        all.extend(seqs.unwrap());
    }
    all.sort();
    assert!(all.iter().map(|(seq, _)| *seq).eq(0..500));
    let mut read = log.recent(1000, None).await.unwrap();
    read.reverse();
    assert!(read.iter().map(|l| (l.seq, l.target.clone())).eq(all));
    let report = verify(dir.path()).unwrap();
    assert_eq!(report.lines, 500);
    assert!(report.files > 10 && !report.pruned);
}

#[tokio::test]
async fn files_turn_over_at_their_limit_and_old_ones_go() {
    let limits = AuditLimits { keep: 3, ..SMALL };
    let dir = written(limits, 40).await;
    let all = files::list(dir.path()).unwrap();
    assert_eq!(all.len(), 3);
    for file in &all {
        assert!(fs::metadata(&file.path).unwrap().len() <= limits.max_bytes);
    }
    let report = verify(dir.path()).unwrap();
    assert!(report.pruned && report.first_seq > Some(0));
    assert_eq!((report.files, report.last_seq), (3, Some(39)));
    // And it goes on over the border after reopening.
    let log = AuditLog::open(dir.path(), limits).unwrap();
    for n in 40..60 {
        assert_eq!(log.before(entry(n)).await.unwrap(), n);
    }
    assert_eq!(verify(dir.path()).unwrap().last_seq, Some(59));
}

#[tokio::test]
async fn a_line_larger_than_a_file_still_fits() {
    let limits = AuditLimits {
        max_bytes: 10,
        keep: 100,
    };
    let dir = written(limits, 5).await;
    let report = verify(dir.path()).unwrap();
    assert_eq!((report.files, report.lines), (5, 5));
}

#[tokio::test]
async fn a_crash_between_turning_over_and_writing() {
    let dir = written(SMALL, 20).await;
    let newest = files::list(dir.path()).unwrap().pop().unwrap();
    File::create(LogFile::new(dir.path(), newest.number + 1).path).unwrap();
    assert_eq!(verify(dir.path()).unwrap().last_seq, Some(19));
    let log = AuditLog::open(dir.path(), SMALL).unwrap();
    assert_eq!(log.before(entry("x")).await.unwrap(), 20);
    assert_eq!(verify(dir.path()).unwrap().last_seq, Some(20));
}

#[tokio::test]
async fn recent_reads_backwards_over_files() {
    let dir = written(SMALL, 60).await;
    let log = AuditLog::open(dir.path(), SMALL).unwrap();
    let seqs = async |limit, before| -> Vec<u64> {
        let lines = log.recent(limit, before).await.unwrap();
        lines.iter().map(|l| l.seq).collect()
    };
    let down = |from: u64, to: u64| (to..=from).rev().collect::<Vec<_>>();
    assert_eq!(seqs(5, None).await, down(59, 55));
    assert_eq!(seqs(1000, None).await, down(59, 0));
    assert_eq!(seqs(20, Some(50)).await, down(49, 30));
    assert_eq!(seqs(1000, Some(3)).await, down(2, 0));
    assert!(seqs(10, Some(0)).await.is_empty());
    assert_eq!(seqs(10, Some(1_000_000)).await, down(59, 50));
    assert!(seqs(0, None).await.is_empty());
}

#[tokio::test]
async fn recent_reads_long_lines_over_chunk_borders_and_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    for n in 0..1100 {
        log.before(entry(format!("{n} {}", "\u{1}".repeat(n % 500))))
            .await
            .unwrap();
    }
    let read = log.recent(usize::MAX, None).await.unwrap();
    assert!(read.iter().map(|l| l.seq).eq((100..1100).rev()));
    assert_eq!(read[0].target, format!("1099 {}", "\u{1}".repeat(99)));
    // A line in the making is not shown.
    let mut file = files::open_append(&first(dir.path()), false).unwrap();
    file.write_all(b"{\"seq\":1100,\"at\":").unwrap();
    assert_eq!(log.recent(1, None).await.unwrap()[0].seq, 1099);
}

#[tokio::test]
async fn a_torn_line_is_kept_aside_and_noted() {
    let whole = written(AuditLimits::default(), 5).await;
    let text = fs::read(first(whole.path())).unwrap();
    let last = text[..text.len() - 1]
        .iter()
        .rposition(|b| *b == b'\n')
        .unwrap()
        + 1;
    // Every length at which the last write may have stopped.
    for cut in last + 1..text.len() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(first(dir.path()), &text[..cut]).unwrap();
        let log = open(dir.path());
        let torn = dir.path().join("audit.torn-1");
        assert_eq!(fs::read(torn).unwrap(), &text[last..cut]);
        let noted = log.recent(1, None).await.unwrap().remove(0);
        assert_eq!((noted.seq, noted.action.as_str()), (4, "audit.recovered"));
        assert_eq!(noted.target, "audit.torn-1");
        assert_eq!(verify(dir.path()).unwrap().lines, 5);
    }
}

#[tokio::test]
async fn blocks_of_zeros_after_a_power_cut_are_torn_too() {
    let dir = written(AuditLimits::default(), 5).await;
    let mut file = files::open_append(&first(dir.path()), false).unwrap();
    let lost = [vec![0; 4096], b"mit\"}\n{\"seq\":6".to_vec()].concat();
    file.write_all(&lost).unwrap();
    fs::write(dir.path().join("audit.torn-1"), "an older one").unwrap();
    assert_eq!(open(dir.path()).before(entry("x")).await.unwrap(), 6);
    assert_eq!(fs::read(dir.path().join("audit.torn-2")).unwrap(), lost);
    assert_eq!(verify(dir.path()).unwrap().lines, 7);
}

#[tokio::test]
async fn a_changed_end_is_refused_and_not_taken_for_torn() {
    let dir = written(AuditLimits::default(), 5).await;
    let path = first(dir.path());
    let mut all = lines(&path);
    all[4] = all[4].replace("container.stop", "container.idle");
    rewrite(&path, &all);
    let before = fs::read(&path).unwrap();
    let error = AuditLog::open(dir.path(), AuditLimits::default()).unwrap_err();
    assert!(
        matches!(&error, AuditError::Damaged(broken) if broken.line == 5),
        "{error:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn changing_any_field_is_found() {
    let dir = written(AuditLimits::default(), 5).await;
    let path = first(dir.path());
    let good = lines(&path);
    let line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&good[2]).unwrap();
    let hash = line["prev"]
        .as_str()
        .unwrap()
        .replace(['0', '1', '2', '3'], "4");
    let old = |value: &serde_json::Value| value.to_string();
    assert_eq!(line.len(), 13, "every field is in the line");
    for (field, value) in &line {
        let new = match field.as_str() {
            "seq" => "3".to_owned(),
            "durationMs" => "13".to_owned(),
            "at" => "\"2020-01-01T00:00:00.000Z\"".to_owned(),
            "phase" => "\"before\"".to_owned(),
            "prev" | "hash" => format!("\"{hash}\""),
            _ => "\"other\"".to_owned(),
        };
        let (from, to) = (
            format!("\"{field}\":{}", old(value)),
            format!("\"{field}\":{new}"),
        );
        assert!(good[2].contains(&from), "{from}");
        let changed = good[2].replacen(&from, &to, 1);
        let removed = good[2].replacen(&format!("{from},"), "", 1);
        for bad in [changed, removed] {
            let mut all = good.clone();
            all[2] = bad;
            if all[2] == good[2] {
                continue; // `hash` is last: it has no comma to be removed with.
            }
            rewrite(&path, &all);
            let broken = verify(dir.path()).unwrap_err();
            assert_eq!(
                (broken.line, &broken.file),
                (3, &path),
                "{field}: {broken:?}"
            );
        }
    }
}

#[tokio::test]
async fn changed_bytes_that_mean_the_same_are_found_too() {
    let dir = written(AuditLimits::default(), 3).await;
    let path = first(dir.path());
    let good = lines(&path);
    for (from, to) in [
        ("\"user\":", "\"user\": "),
        ("admin", "\\u0061dmin"),
        ("{\"seq\":1,", "{\"seq\":1,\"seq\":1,"),
        ("{\"seq\":1,", "{\"seq\":1,\"note\":\"x\","),
    ] {
        let mut all = good.clone();
        all[1] = all[1].replacen(from, to, 1);
        rewrite(&path, &all);
        assert_eq!(verify(dir.path()).unwrap_err().line, 2, "{to}");
    }
}

/// Recomputes a line's hash, as someone who knows the program would.
fn forge(line: &str, from: &str, to: &str) -> String {
    let mut line: AuditLine = serde_json::from_str(&line.replacen(from, to, 1)).unwrap();
    line.hash.clear();
    let body = serde_json::to_string(&line).unwrap();
    let hash = crate::secrets::hex(&crate::secrets::fingerprint(&body));
    format!("{},\"hash\":\"{hash}\"}}", &body[..body.len() - 1])
}

#[tokio::test]
async fn dropped_moved_repeated_and_forged_lines_are_found() {
    let dir = written(AuditLimits::default(), 6).await;
    let path = first(dir.path());
    let good = lines(&path);
    let check = |what: &str, expected: u64, change: &dyn Fn(&mut Vec<String>)| {
        let mut all = good.clone();
        change(&mut all);
        rewrite(&path, &all);
        let broken = verify(dir.path()).unwrap_err();
        assert_eq!(broken.line, expected, "{what}: {broken:?}");
    };
    check("first dropped", 1, &|all| drop(all.remove(0)));
    check("dropped", 3, &|all| drop(all.remove(2)));
    check("swapped", 2, &|all| all.swap(1, 3));
    check("repeated", 4, &|all| all.insert(3, all[2].clone()));
    check("empty line", 3, &|all| all.insert(2, String::new()));
    check("no JSON", 6, &|all| all[5] = "nonsense".to_owned());
    check("forged", 4, &|all| {
        all[2] = forge(&all[2], "admin", "other")
    });
    check("dropped and renumbered", 3, &|all| {
        all.remove(2);
        all[2] = forge(&all[2], "\"seq\":3", "\"seq\":2");
    });
    check("endless line", 2, &|all| all[1] = "x".repeat(200_000));
    rewrite(&path, &good);
    assert_eq!(verify(dir.path()).unwrap().lines, 6);
    fs::write(&path, good.join("\n")).unwrap();
    assert!(matches!(
        verify(dir.path()).unwrap_err(),
        Broken {
            line: 6,
            reason: BrokenReason::Unfinished,
            ..
        }
    ));
}

#[tokio::test]
async fn a_missing_file_is_found_and_the_front_may_only_go_with_its_number() {
    let dir = written(SMALL, 60).await;
    let all = files::list(dir.path()).unwrap();
    let second = fs::read(&all[1].path).unwrap();
    fs::remove_file(&all[1].path).unwrap();
    let broken = verify(dir.path()).unwrap_err();
    assert_eq!((&broken.file, broken.line), (&all[2].path, 0));
    assert!(matches!(
        broken.reason,
        BrokenReason::FileMissing { expected: 2 }
    ));
    // A later file in the place of the first is no beginning.
    fs::remove_file(&all[0].path).unwrap();
    fs::write(&all[0].path, second).unwrap();
    assert_eq!(verify(dir.path()).unwrap_err().line, 1);
}

#[test]
fn a_wrong_directory_is_no_empty_log() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(verify(dir.path()).unwrap().lines, 0);
    let broken = verify(&dir.path().join("absent")).unwrap_err();
    assert!(matches!(broken.reason, BrokenReason::Unreadable(_)));
}

#[tokio::test]
async fn a_full_disk_refuses_and_leaves_no_half_line() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Writer::open(dir.path(), AuditLimits::default()).unwrap();
    let faults = Arc::clone(&writer.faults);
    let log = AuditLog::start(dir.path(), writer).unwrap();
    log.before(entry("a")).await.unwrap();
    let good = fs::read(first(dir.path())).unwrap();
    faults.left.store(2, Ordering::SeqCst);
    for _ in 0..2 {
        let refused = log.before(entry("b")).await;
        assert!(
            matches!(refused, Err(AuditError::NotWritten { .. })),
            "{refused:?}"
        );
        assert_eq!(fs::read(first(dir.path())).unwrap(), good);
    }
    assert_eq!(log.before(entry("c")).await.unwrap(), 1);
    assert_eq!(verify(dir.path()).unwrap().lines, 2);
}

#[tokio::test]
async fn the_kernels_own_full_device_refuses_for_as_long_as_it_lasts() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(dir.path(), AuditLimits::default()).unwrap();
    // Every write answers ENOSPC, and what it left cannot be cut off either.
    writer.file = File::options().append(true).open("/dev/full").unwrap();
    let log = AuditLog::start(dir.path(), writer).unwrap();
    for _ in 0..3 {
        assert!(matches!(
            log.before(entry("a")).await,
            Err(AuditError::NotWritten { .. })
        ));
    }
    drop(log);
    assert_eq!(verify(dir.path()).unwrap().lines, 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_turned_over_refuses() {
    let limits = AuditLimits {
        max_bytes: 1,
        keep: 9,
    };
    let dir = tempfile::tempdir().unwrap();
    let log = AuditLog::open(dir.path(), limits).unwrap();
    log.before(entry("a")).await.unwrap();
    let second = LogFile::new(dir.path(), 2).path;
    fs::create_dir(&second).unwrap();
    assert!(log.before(entry("b")).await.is_err());
    fs::remove_dir(&second).unwrap();
    assert_eq!(log.before(entry("c")).await.unwrap(), 1);
}

#[test]
fn only_regular_files_are_a_log() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", first(dir.path())).unwrap();
    let opened = AuditLog::open(dir.path(), AuditLimits::default());
    assert!(matches!(opened, Err(AuditError::Io { .. })));
    assert!(matches!(
        verify(dir.path()).unwrap_err().reason,
        BrokenReason::Unreadable(_)
    ));
}

#[tokio::test]
async fn dropping_the_log_writes_what_was_queued() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    let (done, answer) = oneshot::channel();
    let request = Request {
        phase: Phase::Before,
        entry: entry("queued"),
        done,
    };
    log.queue.as_ref().unwrap().send(request).await.unwrap();
    drop(log);
    assert_eq!(answer.await.unwrap().unwrap(), 0);
    assert_eq!(verify(dir.path()).unwrap().lines, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_use_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let limits = AuditLimits { keep: 2, ..SMALL };
    let log = Arc::new(AuditLog::open(dir.path(), limits).unwrap());
    let writing = tokio::spawn({
        let log = Arc::clone(&log);
        async move {
            for n in 0..400 {
                log.before(entry(n)).await.unwrap();
            }
        }
    });
    let path = dir.path().to_owned();
    let checks = tokio::task::spawn_blocking(move || {
        (0..100).for_each(|_| drop(verify(&path).unwrap()));
    });
    checks.await.unwrap();
    writing.await.unwrap();
}

//! Bytes of strangers, and what must hold whatever they are. Each function is
//! one fuzz target; `tests/bounded.rs` drives the same ones in `cargo test`.

use agent::fuzzing::{EngineFrames, terminal_message_is_known};
use harbour_core::import::{self, File, Format, Source};
use harbour_core::log_frame::{LogFramer, LogStream, MAX_RECORD};
use harbour_core::manifest;
use harbour_core::plan::{World, preview_create};
use harbour_core::store::announce::{Judgement, Watch};
use harbour_core::store::invite::{Invite, MAX_INVITE};
use harbour_core::store::wire::{FileAnswer, FileName};
use harbour_core::tuf::client::{Client, Step};
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::metadata::{Role, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::time::Time;
use harbour_core::{compose, docker_run};

/// A target: it panics when something does not hold.
pub type Target = fn(&[u8]);

/// All targets by name; a folder of `fuzz/seeds` has the name of each.
pub const TARGETS: [(&str, Target); 10] = [
    ("announcement", announcement),
    ("invite", invite),
    ("peer_message", peer_message),
    ("tuf_metadata", tuf_metadata),
    ("terminal_message", terminal_message),
    ("log_records", log_records),
    ("engine_frames", engine_frames),
    ("docker_run", docker_run_line),
    ("manifest", app_manifest),
    ("import", foreign_template),
];

/// Bytes that a part of a line, or the line as a Compose file, may have for each
/// byte of the line: a name and its value come once each, with a reason.
const GROWTH: usize = 512;

/// A text message of a terminal's WebSocket. It is known or it is not.
pub fn terminal_message(bytes: &[u8]) {
    // The WebSocket itself lets nothing else through as text (RFC 6455, section 8.1).
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Either answer will do, as long as there is one.
        let _ = terminal_message_is_known(text);
    }
}

/// Log messages into records: the first byte chooses the form, each further
/// piece begins with its stream and its length.
///
/// # Panics
/// When a record is longer than allowed, has no tag or no end, or when the
/// records depend on how the bytes of a terminal were cut.
pub fn log_records(bytes: &[u8]) {
    let Some((form, mut rest)) = bytes.split_first() else {
        return;
    };
    let (tty, timestamps) = (form & 1 != 0, form & 2 != 0);
    let (mut framer, mut out) = (LogFramer::new(tty, timestamps), Vec::new());
    let mut joined = Vec::new();
    while let Some((head, more)) = rest.split_at_checked(3) {
        let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
        let (piece, more) = more.split_at(length.min(more.len()));
        let stream = match head[0] % 3 {
            0 => LogStream::Stdout,
            1 => LogStream::Stderr,
            _ => LogStream::Tty,
        };
        framer.push(stream, piece, &mut out);
        joined.extend_from_slice(piece);
        rest = more;
    }
    framer.finish(&mut out);
    assert!(
        out.is_empty() || out.ends_with(b"\n"),
        "a record without end"
    );
    let lines = out.split(|byte| *byte == b'\n');
    for record in lines.take_while(|record| !record.is_empty()) {
        assert!(b"oetOET".contains(&record[0]), "a record without a tag");
        // A tag, and at most a time and a space before the content.
        assert!(record.len() <= 1 + 36 + MAX_RECORD, "a record too long");
    }
    if tty {
        let (mut whole, mut once) = (LogFramer::new(true, timestamps), Vec::new());
        whole.push(LogStream::Tty, &joined, &mut once);
        whole.finish(&mut once);
        assert!(
            once == out,
            "the records depend on where the bytes were cut"
        );
    }
}

/// The engine's framed stream. The frames do not depend on how the bytes were
/// cut; the first byte says where that is.
///
/// # Panics
/// When they do.
pub fn engine_frames(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else {
        return;
    };
    let (first, second) = bytes.split_at(usize::from(*cut).min(bytes.len()));
    let (mut once, mut twice) = (EngineFrames::default(), EngineFrames::default());
    once.push(bytes);
    twice.push(first);
    twice.push(second);
    assert!(
        once == twice,
        "the frames depend on where the bytes were cut"
    );
}

/// A `docker run` line, as somebody pastes it, on its way to the form: into a
/// draft, from there to the problems it has, and into a Compose file.
///
/// # Panics
/// When a part that is left out has no reason, a draft without problems has no
/// plan, or a short line becomes something large.
pub fn docker_run_line(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(parsed) = docker_run::parse(line) else {
        return;
    };
    let limit = GROWTH * line.len();
    let parts = &parsed.not_understood;
    assert!(
        parts.iter().all(|part| !part.reason.is_empty()),
        "a part is left out without a reason"
    );
    let said: usize = parts.iter().map(|p| p.text.len() + p.reason.len()).sum();
    assert!(said <= limit, "{said} bytes about what is left out");
    let preview = preview_create(&parsed.draft, &World::default());
    assert_eq!(
        preview.problems.is_empty(),
        preview.plan.is_some(),
        "there is a plan exactly if there are no problems"
    );
    let file = compose::to_yaml(&parsed.draft);
    assert!(file.len() <= limit, "{} bytes of Compose", file.len());
}

/// An app manifest. What is taken is written and taken again, to the same app.
///
/// # Panics
/// When a fault has no place, or when writing a manifest changes it.
pub fn app_manifest(bytes: &[u8]) {
    match manifest::parse(bytes) {
        Ok(app) => {
            let written = manifest::to_yaml(&app);
            assert_eq!(manifest::parse(written.as_bytes()), Ok(app), "{written}");
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a reason");
            assert!(faults.len() <= manifest::MAX_FAULTS, "too many faults");
            let placed = faults
                .iter()
                .all(|fault| fault.mark.line > 0 && fault.mark.column > 0);
            assert!(placed, "a fault without a place");
        }
    }
}

/// A template of another platform: the first byte chooses whose. What comes out
/// is a manifest that holds, or a reason.
///
/// # Panics
/// When a converted manifest does not hold.
pub fn foreign_template(bytes: &[u8]) {
    const NAMES: [&str; 7] = [
        "docker-compose.yml",
        "docker-compose.yml",
        "cosmos-compose.json",
        "docker-compose.yml",
        "templates.json",
        "docker-compose.json",
        "template.xml",
    ];
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let choice = usize::from(*first) % NAMES.len();
    let (_, format) = Format::ALL[choice];
    // Runtipi reads a second file beside the first; the same text will do.
    let files = [NAMES[choice], "config.json"].map(|path| File { path, bytes: rest });
    let source = Source {
        name: "template",
        files: &files,
    };
    for import in import::import(format, &source) {
        if let Ok(converted) = import.outcome {
            let again = manifest::parse(converted.yaml.as_bytes());
            assert_eq!(again, Ok(converted.manifest), "{}", converted.yaml);
        }
    }
}

/// Metadata of a store, offered as every role and to every step of an update.
///
/// # Panics
/// When a role that was read comes back as another one after it was written,
/// or when an update that nobody signed for gets anywhere.
pub fn tuf_metadata(bytes: &[u8]) {
    round_trip::<Root>(bytes);
    round_trip::<Timestamp>(bytes);
    round_trip::<Snapshot>(bytes);
    round_trip::<Targets>(bytes);
    // As the root it has to be signed by itself; a seed is, with an own key.
    let Ok(mut client) = Client::update(bytes, Time::from_unix(0)) else {
        return;
    };
    for _ in 0..4 {
        match client.step() {
            Ok(Step::Fetch(_)) if client.fetched(bytes).is_ok() => {
                panic!("a root was taken as its own successor, or as another role");
            }
            Ok(Step::Load { .. }) if client.loaded(Some(bytes)).is_ok() => {}
            _ => return,
        }
    }
}

fn round_trip<R: Role + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let Ok(envelope) = Envelope::read(R::TYPE, bytes) else {
        return;
    };
    let Ok(role) = envelope.content::<R>() else {
        return;
    };
    let written = Envelope::unsigned(&role).and_then(|envelope| envelope.write());
    let again = Envelope::read(R::TYPE, &written.expect("what was read can be written"));
    let again = again.and_then(|envelope| envelope.content::<R>());
    assert_eq!(again.as_ref(), Ok(&role), "a role changed on its way");
}

/// An announcement to a node that trusts the first line's root; the lines after
/// it are announced one by one, each of them twice.
///
/// # Panics
/// When what was accepted once is accepted again, or the version goes back.
pub fn announcement(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Some(mut watch) = lines.next().and_then(|root| Watch::new(root, None).ok()) else {
        return;
    };
    for line in lines {
        let before = watch.version();
        let judged = watch.accept(line, Time::from_unix(0));
        match judged {
            Judgement::Fetch { version } => {
                assert!(before.is_none_or(|before| before < version), "it went back");
                assert_eq!(watch.version(), Some(version));
            }
            _ => assert_eq!(watch.version(), before, "changed without being new"),
        }
        let again = watch.accept(line, Time::from_unix(0));
        assert!(
            !matches!(again, Judgement::Fetch { .. }),
            "the same one twice"
        );
    }
}

/// An invitation to a store, as somebody pastes it.
///
/// # Panics
/// When one that was read does not read back, or is longer than any may be.
pub fn invite(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(invite) = text.parse::<Invite>() {
        let written = invite.to_string();
        assert!(written.len() <= MAX_INVITE, "{} bytes", written.len());
        assert_eq!(written.parse(), Ok(invite), "{written}");
    }
}

/// A question or an answer of a peer about a file.
///
/// # Panics
/// When one that was read does not read back, or names a file outside its folder.
pub fn peer_message(bytes: &[u8]) {
    if let Ok(file) = FileName::from_bytes(bytes) {
        let inside = |part: &str| !part.is_empty() && part != "." && part != "..";
        assert!(file.name.split('/').all(inside), "{:?}", file.name);
        assert_eq!(FileName::from_bytes(&file.to_bytes()), Ok(file));
    }
    if let Ok(answer) = FileAnswer::from_bytes(bytes.to_vec()) {
        assert_eq!(answer.to_bytes(), bytes, "an answer has one form");
    }
}

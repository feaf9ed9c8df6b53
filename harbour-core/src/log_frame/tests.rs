//! Records from messages: lines, pieces, interleaving and arbitrary chunks.

use super::*;
use proptest::prelude::*;

const T1: &str = "2026-11-24T02:01:07.123456789Z";
const T2: &str = "2026-11-24T02:01:08.000000001Z";

fn frames(timestamps: bool, frames: &[(LogStream, &[u8])]) -> Vec<u8> {
    let mut framer = LogFramer::new(false, timestamps);
    let mut out = Vec::new();
    for (stream, frame) in frames {
        framer.push(*stream, frame, &mut out);
    }
    framer.finish(&mut out);
    out
}

fn tty(timestamps: bool, chunks: &[&[u8]]) -> Vec<u8> {
    let mut framer = LogFramer::new(true, timestamps);
    let mut out = Vec::new();
    for chunk in chunks {
        framer.push(LogStream::Tty, chunk, &mut out);
    }
    framer.finish(&mut out);
    out
}

fn stamped(stamp: &str, content: &[u8]) -> Vec<u8> {
    [stamp.as_bytes(), b" ", content].concat()
}

#[track_caller]
fn same(found: &[u8], expected: &[u8]) {
    assert_eq!(
        String::from_utf8_lossy(found),
        String::from_utf8_lossy(expected)
    );
}

#[test]
fn lines_keep_stream_time_and_bytes() {
    let out = stamped(T1, b"\x1b[31mred\x1b[0m \xff\r\n");
    let err = stamped(T2, b"\n");
    let input: &[(LogStream, &[u8])] = &[(LogStream::Stdout, &out), (LogStream::Stderr, &err)];
    same(
        &frames(true, input),
        &[
            b"o",
            T1.as_bytes(),
            b" \x1b[31mred\x1b[0m \xff\ne",
            T2.as_bytes(),
            b" \n",
        ]
        .concat(),
    );
    same(&frames(false, input), b"o\x1b[31mred\x1b[0m \xff\ne\n");
}

#[test]
fn pieces_of_a_line_are_joined_and_cut_again() {
    let (head, tail) = (vec![b'a'; ENGINE_SPLIT], b"end\n");
    let (first, err, last) = (
        stamped(T1, &head),
        stamped(T2, b"between\n"),
        stamped(T1, tail),
    );
    let input: &[(LogStream, &[u8])] = &[
        (LogStream::Stdout, &first),
        (LogStream::Stderr, &err),
        (LogStream::Stdout, &last),
    ];
    same(
        &frames(false, input),
        &[b"ebetween\no", &head[..], b"\nOend\n"].concat(),
    );
    same(
        &frames(true, input),
        &[
            b"e",
            T2.as_bytes(),
            b" between\no",
            T1.as_bytes(),
            b" ",
            &head[..],
            b"\nOend\n",
        ]
        .concat(),
    );
}

#[test]
fn a_first_piece_leaves_before_its_line_ends() {
    let mut framer = LogFramer::new(false, false);
    let mut out = Vec::new();
    for _ in 0..3 {
        framer.push(
            LogStream::Stdout,
            &stamped(T1, &[b'x'; ENGINE_SPLIT]),
            &mut out,
        );
    }
    let records: Vec<u8> = out
        .split(|&b| b == b'\n')
        .filter_map(|record| record.first().copied())
        .collect();
    assert_eq!(records, b"oO");
}

#[test]
fn a_line_of_exactly_one_record_has_no_empty_piece() {
    let (first, last) = (stamped(T1, &[b'a'; ENGINE_SPLIT]), stamped(T1, b"\n"));
    let input: &[(LogStream, &[u8])] = &[(LogStream::Stdout, &first), (LogStream::Stdout, &last)];
    same(
        &frames(false, input),
        &[b"o", &[b'a'; ENGINE_SPLIT][..], b"\n"].concat(),
    );
}

#[test]
fn a_short_piece_goes_on_only_under_the_same_time() {
    let (a, same_time, other_time) = (
        stamped(T1, b"ab"),
        stamped(T1, b"cd\n"),
        stamped(T2, b"cd\n"),
    );
    same(
        &frames(
            false,
            &[(LogStream::Stdout, &a), (LogStream::Stdout, &same_time)],
        ),
        b"oabcd\n",
    );
    // A container stopped after a prompt and was started again.
    same(
        &frames(
            false,
            &[(LogStream::Stdout, &a), (LogStream::Stdout, &other_time)],
        ),
        b"oab\nocd\n",
    );
}

/// As Docker 20.10 answers with the `local` log driver: the last piece of a
/// split line has no end of line, and may be empty.
#[test]
fn a_last_piece_without_an_end_of_line_ends_its_line() {
    let head = vec![b'a'; ENGINE_SPLIT];
    let (full, last, empty, next) = (
        stamped(T1, &head),
        stamped(T1, b"end"),
        stamped(T1, b""),
        stamped(T2, b"next\n"),
    );
    let mut framer = LogFramer::new(false, false);
    let mut out = Vec::new();
    framer.push(LogStream::Stdout, &full, &mut out);
    framer.push(LogStream::Stdout, &last, &mut out);
    same(&out, &[b"o", &head[..], b"\nOend\n"].concat());
    let input: &[(LogStream, &[u8])] = &[
        (LogStream::Stdout, &full),
        (LogStream::Stdout, &empty),
        (LogStream::Stdout, &next),
    ];
    same(
        &frames(false, input),
        &[b"o", &head[..], b"\nonext\n"].concat(),
    );

    let last = stamped(T1, b"1%\r2%\r");
    let expected = [b"t", &head[..], b"\nT1%\r2%\nt", T1.as_bytes(), b" x\n"].concat();
    let own_time = stamped(T2, &stamped(T1, b"x\r\n"));
    same(
        &tty(false, &[&[&full[..], &last, &own_time].concat()]),
        &expected,
    );
    same(
        &tty(false, &[&[&full[..], &empty, &next].concat()]),
        &[b"t", &head[..], b"\ntnext\n"].concat(),
    );
}

#[test]
fn a_cut_tears_no_character_and_leaves_no_return_at_the_end() {
    let content = [&[b'a'; MAX_RECORD - 1][..], "é tail\n".as_bytes()].concat();
    same(
        &frames(false, &[(LogStream::Stdout, &stamped(T1, &content))]),
        &[b"o", &[b'a'; MAX_RECORD - 1][..], "\nOé tail\n".as_bytes()].concat(),
    );
    let content = [&[b'a'; MAX_RECORD - 1][..], b"\rb\n"].concat();
    same(
        &frames(false, &[(LogStream::Stdout, &stamped(T1, &content))]),
        &[b"o", &[b'a'; MAX_RECORD - 1][..], b"\nO\rb\n"].concat(),
    );
}

#[test]
fn returns_inside_stay_and_at_the_end_go() {
    same(
        &tty(false, &[&stamped(T1, b"10%\r20%\r\r\r\n")]),
        b"t10%\r20%\n",
    );
}

#[test]
fn a_terminal_s_messages_are_found_in_the_stream() {
    let input = [
        stamped(T1, b"one\r\n"),
        stamped(T2, b"2026-11-24T02:01:09Z app's own time\r\n"),
        stamped(T2, b"$ "),
    ]
    .concat();
    same(
        &tty(false, &[&input]),
        b"tone\nt2026-11-24T02:01:09Z app's own time\nt$ \n",
    );
    same(
        &tty(true, &[&stamped(T1, b"\r\n")]),
        &[b"t", T1.as_bytes(), b" \n"].concat(),
    );
}

#[test]
fn a_terminal_s_long_line_loses_the_times_at_its_seams() {
    let head = vec![b'2'; ENGINE_SPLIT];
    let input = [
        stamped(T1, &head),
        stamped(T1, &head),
        stamped(T1, b"end\r\n"),
        stamped(T2, b"next\r\n"),
    ]
    .concat();
    same(
        &tty(false, &[&input]),
        &[b"t", &head[..], b"\nT", &head, b"\nTend\ntnext\n"].concat(),
    );
    // The engine stored three bytes for each of two it could not read: the seam comes later.
    let grown = [&head[..], b"2026"].concat();
    let input = [stamped(T1, &grown), stamped(T1, b"end\r\n")].concat();
    same(
        &tty(false, &[&input]),
        &[b"t", &head[..], b"\nT2026end\n"].concat(),
    );
}

#[test]
fn a_long_line_without_seams_arrives_whole() {
    let content: Vec<u8> = (0..200_000_u32)
        .map(|n| b"0123456789-:.TZ 2026"[(n % 20) as usize])
        .collect();
    let out = tty(false, &[&stamped(T1, &content), b"\r\n"]);
    let joined: Vec<u8> = out
        .split(|&b| b == b'\n')
        .filter(|r| !r.is_empty())
        .flat_map(|r| r[1..].to_vec())
        .collect();
    assert!(joined == content, "content differs");
}

#[test]
fn input_without_times_is_all_content() {
    same(
        &frames(true, &[(LogStream::Stdout, b"plain\n")]),
        b"o0001-01-01T00:00:00Z plain\n",
    );
    same(
        &tty(false, &[b"plain\r\n2026\r\n20"]),
        b"tplain\nt2026\nt20\n",
    );
    same(&frames(false, &[(LogStream::Tty, b"odd\n")]), b"todd\n");
}

#[test]
fn endless_input_without_an_end_of_line_is_not_kept() {
    for (is_tty, byte) in [
        (false, b'x'),
        (true, b'x'),
        (true, b'\r'),
        (true, b'2'),
        (false, 0x80),
    ] {
        let mut framer = LogFramer::new(is_tty, false);
        let (mut given, mut got) = (0, 0);
        for _ in 0..64 {
            let mut out = Vec::new();
            framer.push(LogStream::Stdout, &[byte; 10_000], &mut out);
            given += 10_000;
            got += out.len();
            if byte != b'\r' {
                assert!(given - got <= 32 * 1024, "{given} in, {got} out");
            }
        }
        let held = framer.stdout.line.capacity() + framer.terminal.capacity();
        assert!(held <= 32 * 1024, "{held} bytes held");
    }
}

fn tty_input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(stamped(T1, b"")),
        Just(stamped(T2, b"")),
        Just(vec![b'2'; ENGINE_SPLIT]),
        Just(vec![b'\r'; 9000]),
        Just(b"20".to_vec()),
        "[a-zé😀 0-9T:.-]{0,20}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..40),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_chunking_of_a_terminal_gives_the_same_records(
        input in tty_input(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        timestamps: bool,
    ) {
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        at.extend([0, input.len()]);
        at.sort_unstable();
        let chunks: Vec<&[u8]> = at.windows(2).map(|pair| &input[pair[0]..pair[1]]).collect();
        prop_assert!(tty(timestamps, &chunks) == tty(timestamps, &[&input]));
    }

    #[test]
    fn byte_by_byte_is_no_different(input in tty_input()) {
        let chunks: Vec<&[u8]> = input.chunks(1).collect();
        prop_assert!(tty(true, &chunks) == tty(true, &[&input]));
    }

    #[test]
    fn records_are_well_formed(
        input in proptest::collection::vec((0..3_u8, tty_input()), 0..6),
        is_tty: bool,
    ) {
        let mut framer = LogFramer::new(is_tty, false);
        let mut out = Vec::new();
        for (stream, bytes) in &input {
            let stream = [LogStream::Stdout, LogStream::Stderr, LogStream::Tty][usize::from(*stream)];
            framer.push(stream, bytes, &mut out);
        }
        framer.finish(&mut out);
        prop_assert!(out.is_empty() || out.ends_with(b"\n"));
        let mut begun = [false; 3];
        for record in out.split_inclusive(|&b| b == b'\n') {
            let stream = b"oet".iter().position(|&tag| tag == record[0].to_ascii_lowercase());
            prop_assert!(stream.is_some(), "tag {}", record[0]);
            let begun = &mut begun[stream.unwrap()];
            prop_assert!(record[0].is_ascii_lowercase() || *begun, "a piece before its line");
            *begun = true;
            prop_assert!(record.len() <= MAX_RECORD + 2);
            prop_assert!(!record.ends_with(b"\r\n"));
        }
    }

    #[test]
    fn messages_of_both_streams_keep_their_lines(
        lines in proptest::collection::vec((any::<bool>(), "[ -~é]{0,30}", 0..3_usize), 0..20),
    ) {
        let mut framer = LogFramer::new(false, false);
        let mut out = Vec::new();
        let mut expected = [Vec::new(), Vec::new()];
        for (to_err, text, full) in &lines {
            let stream = if *to_err { LogStream::Stderr } else { LogStream::Stdout };
            for _ in 0..*full {
                framer.push(stream, &stamped(T1, &[b'x'; ENGINE_SPLIT]), &mut out);
            }
            framer.push(stream, &stamped(T1, format!("{text}\n").as_bytes()), &mut out);
            expected[usize::from(*to_err)].push(format!("{}{text}", "x".repeat(full * ENGINE_SPLIT)));
        }
        let mut found: [Vec<String>; 2] = [Vec::new(), Vec::new()];
        for record in String::from_utf8(out).unwrap().lines() {
            let stream = &mut found[usize::from(record.starts_with(['e', 'E']))];
            if record.starts_with(['o', 'e']) {
                stream.push(String::new());
            }
            stream.last_mut().unwrap().push_str(&record[1..]);
        }
        prop_assert!(found == expected);
    }
}

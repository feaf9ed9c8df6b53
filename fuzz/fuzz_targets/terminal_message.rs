//! Text messages of a terminal's WebSocket.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::terminal_message(bytes));

//! The engine's log messages into records of one line.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::log_records(bytes));

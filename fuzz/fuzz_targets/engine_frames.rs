//! The engine's framed streams.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::engine_frames(bytes));

//! Questions and answers of peers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::peer_message(bytes));

//! Metadata of a store, as every role.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::tuf_metadata(bytes));

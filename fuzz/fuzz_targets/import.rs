//! Templates of other platforms into manifests.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::foreign_template(bytes));

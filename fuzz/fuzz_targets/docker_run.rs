//! `docker run` lines as people paste them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::docker_run_line(bytes));

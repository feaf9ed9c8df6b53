//! A short, deterministic run over the seeds and their mutations: what fits
//! into every `cargo test`. `make fuzz` searches for as long as it is told.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use fuzz_harness::TARGETS;

/// Inputs tried for each target.
const INPUTS: u32 = 20_000;
/// No input is longer.
const MAX_INPUT: usize = 40_000;

/// Numbers that look random and are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        // Bytes that mean something come more often.
        const MEANING: &[u8] = b"\n\r\0\x01\x02 {}\":,Tt09Zz\x1b\xff";
        match self.below(3) {
            0 => u8::try_from(self.next() & 0xff).unwrap(),
            _ => MEANING[self.below(MEANING.len())],
        }
    }
}

fn mutate(input: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(input.len() + 1);
        match numbers.below(5) {
            0 => input.insert(at, numbers.byte()),
            1 if at < input.len() => input[at] = numbers.byte(),
            2 if at < input.len() => {
                let end = (at + numbers.below(16)).min(input.len());
                input.drain(at..end);
            }
            3 => {
                let run = vec![numbers.byte(); numbers.below(64)];
                input.splice(at..at, run);
            }
            4 if input.len() < MAX_INPUT => {
                let from = numbers.below(input.len() + 1);
                let copy: Vec<u8> = input[from..].iter().copied().take(20_000).collect();
                input.splice(at..at, copy);
            }
            _ => {}
        }
    }
    input.truncate(MAX_INPUT);
}

#[test]
fn every_target_holds_over_its_seeds_and_their_mutations() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    for (name, target) in TARGETS {
        let mut paths: Vec<_> = fs::read_dir(seeds.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        let known: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        assert!(!known.is_empty(), "{name} has no seeds");
        known.iter().for_each(|seed| target(seed));
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for _ in 0..INPUTS {
            let mut input = known[numbers.below(known.len())].clone();
            mutate(&mut input, &mut numbers);
            let held = catch_unwind(|| target(&input));
            assert!(
                held.is_ok(),
                "{name} does not hold for {:?}",
                input.escape_ascii().to_string()
            );
        }
    }
}

//! Builds the agent again when the web page it embeds has changed.
#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../ui/dist");
}

//! Exit codes in words.

/// What an exit code means, after its number: `exit 127, its command was not
/// found`. Codes above 128 stand for a signal (128 + its number).
pub(super) fn of(code: &str) -> String {
    let meaning = match code {
        "125" => "Docker could not run it",
        "126" => "its command cannot be executed",
        "127" => "its command was not found",
        "130" => "ended by SIGINT",
        "132" => "an instruction this processor does not have (SIGILL)",
        "134" => "it gave up by itself (SIGABRT)",
        "135" => "a fault in reading a file or device (SIGBUS)",
        "136" => "a fault in arithmetic (SIGFPE)",
        "139" => "a memory fault (SIGSEGV)",
        "143" => "ended by SIGTERM",
        _ => return format!("exit {code}"),
    };
    format!("exit {code}, {meaning}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_are_explained() {
        assert_eq!(of("3"), "exit 3");
        assert_eq!(of("143"), "exit 143, ended by SIGTERM");
        assert_eq!(of("127"), "exit 127, its command was not found");
    }
}

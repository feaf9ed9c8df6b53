//! Security options in the engine's form, and which of them take protection away.

/// Longest option named in full; a seccomp profile is a whole JSON document.
const MAX_NAMED: usize = 120;

/// Name and value; the engine takes `=` and, from older days, `:`.
fn parts(option: &str) -> (&str, Option<&str>) {
    match option.find(['=', ':']) {
        Some(at) => (&option[..at], Some(&option[at + 1..])),
        None => (option, None),
    }
}

/// True if the engine has such an option and it has a value where it needs one.
pub fn is_known(option: &str) -> bool {
    match parts(option) {
        ("no-new-privileges", None | Some("true" | "false")) => true,
        ("seccomp" | "apparmor" | "label", Some(value)) => !value.is_empty(),
        ("systempaths", Some("unconfined")) => true,
        _ => false,
    }
}

/// True for the option that shows the container the parts of `/proc` and
/// `/sys` that are hidden otherwise.
pub fn shows_system_paths(option: &str) -> bool {
    parts(option) == ("systempaths", Some("unconfined"))
}

/// True unless the option is known to take no protection away. A profile of
/// one's own may allow anything, and an SELinux type may be one that is not
/// confined at all.
pub fn loosens(option: &str) -> bool {
    match parts(option) {
        ("no-new-privileges", _) => false,
        ("seccomp", Some(value)) => !matches!(value, "builtin" | "default"),
        ("apparmor", Some(value)) => value != "docker-default",
        ("label", Some(value)) => !value.starts_with("level:"),
        _ => true,
    }
}

/// The option as a risk names it: `seccomp=unconfined`, whichever way it was
/// written; a profile that is a whole document is named as such.
pub fn risk_name(option: &str) -> String {
    let (name, value) = parts(option);
    match value {
        Some(value) if value.len() > MAX_NAMED || value.trim_start().starts_with('{') => {
            format!("{name}=profile")
        }
        Some(value) => format!("{name}={value}"),
        None => name.chars().take(MAX_NAMED).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_switches_protection_off_is_told_from_the_rest() {
        for harmless in [
            "no-new-privileges",
            "no-new-privileges:true",
            "no-new-privileges=false",
            "seccomp=builtin",
            "apparmor=docker-default",
            "label=level:s0:c100,c200",
        ] {
            assert!(!loosens(harmless) && is_known(harmless), "{harmless}");
        }
        for (loose, name) in [
            ("seccomp=unconfined", "seccomp=unconfined"),
            ("seccomp:unconfined", "seccomp=unconfined"),
            ("apparmor=unconfined", "apparmor=unconfined"),
            ("apparmor=mine", "apparmor=mine"),
            ("label=disable", "label=disable"),
            ("label:type:spc_t", "label=type:spc_t"),
            ("systempaths=unconfined", "systempaths=unconfined"),
            (
                "seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}",
                "seccomp=profile",
            ),
        ] {
            assert!(loosens(loose) && is_known(loose), "{loose}");
            assert_eq!(risk_name(loose), name);
        }
        for unknown in [
            "",
            "seccomp",
            "seccomp=",
            "credentialspec=x",
            "no-new-privileges=maybe",
        ] {
            assert!(!is_known(unknown), "{unknown}");
        }
        assert!(shows_system_paths("systempaths:unconfined"));
    }
}

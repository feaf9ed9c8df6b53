//! Values of options: sizes, times, ports, mounts and lists.

use crate::draft::{
    DeviceDraft, GpuDraft, HostDraft, MountDraft, PortDraft, RestartDraft, UlimitDraft,
};

/// What could not be read, with the reason.
pub(crate) type Fault = String;

/// A value, and parts of it that mean something the form does not have.
pub(crate) struct Partly<T> {
    pub(crate) value: T,
    /// Text and reason.
    pub(crate) left: Vec<(String, Fault)>,
}

/// Bytes as the command line writes them: `512m`, `1.5g`, `64MiB`.
pub(crate) fn bytes(text: &str) -> Result<i64, Fault> {
    let fault = || format!("“{text}” is no size like 512m or 2g.");
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(lower.len());
    let (number, unit) = lower.split_at(digits);
    let shift = match unit.trim_start() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        "p" | "pb" | "pib" => 50,
        _ => return Err(fault()),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || part.len() > 6 || number.ends_with('.') {
        return Err(fault());
    }
    let whole: i128 = whole.parse().map_err(|_| fault())?;
    let unit = 1_i128 << shift;
    let scale = 10_i128.pow(u32::try_from(part.len()).unwrap_or_default());
    let part: i128 = if part.is_empty() {
        0
    } else {
        part.parse().map_err(|_| fault())?
    };
    let total = whole
        .checked_mul(unit)
        .and_then(|bytes| bytes.checked_add(part * unit / scale));
    total
        .and_then(|bytes| i64::try_from(bytes).ok())
        .ok_or_else(fault)
}

/// Whole seconds of a time such as `1m30s` (Go, `time.ParseDuration`).
pub(crate) fn seconds(text: &str) -> Result<i64, Fault> {
    let fault = || format!("“{text}” is no time in whole seconds, like 30s or 1m30s.");
    if text == "0" {
        return Ok(0);
    }
    let mut left = text;
    let mut millis: i64 = 0;
    while !left.is_empty() {
        let digits = left.find(|c: char| !c.is_ascii_digit()).ok_or_else(fault)?;
        let number: i64 = left[..digits].parse().map_err(|_| fault())?;
        let rest = &left[digits..];
        let unit_end = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let unit = match &rest[..unit_end] {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(fault()),
        };
        millis = number
            .checked_mul(unit)
            .and_then(|n| millis.checked_add(n))
            .ok_or_else(fault)?;
        left = &rest[unit_end..];
    }
    if text.is_empty() || millis % 1000 != 0 {
        return Err(fault());
    }
    Ok(millis / 1000)
}

pub(crate) fn number(text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| format!("“{text}” is no number."))
}

/// `KEY=VALUE`; without a value the key alone.
pub(crate) fn pair(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

pub(crate) fn restart(text: &str) -> Result<RestartDraft, Fault> {
    let (policy, retries) = match text.split_once(':') {
        Some((policy, retries)) => (policy, Some(number(retries)?)),
        None => (text, None),
    };
    Ok(RestartDraft {
        policy: policy.to_owned(),
        max_retries: retries,
    })
}

/// `[ADDRESS:][HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]`.
pub(crate) fn port(text: &str) -> Result<PortDraft, Fault> {
    let (ends, protocol) = match text.split_once('/') {
        Some((ends, protocol)) => (ends, Some(protocol.to_ascii_lowercase())),
        None => (text, None),
    };
    if protocol
        .as_deref()
        .is_some_and(|p| p != "tcp" && p != "udp")
    {
        return Err("Ports are tcp or udp here.".to_owned());
    }
    let (rest, container) = match ends.rsplit_once(':') {
        Some((rest, container)) => (Some(rest), container),
        None => (None, ends),
    };
    let (ip, host) = match rest {
        None => (None, None),
        Some(rest) => match rest.rsplit_once(':') {
            Some((ip, host)) => {
                let ip = ip.trim_start_matches('[').trim_end_matches(']');
                (Some(ip.to_owned()), Some(host))
            }
            None => (None, Some(rest)),
        },
    };
    let range = |text: &str| -> Result<(i64, Option<i64>), Fault> {
        match text.split_once('-') {
            Some((first, last)) => Ok((number(first)?, Some(number(last)?))),
            None => Ok((number(text)?, None)),
        }
    };
    let (container, container_end) = range(container)?;
    let (host, host_end) = match host.filter(|host| !host.is_empty()) {
        Some(host) => {
            let (first, last) = range(host)?;
            (Some(first), last)
        }
        None => (None, None),
    };
    if host_end.is_some() && container_end.is_none() {
        return Err("One port is to take the first free one of a range; choose one.".to_owned());
    }
    Ok(PortDraft {
        container,
        container_end,
        host,
        host_end,
        host_ip: ip,
        protocol,
    })
}

/// `SOURCE:TARGET[:OPTIONS]`.
pub(crate) fn volume(text: &str) -> Result<Partly<MountDraft>, Fault> {
    let mut parts = text.split(':');
    let (source, target, options) = (parts.next(), parts.next(), parts.next());
    let (Some(source), Some(target)) = (source, target) else {
        return Err(
            "This volume has no name. Give it one, so that its content can be found again."
                .to_owned(),
        );
    };
    if parts.next().is_some() || source.is_empty() || target.is_empty() {
        return Err("A mount is written SOURCE:TARGET or SOURCE:TARGET:ro.".to_owned());
    }
    let kind = source_kind(source)?;
    let mut mount = MountDraft {
        kind: kind.to_owned(),
        source: source.to_owned(),
        target: target.to_owned(),
        // The command line's engine makes missing paths of this form, too.
        create: kind == "bind",
        ..MountDraft::default()
    };
    let mut left = Vec::new();
    for option in options
        .unwrap_or_default()
        .split(',')
        .filter(|o| !o.is_empty())
    {
        match option {
            "rw" => {}
            "ro" => mount.read_only = true,
            "z" | "Z" => left.push((
                option.to_owned(),
                "Labels for SELinux are not set here.".to_owned(),
            )),
            other => left.push((
                other.to_owned(),
                "The form has no field for this option of a mount.".to_owned(),
            )),
        }
    }
    Ok(Partly { value: mount, left })
}

fn source_kind(source: &str) -> Result<&'static str, Fault> {
    if source.starts_with('/') {
        Ok("bind")
    } else if source.starts_with('.') || source.contains('/') || source.contains('\\') {
        Err(format!(
            "“{source}” begins at the folder where the command runs; write the whole path."
        ))
    } else {
        Ok("volume")
    }
}

/// `type=…,source=…,target=…` (Docker run reference, `--mount`).
pub(crate) fn mount(text: &str) -> Result<Partly<MountDraft>, Fault> {
    let mut mount = MountDraft {
        kind: "volume".to_owned(),
        ..MountDraft::default()
    };
    let mut left = Vec::new();
    for field in csv(text)? {
        let (key, value) = pair(&field);
        let set = value.clone().unwrap_or_default();
        let yes = matches!(value.as_deref(), None | Some("true" | "1"));
        match key.as_str() {
            "type" => mount.kind = set,
            "source" | "src" => mount.source = set,
            "target" | "destination" | "dst" => mount.target = set,
            "readonly" | "ro" => mount.read_only = yes,
            "tmpfs-size" => mount.size_bytes = Some(bytes(&set)?),
            "tmpfs-mode" => mount.mode = Some(set),
            _ => left.push((
                field,
                "The form has no field for this option of a mount.".to_owned(),
            )),
        }
    }
    if !matches!(mount.kind.as_str(), "bind" | "volume" | "tmpfs") {
        return Err(format!(
            "Mounts are bind, volume or tmpfs here, not “{}”.",
            mount.kind
        ));
    }
    if mount.kind == "volume" && mount.source.is_empty() {
        return Err(
            "This volume has no name. Give it one, so that its content can be found again."
                .to_owned(),
        );
    }
    if mount.kind == "bind" && source_kind(&mount.source) != Ok("bind") {
        return Err(format!(
            "“{}” begins at the folder where the command runs; write the whole path.",
            mount.source
        ));
    }
    Ok(Partly { value: mount, left })
}

/// `TARGET[:OPTIONS]`.
pub(crate) fn tmpfs(text: &str) -> Result<Partly<MountDraft>, Fault> {
    let (target, options) = text.split_once(':').unwrap_or((text, ""));
    let mut mount = MountDraft {
        kind: "tmpfs".to_owned(),
        target: target.to_owned(),
        ..MountDraft::default()
    };
    let mut left = Vec::new();
    for option in options.split(',').filter(|o| !o.is_empty()) {
        let (key, value) = pair(option);
        match (key.as_str(), value) {
            // What memory is mounted with anyway.
            ("rw" | "noexec" | "nosuid" | "nodev", None) => {}
            ("ro", None) => mount.read_only = true,
            ("size", Some(size)) => mount.size_bytes = Some(bytes(&size)?),
            ("mode", Some(mode)) => mount.mode = Some(mode),
            _ => left.push((
                option.to_owned(),
                "The form has no field for this option of a mount.".to_owned(),
            )),
        }
    }
    Ok(Partly { value: mount, left })
}

/// `HOST[:CONTAINER][:PERMISSIONS]`.
pub(crate) fn device(text: &str) -> Result<DeviceDraft, Fault> {
    if !text.starts_with('/') {
        return Err("Only devices with a path are handed in here; for graphics processors there is a field of their own.".to_owned());
    }
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let parts: Vec<&str> = text.split(':').collect();
    let (container, permissions) = match parts.as_slice() {
        [_] => (None, None),
        [_, one] if one.starts_with('/') => (given(one), None),
        [_, one] => (None, given(one)),
        [_, container, permissions] => (given(container), given(permissions)),
        _ => return Err("A device is written HOST:CONTAINER:rwm.".to_owned()),
    };
    Ok(DeviceDraft {
        host: parts.first().copied().unwrap_or_default().to_owned(),
        container,
        permissions,
    })
}

/// `NAME=SOFT[:HARD]`.
pub(crate) fn ulimit(text: &str) -> Result<UlimitDraft, Fault> {
    let (name, limits) = text
        .split_once('=')
        .ok_or("A limit is written NAME=SOFT:HARD.")?;
    let (soft, hard) = match limits.split_once(':') {
        Some((soft, hard)) => (number(soft)?, Some(number(hard)?)),
        None => (number(limits)?, None),
    };
    Ok(UlimitDraft {
        name: name.to_owned(),
        soft,
        hard,
    })
}

/// `NAME:ADDRESS`, or `NAME=ADDRESS` of newer versions.
pub(crate) fn host(text: &str) -> Result<HostDraft, Fault> {
    let (host, ip) = text
        .split_once('=')
        .or_else(|| text.split_once(':'))
        .ok_or("A host is written NAME:ADDRESS.")?;
    let ip = ip
        .strip_prefix('[')
        .and_then(|ip| ip.strip_suffix(']'))
        .unwrap_or(ip);
    Ok(HostDraft {
        host: host.to_owned(),
        ip: ip.to_owned(),
    })
}

/// `all`, a number, or `device=…,capabilities=…`.
pub(crate) fn gpus(text: &str) -> Result<Partly<GpuDraft>, Fault> {
    let mut gpus = GpuDraft::default();
    let mut left = Vec::new();
    let list = |text: &str| text.split(',').map(str::to_owned).collect();
    for field in csv(text)? {
        let (key, value) = pair(&field);
        let count = |text: &str| if text == "all" { Ok(-1) } else { number(text) };
        match (key.as_str(), value) {
            (word, None) => gpus.count = Some(count(word)?),
            ("count", Some(value)) => gpus.count = Some(count(&value)?),
            ("device", Some(value)) => gpus.device_ids = list(&value),
            ("driver", Some(value)) => gpus.driver = Some(value),
            ("capabilities", Some(value)) => gpus.capabilities = list(&value),
            _ => left.push((field, "The form has no field for this option.".to_owned())),
        }
    }
    Ok(Partly { value: gpus, left })
}

/// Fields of one line of comma separated values (RFC 4180, section 2).
pub(crate) fn csv(text: &str) -> Result<Vec<String>, Fault> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // There is always a last field: the list starts with one.
        let Some(field) = fields.last_mut() else {
            break;
        };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    if quoted {
        return Err("A quote in it is not closed.".to_owned());
    }
    Ok(fields)
}

#[cfg(test)]
mod tests;

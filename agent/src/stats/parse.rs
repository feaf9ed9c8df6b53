//! Reads the kernel's own texts: control groups, network devices, processor,
//! memory. Works on bytes in place, allocates nothing, and gives `None` or 0
//! for what it cannot read.

/// Lines of a text, without their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| *b == b'\n')
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}

/// A file that holds one number; `None` for `max` and for anything else.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    let digits = text.trim_ascii();
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// The number behind `key` in lines of `key value`, as in cpu.stat,
/// memory.stat and, with the colon in the key, proc_meminfo(5).
pub(super) fn keyed(text: &[u8], key: &[u8]) -> Option<u64> {
    lines(text).find_map(|line| {
        let rest = line.strip_prefix(key)?;
        if !rest.first()?.is_ascii_whitespace() {
            return None;
        }
        number(words(rest).next()?)
    })
}

/// Bytes received and sent in proc_pid_net(5) `dev`, of the devices that
/// `counts` names.
pub(super) fn net_dev(text: &[u8], mut counts: impl FnMut(&[u8]) -> bool) -> (u64, u64) {
    let mut sum = (0_u64, 0_u64);
    for line in lines(text) {
        // The two lines of headings have a bar and no colon.
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            continue;
        };
        let (name, rest) = line.split_at(colon);
        let mut columns = words(&rest[1..]).map(number);
        let (Some(Some(received)), Some(Some(sent))) = (columns.next(), columns.nth(7)) else {
            continue;
        };
        if counts(name.trim_ascii()) {
            sum.0 = sum.0.saturating_add(received);
            sum.1 = sum.1.saturating_add(sent);
        }
    }
    sum
}

/// Bytes read and written in io.stat (cgroup v2): `8:0 rbytes=1 wbytes=2 …`.
pub(super) fn io_stat(text: &[u8]) -> (u64, u64) {
    let mut sum = (0_u64, 0_u64);
    for word in lines(text).flat_map(words) {
        if let Some(bytes) = word.strip_prefix(b"rbytes=") {
            sum.0 = sum.0.saturating_add(number(bytes).unwrap_or_default());
        } else if let Some(bytes) = word.strip_prefix(b"wbytes=") {
            sum.1 = sum.1.saturating_add(number(bytes).unwrap_or_default());
        }
    }
    sum
}

/// Bytes read and written in blkio.throttle.io_service_bytes (cgroup v1):
/// `8:0 Read 1`, `8:0 Write 2`, other words, and a total.
pub(super) fn blkio(text: &[u8]) -> (u64, u64) {
    let mut sum = (0_u64, 0_u64);
    for line in lines(text) {
        let mut words = words(line);
        let (Some(_), Some(what), Some(bytes)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let bytes = number(bytes).unwrap_or_default();
        match what {
            b"Read" => sum.0 = sum.0.saturating_add(bytes),
            b"Write" => sum.1 = sum.1.saturating_add(bytes),
            _ => {}
        }
    }
    sum
}

/// Busy and total time of all processors together in proc_stat(5), in ticks.
pub(super) fn cpu_time(text: &[u8]) -> Option<(u64, u64)> {
    let line = lines(text).next()?.strip_prefix(b"cpu ")?;
    // user nice system idle iowait irq softirq steal; guests are part of user.
    let mut total = 0_u64;
    let mut idle = 0_u64;
    for (index, word) in words(line).take(8).enumerate() {
        let ticks = number(word)?;
        total = total.saturating_add(ticks);
        if matches!(index, 3 | 4) {
            idle = idle.saturating_add(ticks);
        }
    }
    (total > 0).then_some((total.saturating_sub(idle), total))
}

/// The first number of proc_loadavg(5).
pub(super) fn load_average(text: &[u8]) -> Option<f64> {
    let word = std::str::from_utf8(words(text).next()?).ok()?;
    word.parse().ok().filter(|load: &f64| load.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET_DEV: &[u8] = b"Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 502297272   74002    0    0    0     0          0         0 502297272   74002    0    0    0     0       0          0
  eth0: 454880504   14606    0    0    0     0          0         0   945814    8984    0    0    0     0       0          0
br-27abbf8bc1ae:      10       0    0    0    0     0          0         0       20       0    0    2    0     0       0          0
";
    const MEMORY_V1: &[u8] = b"cache 40960000\nrss 52428800\ninactive_file 1000\nactive_file 2000\nhierarchical_memory_limit 268435456\ntotal_cache 40960000\ntotal_inactive_anon 5\ntotal_inactive_file 36864000\n";
    const MEMORY_V2: &[u8] =
        b"anon 52428800\nfile 40960000\nkernel 2097152\ninactive_file_x 7\ninactive_file 36864000\nactive_file 4096000\n";
    const CPU_V2: &[u8] =
        b"usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\nnr_periods 0\n";
    const IO_V2: &[u8] = b"259:0 rbytes=8192 wbytes=4096 rios=2 wios=1 dbytes=0 dios=0\n254:1 rbytes=100 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n8:16 \n";
    const BLKIO_V1: &[u8] = b"254:0 Read 700416\n254:0 Write 4096\n254:0 Sync 704512\n254:0 Async 0\n254:0 Discard 0\n254:0 Total 704512\n8:0 Read 4\nTotal 704512\n";
    const STAT: &[u8] =
        b"cpu  100 5 50 800 20 1 2 3 40 0\ncpu0 100 5 50 800 20 1 2 3 40 0\nintr 5\n";

    #[test]
    fn the_kernels_texts_are_read() {
        assert_eq!(number(b"123\n"), Some(123));
        assert_eq!(number(b"max\n"), None);
        assert_eq!(number(b"99999999999999999999999\n"), None);
        assert_eq!(keyed(MEMORY_V1, b"total_inactive_file"), Some(36_864_000));
        assert_eq!(keyed(MEMORY_V2, b"inactive_file"), Some(36_864_000));
        assert_eq!(keyed(CPU_V2, b"usage_usec"), Some(1_234_567));
        assert_eq!(keyed(b"MemTotal:  1024 kB\n", b"MemTotal:"), Some(1024));
        assert_eq!(
            net_dev(NET_DEV, |name| name == b"eth0"),
            (454_880_504, 945_814)
        );
        assert_eq!(net_dev(NET_DEV, |name| name != b"lo").1, 945_834);
        assert_eq!(io_stat(IO_V2), (8292, 4096));
        assert_eq!(blkio(BLKIO_V1), (700_420, 4096));
        assert_eq!(cpu_time(STAT), Some((161, 981)));
        assert_eq!(load_average(b"0.52 0.58 0.59 1/467 12345\n"), Some(0.52));
    }

    #[test]
    fn the_machines_own_texts_are_read() {
        let read = |path: &str| std::fs::read(path).expect("Linux has it");
        assert!(cpu_time(&read("/proc/stat")).expect("a first line").1 > 0);
        assert!(keyed(&read("/proc/meminfo"), b"MemAvailable:").expect("there since 3.14") > 0);
        assert!(load_average(&read("/proc/loadavg")).is_some());
        net_dev(&read("/proc/self/net/dev"), |_| true);
    }

    /// Whatever the bytes, no reader may fail: cut, mangled and joined samples.
    #[test]
    fn junk_harms_nobody() {
        let samples = [
            NET_DEV,
            MEMORY_V1,
            MEMORY_V2,
            CPU_V2,
            IO_V2,
            BLKIO_V1,
            STAT,
            b"::: :\n::\n",
        ];
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).expect("31 bits")
        };
        for round in 0..20_000 {
            let sample = samples[round % samples.len()];
            let mut text = sample[..random() % (sample.len() + 1)].to_vec();
            for _ in 0..random() % 8 {
                if !text.is_empty() {
                    let at = random() % text.len();
                    text[at] = u8::try_from(random() % 256).expect("a byte");
                }
            }
            let digits = random() % 60;
            text.extend(std::iter::repeat_n(b'9', digits));
            number(&text);
            keyed(&text, b"usage_usec");
            net_dev(&text, |_| true);
            io_stat(&text);
            blkio(&text);
            cpu_time(&text);
            load_average(&text);
        }
    }
}

//! Overlap, holders and free ports by example and by property.

use super::*;
use proptest::prelude::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn used(host: u16, protocol: Protocol, address: &str, holder: PortHolder) -> PortUse {
    PortUse {
        host,
        protocol,
        ip: ip(address),
        holder,
    }
}

fn container(name: &str) -> PortHolder {
    PortHolder::Container { name: name.into() }
}

fn process(name: &str) -> PortHolder {
    PortHolder::Process {
        name: Some(name.into()),
        pid: Some(812),
    }
}

fn binding(host: u16, protocol: Protocol, address: Option<&str>) -> PortBinding {
    PortBinding {
        container: 80,
        protocol,
        host: Some(host),
        host_ip: address.map(ip),
    }
}

#[test]
fn addresses_overlap_as_sockets_do() {
    let check = |a: Option<&str>, b: &str, expected| {
        assert_eq!(ips_overlap(a.map(ip), ip(b)), expected, "{a:?} {b}");
        if let Some(a) = a {
            assert_eq!(ips_overlap(Some(ip(b)), ip(a)), expected, "{b} {a:?}");
        }
    };
    check(None, "127.0.0.1", true);
    check(None, "::1", true);
    check(Some("0.0.0.0"), "192.168.1.5", true);
    check(Some("0.0.0.0"), "::1", false);
    check(Some("0.0.0.0"), "::", true);
    check(Some("127.0.0.1"), "::", true);
    check(Some("::"), "fe80::1", true);
    check(Some("127.0.0.1"), "::ffff:127.0.0.1", true);
    check(Some("::ffff:0.0.0.0"), "10.0.0.1", true);
    check(Some("127.0.0.1"), "127.0.0.2", false);
    check(Some("::1"), "::2", false);
    check(Some("127.0.0.1"), "::1", false);
}

#[test]
fn a_container_is_named_before_its_proxy() {
    let list = [
        used(8080, Protocol::Tcp, "0.0.0.0", process("docker-proxy")),
        used(8080, Protocol::Udp, "0.0.0.0", container("dns")),
        used(8080, Protocol::Tcp, "0.0.0.0", container("jellyfin")),
    ];
    let holder =
        |binding: &PortBinding| find_holder(binding, &list).map(|port| port.holder.describe());
    assert_eq!(
        holder(&binding(8080, Protocol::Tcp, None)).as_deref(),
        Some("container jellyfin")
    );
    assert_eq!(
        holder(&binding(8080, Protocol::Udp, None)).as_deref(),
        Some("container dns")
    );
    assert_eq!(holder(&binding(8081, Protocol::Tcp, None)), None);
    assert_eq!(holder(&binding(8080, Protocol::Tcp, Some("::1"))), None);
    assert_eq!(
        holder(&PortBinding {
            host: None,
            ..binding(8080, Protocol::Tcp, None)
        }),
        None
    );
    assert_eq!(
        find_holder(&binding(8080, Protocol::Tcp, None), &list[..1])
            .unwrap()
            .holder
            .describe(),
        "process docker-proxy (pid 812)"
    );
}

#[test]
fn holders_are_described_by_what_is_known() {
    let describe = |name: Option<&str>, pid| {
        PortHolder::Process {
            name: name.map(str::to_owned),
            pid,
        }
        .describe()
    };
    assert_eq!(describe(None, None), "another process on this server");
    assert_eq!(describe(Some("sshd"), None), "process sshd");
    assert_eq!(describe(None, Some(1)), "process 1");
}

#[test]
fn the_next_free_port_is_above_and_wraps() {
    let list = [
        used(8081, Protocol::Tcp, "0.0.0.0", process("x")),
        used(8082, Protocol::Udp, "0.0.0.0", process("x")),
    ];
    let next = |after, also: &[u16]| next_free_port(after, Protocol::Tcp, None, &list, also);
    assert_eq!(next(8080, &[]), Some(8082));
    assert_eq!(next(8080, &[8082]), Some(8083));
    assert_eq!(next(80, &[]), Some(81));
    assert_eq!(next(65535, &[]), Some(1024));
    assert_eq!(next(65534, &[65535, 1024]), Some(1025));
    let all: Vec<u16> = (1..=u16::MAX).collect();
    assert_eq!(next(80, &all), None);
    assert_eq!(next(2000, &all[1023..]), None);
    let other = next_free_port(8080, Protocol::Tcp, Some(ip("::1")), &list, &[]);
    assert_eq!(other, Some(8081));
}

#[test]
fn collisions_offer_different_ports() {
    let list = [
        used(80, Protocol::Tcp, "::", container("web")),
        used(82, Protocol::Tcp, "0.0.0.0", process("nginx")),
    ];
    let asked = [
        binding(80, Protocol::Tcp, None),
        binding(81, Protocol::Tcp, None),
        binding(80, Protocol::Tcp, Some("127.0.0.1")),
        binding(80, Protocol::Udp, None),
    ];
    let found: Vec<(usize, u16, Option<u16>)> = port_collisions(&asked, &list)
        .iter()
        .map(|c| (c.index, c.port, c.next_free))
        .collect();
    assert_eq!(found, [(0, 80, Some(83)), (2, 80, Some(84))]);
    assert_eq!(
        port_collisions(&asked, &list)[0].describe(),
        "Port 80/tcp is already used by container web. The next free one is 83."
    );
}

proptest! {
    #[test]
    fn an_offer_is_free_and_fair(after: u16, taken in proptest::collection::vec(any::<u16>(), 0..200)) {
        let list: Vec<PortUse> = taken.iter().map(|&port| used(port, Protocol::Tcp, "0.0.0.0", process("x"))).collect();
        let offer = next_free_port(after, Protocol::Tcp, None, &list, &[]).unwrap();
        prop_assert!(!taken.contains(&offer) && offer != after);
        prop_assert!(offer >= 1024 || after < 1024);
        prop_assert!(offer > after || (after + 1..=u16::MAX).all(|port| taken.contains(&port)) || after == u16::MAX);
    }

    #[test]
    fn overlap_is_symmetric(a: IpAddr, b: IpAddr) {
        prop_assert_eq!(ips_overlap(Some(a), b), ips_overlap(Some(b), a));
        prop_assert!(ips_overlap(Some(a), a) && ips_overlap(None, a));
    }

    #[test]
    fn protocols_read_back(text in "\\PC{0,5}|tcp|udp") {
        match text.parse::<Protocol>() {
            Ok(protocol) => prop_assert_eq!(protocol.to_string(), text),
            Err(error) => prop_assert!(error.to_string().contains(&text)),
        }
    }
}

proptest! {
    /// A run that is offered is free, and there is none below it.
    #[test]
    fn the_first_gap_is_found(taken in proptest::collection::vec(1..200_u16, 0..60), after in 0..150_u16, length in 1..20_u16) {
        let run = PortRun { after, length };
        let free = next_free_run(run, Protocol::Tcp, None, &[], &taken).unwrap();
        let is_free = |first: u16| (first..first + length).all(|port| !taken.contains(&port));
        prop_assert!(free > after && is_free(free));
        prop_assert!((after + 1..free).all(|first| !is_free(first)));
    }
}

#[test]
fn a_run_does_not_go_beyond_the_last_port() {
    let run = |after, length| PortRun { after, length };
    assert_eq!(
        next_free_run(run(65_533, 2), Protocol::Tcp, None, &[], &[]),
        Some(65_534)
    );
    assert_eq!(
        next_free_run(run(65_534, 2), Protocol::Tcp, None, &[], &[]),
        None
    );
    assert_eq!(
        next_free_run(run(65_533, 2), Protocol::Tcp, None, &[], &[65_535]),
        None
    );
    assert_eq!(
        next_free_run(run(65_535, 1), Protocol::Tcp, None, &[], &[]),
        None
    );
}

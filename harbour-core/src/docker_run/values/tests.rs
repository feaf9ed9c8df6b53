//! Values as people write them.

use super::*;

#[test]
fn sizes_and_times() {
    for (text, expected) in [
        ("512m", Some(512 << 20)),
        ("1.5g", Some(3 << 29)),
        ("64MiB", Some(64 << 20)),
        ("100", Some(100)),
        ("1 kb", Some(1024)),
        ("", None),
        ("m", None),
        ("1x", None),
        ("1.", None),
        ("99999999999999999999g", None),
        ("-1", None),
    ] {
        assert_eq!(bytes(text).ok(), expected, "{text}");
    }
    for (text, expected) in [
        ("30s", Some(30)),
        ("1m30s", Some(90)),
        ("2h", Some(7200)),
        ("5000ms", Some(5)),
        ("0", Some(0)),
        ("500ms", None),
        ("30", None),
        ("", None),
        ("1d", None),
    ] {
        assert_eq!(seconds(text).ok(), expected, "{text}");
    }
}

#[test]
fn ports_in_all_their_forms() {
    let check = |text: &str,
                 container: (i64, Option<i64>),
                 host: (Option<i64>, Option<i64>),
                 ip: Option<&str>| {
        let port = port(text).unwrap();
        assert_eq!((port.container, port.container_end), container, "{text}");
        assert_eq!((port.host, port.host_end), host, "{text}");
        assert_eq!(port.host_ip.as_deref(), ip, "{text}");
    };
    check("80", (80, None), (None, None), None);
    check("8080:80", (80, None), (Some(8080), None), None);
    check(
        "127.0.0.1:8080:80/tcp",
        (80, None),
        (Some(8080), None),
        Some("127.0.0.1"),
    );
    check("127.0.0.1::80", (80, None), (None, None), Some("127.0.0.1"));
    check("[::1]:8080:80", (80, None), (Some(8080), None), Some("::1"));
    check(
        "8000-8010:9000-9010/udp",
        (9000, Some(9010)),
        (Some(8000), Some(8010)),
        None,
    );
    for bad in ["x", "80/sctp", "8000-8010:80", "", ":", "a:b"] {
        assert!(port(bad).is_err(), "{bad}");
    }
}

#[test]
fn lists_with_quotes() {
    assert_eq!(csv("a,b=c,\"d,e\"").unwrap(), ["a", "b=c", "d,e"]);
    assert_eq!(csv("\"device=0,1\"").unwrap(), ["device=0,1"]);
    assert!(csv("\"a").is_err());
}

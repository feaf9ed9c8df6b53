//! The reference grammar by example and by property.

use super::*;
use proptest::prelude::*;

const HEX: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn fills_in_registry_library_and_tag() {
    let check = |text: &str, canonical: &str, familiar: &str, base: &str| {
        let image = ImageRef::parse(text).unwrap();
        assert_eq!(image.canonical(), canonical, "{text}");
        assert_eq!(image.familiar(), familiar, "{text}");
        assert_eq!(image.base_name(), base, "{text}");
    };
    check(
        "nginx",
        "docker.io/library/nginx:latest",
        "nginx:latest",
        "nginx",
    );
    check(
        "nginx:1.27-alpine",
        "docker.io/library/nginx:1.27-alpine",
        "nginx:1.27-alpine",
        "nginx",
    );
    check(
        "jellyfin/jellyfin",
        "docker.io/jellyfin/jellyfin:latest",
        "jellyfin/jellyfin:latest",
        "jellyfin",
    );
    check(
        "index.docker.io/nginx",
        "docker.io/library/nginx:latest",
        "nginx:latest",
        "nginx",
    );
    check(
        "docker.io/library/nginx",
        "docker.io/library/nginx:latest",
        "nginx:latest",
        "nginx",
    );
    check(
        "ghcr.io/o/a/b:2",
        "ghcr.io/o/a/b:2",
        "ghcr.io/o/a/b:2",
        "b-app",
    );
    check(
        "localhost/x",
        "localhost/x:latest",
        "localhost/x:latest",
        "x-app",
    );
    check(
        "localhost:5000/x_y",
        "localhost:5000/x_y:latest",
        "localhost:5000/x_y:latest",
        "x_y",
    );
    check("Host/app", "Host/app:latest", "Host/app:latest", "app");
    check(
        "[::1]:5000/app:1",
        "[::1]:5000/app:1",
        "[::1]:5000/app:1",
        "app",
    );
    check(
        "host:5000",
        "docker.io/library/host:5000",
        "host:5000",
        "host",
    );
    check("a/b/c", "docker.io/a/b/c:latest", "a/b/c:latest", "c-app");
    check(
        "foo__bar/a---b.c",
        "docker.io/foo__bar/a---b.c:latest",
        "foo__bar/a---b.c:latest",
        "a---b.c",
    );
    // Short forms that would mean another image stay long.
    check(
        "docker.io/a.b/c",
        "docker.io/a.b/c:latest",
        "docker.io/a.b/c:latest",
        "c-app",
    );
    check(
        "docker.io/localhost/c",
        "docker.io/localhost/c:latest",
        "docker.io/localhost/c:latest",
        "c-app",
    );
}

#[test]
fn a_digest_stands_without_or_with_a_tag() {
    let image = ImageRef::parse(&format!("nginx@sha256:{HEX}")).unwrap();
    assert_eq!((image.tag(), image.tag_or_latest()), (None, None));
    assert_eq!(
        image.canonical(),
        format!("docker.io/library/nginx@sha256:{HEX}")
    );
    let image = ImageRef::parse(&format!("nginx:1@sha256:{HEX}")).unwrap();
    assert_eq!(image.familiar(), format!("nginx:1@sha256:{HEX}"));
    assert_eq!(image.digest().unwrap().hex(), HEX);
    assert_eq!(
        (image.registry(), image.repository(), image.tag()),
        ("docker.io", "library/nginx", Some("1"))
    );
}

#[test]
fn says_what_is_wrong() {
    let check = |text: &str, expected: ImageRefError| {
        assert_eq!(ImageRef::parse(text), Err(expected), "{text}")
    };
    check("", ImageRefError::Empty);
    check("my image", ImageRefError::BadCharacter(' '));
    check("nginx\n", ImageRefError::BadCharacter('\n'));
    check("nginé", ImageRefError::BadCharacter('é'));
    check(
        "https://ghcr.io/a",
        ImageRefError::Address("https://".into()),
    );
    check("docker://nginx", ImageRefError::Address("docker://".into()));
    check("Nginx", ImageRefError::Uppercase("nginx".into()));
    check(
        "ghcr.io/Owner/app",
        ImageRefError::Uppercase("owner".into()),
    );
    check("a//b", ImageRefError::BadComponent(String::new()));
    check("/a", ImageRefError::BadComponent(String::new()));
    check("a/", ImageRefError::BadComponent(String::new()));
    check("a..b", ImageRefError::BadComponent("a..b".into()));
    check("a___b", ImageRefError::BadComponent("a___b".into()));
    check("a_-b", ImageRefError::BadComponent("a_-b".into()));
    check("-a", ImageRefError::BadComponent("-a".into()));
    check("../etc", ImageRefError::BadRegistry("..".into()));
    check("-x.io/a", ImageRefError::BadRegistry("-x.io".into()));
    check("host:x/a", ImageRefError::BadRegistry("host:x".into()));
    check("host:/a", ImageRefError::BadRegistry("host:".into()));
    check("[::1/a", ImageRefError::BadRegistry("[::1".into()));
    check("nginx:", ImageRefError::BadTag(String::new()));
    check("nginx:-1", ImageRefError::BadTag("-1".into()));
    check("nginx:1:2", ImageRefError::BadTag("1:2".into()));
    check("nginx@", ImageRefError::BadDigest(DigestError::NoAlgorithm));
    check("a@b@c", ImageRefError::BadDigest(DigestError::NoAlgorithm));
    check(HEX, ImageRefError::LooksLikeId);
    check(&format!("sha256:{HEX}"), ImageRefError::LooksLikeId);
}

#[test]
fn lengths_end_where_the_grammar_says() {
    assert!(ImageRef::parse(&format!("a:{}", "t".repeat(MAX_TAG_LEN))).is_ok());
    assert!(ImageRef::parse(&format!("a:{}", "t".repeat(MAX_TAG_LEN + 1))).is_err());
    let room = MAX_NAME_LEN - "docker.io/library/".len();
    assert!(ImageRef::parse(&"a".repeat(room)).is_ok());
    assert_eq!(
        ImageRef::parse(&"a".repeat(room + 1)),
        Err(ImageRefError::TooLong)
    );
    assert_eq!(
        ImageRef::parse(&"A".repeat(1_000_000)),
        Err(ImageRefError::TooLong)
    );
}

fn reference() -> impl Strategy<Value = String> {
    let registry = "((localhost|[a-z0-9]{1,8}\\.[a-zA-Z0-9]{1,5}|[A-Z][a-z]{0,3}|\\[[0-9a-f]{0,4}::[0-9a-f]{0,4}\\])(:[0-9]{1,5})?/)?";
    // The first part has no dot, or it would be read as a registry.
    let first = "[a-z0-9]{1,6}((_|__|-{1,3})[a-z0-9]{1,4}){0,2}";
    let component = "[a-z0-9]{1,6}((\\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}";
    let tag = "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,12})?";
    let digest = "(@sha256:[0-9a-f]{64})?";
    proptest::string::string_regex(&format!(
        "{registry}{first}(/{component}){{0,2}}{tag}{digest}"
    ))
    .unwrap()
}

proptest! {
    #[test]
    fn every_form_reads_back_to_the_same_image(text in reference()) {
        let image = ImageRef::parse(&text).unwrap();
        for form in [image.canonical(), image.familiar(), image.to_string()] {
            let again = ImageRef::parse(&form).unwrap();
            prop_assert_eq!(again.canonical(), image.canonical());
            prop_assert_eq!(again.familiar(), image.familiar());
        }
        prop_assert!(crate::container_name::ContainerName::parse(&image.base_name()).is_ok());
    }

    #[test]
    fn never_panics(text in "\\PC*|[a-zA-Z0-9:/@._\\[\\]-]{0,60}") {
        if let Ok(image) = ImageRef::parse(&text) {
            prop_assert_eq!(ImageRef::parse(&image.canonical()).unwrap().canonical(), image.canonical());
        }
    }
}

//! Against a real registry.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::sync::Once;

use harbour_core::image_ref::ImageRef;
use registry::{Registries, RegistryError};
use testkit::{Dockerd, Registry, images};

fn registries() -> Registries {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .unwrap();
    });
    Registries::new()
}

/// `HM_TEST_DOCKER=off` leaves out what needs an engine.
fn without_docker() -> bool {
    std::env::var("HM_TEST_DOCKER").is_ok_and(|v| v == "off")
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_a_real_registry() {
    if without_docker() {
        return;
    }
    let engine = Dockerd::start().await.unwrap();
    let registry = Registry::start().await.unwrap();
    let docker = engine.docker();
    for tag in ["1.9", "1.10", "latest", "edge"] {
        let name = format!("hm-test/tagged:{tag}");
        images::busybox(&docker, &name).await.unwrap();
        images::push(&docker, &name, &registry.address())
            .await
            .unwrap();
    }
    let registries = registries();
    let named = |name: &str| ImageRef::parse(&format!("{}/{name}", registry.address())).unwrap();
    let found = registries
        .tags(&named("hm-test/tagged:ignored"))
        .await
        .unwrap();
    assert_eq!(found.tags, ["latest", "1.10", "1.9", "edge"]);
    assert!(!found.more);
    let none = registries.tags(&named("hm-test/nobody")).await.unwrap_err();
    assert!(
        matches!(none, RegistryError::NoSuchRepository { .. }),
        "{none:?}"
    );
    let gone = named("hm-test/tagged");
    drop(registry);
    let down = registries.tags(&gone).await.unwrap_err();
    assert!(
        matches!(down, RegistryError::Unreachable { .. }),
        "{down:?}"
    );
    assert!(down.to_string().contains("refused"), "{down}");
}

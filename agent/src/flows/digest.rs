//! Under which digest a registry knows an image.

use harbour_core::image_ref::ImageRef;

/// Of the `repository@digest` names of an image, the digest under which the
/// repository of `reference` knows it, else any it is known under.
pub(super) fn of(reference: &str, names: &[String]) -> Option<String> {
    let wanted = ImageRef::parse(reference).ok().map(|r| r.name());
    let known: Vec<(&str, &str)> = names.iter().filter_map(|n| n.split_once('@')).collect();
    known
        .iter()
        .find(|(name, _)| ImageRef::parse(name).ok().map(|r| r.name()) == wanted)
        .or_else(|| known.first())
        .map(|(_, digest)| (*digest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_repository_comes_first() {
        let names = [
            "mirror.lan/nginx@sha256:1".to_owned(),
            "nginx@sha256:2".to_owned(),
        ];
        assert_eq!(of("nginx:1.27", &names).as_deref(), Some("sha256:2"));
        assert_eq!(
            of("docker.io/library/nginx", &names).as_deref(),
            Some("sha256:2")
        );
        assert_eq!(
            of("mirror.lan/nginx:1", &names).as_deref(),
            Some("sha256:1")
        );
        assert_eq!(
            of("other", &names).as_deref(),
            Some("sha256:1"),
            "better than none"
        );
        assert_eq!(of("nginx", &[]), None);
    }
}

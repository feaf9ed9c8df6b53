//! Which containers are databases. A new version of a database may rewrite its
//! files in a way the old version does not read, so nobody updates one unasked.

/// Words in the last part of an image's name that mean a database.
const DATABASES: [&str; 14] = [
    "postgres",
    "postgresql",
    "postgis",
    "timescaledb",
    "pgvector",
    "mysql",
    "mariadb",
    "percona",
    "mongo",
    "mongodb",
    "influxdb",
    "couchdb",
    "clickhouse",
    "cassandra",
];
/// The same for those that often only keep what may be lost: they count when
/// they have a volume.
const CACHES: [&str; 4] = ["redis", "valkey", "keydb", "dragonfly"];
/// Folders in which databases keep their files.
const FOLDERS: [&str; 6] = [
    "/var/lib/postgresql",
    "/var/lib/mysql",
    "/var/lib/mariadb",
    "/data/db",
    "/bitnami/postgresql",
    "/bitnami/mariadb",
];

/// Whether an image (`docker.io/library/postgres`, with or without a tag) with
/// data at `mounts` is a database.
pub fn is_database<'a>(image: &str, mounts: impl IntoIterator<Item = &'a str>) -> bool {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split(':').next().unwrap_or(last);
    let is = |known: &[&str]| {
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| known.contains(&word.to_ascii_lowercase().as_str()))
    };
    let mut mounts = mounts.into_iter().peekable();
    let has_data = mounts.peek().is_some();
    let below = |path: &str| {
        FOLDERS.iter().any(|folder| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    is(&DATABASES) || (has_data && is(&CACHES)) || mounts.any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders_tell() {
        for (image, mounts, expected) in [
            ("docker.io/library/postgres:16", vec![], true),
            ("ghcr.io/a/postgres-backup", vec![], true),
            ("mariadb@sha256:00", vec![], true),
            (
                "tensorchord/pgvecto-rs",
                vec!["/var/lib/postgresql/data"],
                true,
            ),
            ("registry.lan:5000/x/mongo", vec![], true),
            ("redis:7", vec![], false),
            ("redis:7", vec!["/data"], true),
            ("valkey/valkey", vec!["/data"], true),
            ("nginx", vec!["/var/lib/mysqlish"], false),
            ("nginx", vec!["/usr/share/nginx"], false),
            ("mongoose", vec![], false),
        ] {
            assert_eq!(
                is_database(image, mounts.clone()),
                expected,
                "{image} {mounts:?}"
            );
        }
    }
}

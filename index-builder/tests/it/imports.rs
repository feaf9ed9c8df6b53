//! One small template of each format, written for these tests.

use std::fs;
use std::path::Path;

use harbour_core::import::{self, Converted, File, Format, NoteKind, Reason, Source};
use harbour_core::manifest::{
    Condition, Encoding, Manifest, NetworkMode, ParamKind, Restart, SchemaVersion, VolumeDefault,
};

use crate::project;

/// Reads a folder of `fixtures/import` and converts it.
fn import(format: Format, folder: &str) -> Result<Converted, import::Refusal> {
    let root = project("fixtures/import").join(folder);
    let mut files = Vec::new();
    read(&root, &root, &mut files);
    let files: Vec<File<'_>> = files
        .iter()
        .map(|(path, bytes)| File { path, bytes })
        .collect();
    let name = root.file_name().unwrap().to_string_lossy().into_owned();
    let source = Source {
        name: &name,
        files: &files,
    };
    import::import(format, &source).remove(0).outcome
}

fn read(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let relative = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.push((relative, fs::read(&path).unwrap()));
        }
    }
}

fn without_loss(format: Format, folder: &str) -> Manifest {
    let converted = import(format, folder).unwrap();
    assert!(converted.without_loss(), "{:#?}", converted.report);
    converted.manifest
}

fn variable(manifest: &Manifest, service: &str, name: &str) -> String {
    let service = manifest.service(service).unwrap();
    let found = service.environment.iter().find(|(other, _)| other == name);
    found
        .unwrap_or_else(|| panic!("{name}: {:?}", service.environment))
        .1
        .to_string()
}

#[test]
fn casaos() {
    let app = without_loss(Format::Casaos, "casaos/notes");
    assert_eq!((app.name.as_str(), app.slug.as_str()), ("Notes", "notes"));
    assert_eq!(app.schema, SchemaVersion::V1);
    let service = &app.services[0];
    assert_eq!(service.default_tag.as_deref(), Some("1.10"));
    assert_eq!(
        service.volumes[0].host_default,
        VolumeDefault::Host("/srv/appdata/notes/data".into())
    );
    assert_eq!(
        service.volumes[0].hint.label.as_deref(),
        Some("Where the notes lie")
    );
    assert_eq!(variable(&app, "notes", "TZ"), "${HM_TZ}");
    let param = app.param("LANGUAGE").unwrap();
    assert_eq!(
        (
            param.label.as_str(),
            param.default.as_ref().unwrap().to_string().as_str()
        ),
        ("Language of the page", "en")
    );
    assert_eq!(
        app.webui.as_ref().unwrap().port,
        80,
        "the port in the container"
    );
    assert_eq!(service.limits.mem_reservation, Some(64 * 1024 * 1024));
}

#[test]
fn runtipi() {
    let app = without_loss(Format::Runtipi, "runtipi/tracker");
    assert_eq!(app.schema, SchemaVersion::V2);
    let page = app.webui.as_ref().unwrap();
    assert_eq!((page.service.as_str(), page.port), ("tracker", 3000));
    let web = app.service("tracker").unwrap();
    assert_eq!(web.ports[0].host_default.unwrap().first, 8500);
    assert_eq!(web.depends_on[0].condition, Condition::Healthy);
    assert_eq!(variable(&app, "tracker", "URL"), "http://${HM_HOST}:8500");
    let password = app.param("TRACKER_DB_PASSWORD").unwrap();
    assert_eq!(password.generate.unwrap().encoding, Encoding::Hex);
    assert_eq!(app.param("TRACKER_SEATS").unwrap().kind, ParamKind::Number);
    let database = app.service("tracker-db").unwrap();
    assert_eq!(
        database.volumes[0].host_default,
        VolumeDefault::Host("/srv/appdata/tracker/data/db".into())
    );
}

#[test]
fn portainer() {
    let app = without_loss(Format::Portainer, "portainer");
    assert_eq!(app.name, "Relay");
    let mode = app.param("MODE").unwrap();
    assert_eq!(mode.options, ["fast", "safe"]);
    assert_eq!(mode.default.as_ref().unwrap().to_string(), "safe");
    let service = &app.services[0];
    assert_eq!(service.process.restart, Some(Restart::Always));
    assert!(service.ports[1].udp);
    assert_eq!(variable(&app, "relay", "COST"), "5$$");
}

#[test]
fn unraid() {
    let app = without_loss(Format::Unraid, "unraid");
    assert_eq!(app.schema, SchemaVersion::V1);
    let service = &app.services[0];
    assert_eq!(
        service.volumes[0].host_default,
        VolumeDefault::Host("/srv/appdata/player".into())
    );
    assert_eq!(service.limits.shm_size, Some(1 << 30));
    assert_eq!(service.rights.device_cgroup_rules, ["c 13:* rwm"]);
    assert_eq!(
        app.param("PUID")
            .unwrap()
            .default
            .as_ref()
            .unwrap()
            .to_string(),
        "${HM_UID}"
    );
    assert_eq!(app.param("SECRET").unwrap().kind, ParamKind::Secret);
    assert_eq!(app.param("LEVEL").unwrap().options, ["info", "debug"]);
    assert_eq!(app.webui.as_ref().unwrap().path, "/web/");
}

#[test]
fn cosmos() {
    let app = without_loss(Format::Cosmos, "cosmos/shelf");
    assert_eq!(app.name, "Shelf");
    assert_eq!(variable(&app, "shelf", "TZ"), "${HM_TZ}");
    assert_eq!(variable(&app, "shelf", "PASSWORD"), "${PASSWORD_0}");
    assert!(app.param("PASSWORD_0").unwrap().generate.is_some());
    let service = app.service("shelf").unwrap();
    let books = service
        .volumes
        .iter()
        .find(|volume| volume.container == "/books")
        .unwrap();
    assert_eq!(
        books.hint.required,
        Some(false),
        "a folder that a choice decides about"
    );
    assert_eq!(books.host_default, VolumeDefault::Host("/srv/books".into()));
    assert_eq!(app.webui.as_ref().unwrap().port, 8000);
}

#[test]
fn dokploy() {
    let app = without_loss(Format::Dokploy, "dokploy/forum");
    assert_eq!(app.name, "Forum");
    let url = variable(&app, "app", "DATABASE_URL");
    assert_eq!(url, "postgres://forum:${DB_PASSWORD}@db:5432/forum");
    assert_eq!(variable(&app, "app", "SITE"), "http://${HM_HOST}");
    assert_eq!(
        app.param("DB_PASSWORD").unwrap().generate.unwrap().length,
        24
    );
    let config = &app.service("app").unwrap().configs[0];
    assert_eq!(config.target, "/etc/forum.toml");
    assert_eq!(
        config.content.to_string(),
        "host = \"${HM_HOST}\"\nprice = \"$$5\"\n"
    );
    assert_eq!(app.webui.as_ref().unwrap().port, 3000);
}

#[test]
fn compose() {
    let app = without_loss(Format::Compose, "compose/blog");
    assert_eq!(
        app.service("setup").unwrap().process.restart,
        Some(Restart::No)
    );
    let web = app.service("web").unwrap();
    assert_eq!(
        web.volumes[0].host_default,
        VolumeDefault::Shared("uploads".into())
    );
    assert_eq!(web.volumes[1].host_default, VolumeDefault::Own);
    assert_eq!(web.configs[0].content.as_literal(), Some("title = blog\n"));
    // Others reach the database by the name of its container.
    assert!(app.service("blog-db").is_some());
    assert_eq!(
        web.depends_on
            .iter()
            .map(|d| d.service.as_str())
            .collect::<Vec<_>>(),
        ["blog-db", "setup"]
    );
    let side = app.service("side").unwrap();
    assert_eq!(side.network.mode, Some(NetworkMode::Service("web".into())));
    assert_eq!(app.param("DB_PASSWORD").unwrap().kind, ParamKind::Secret);
    assert_eq!(
        app.param("TITLE")
            .unwrap()
            .default
            .as_ref()
            .unwrap()
            .to_string(),
        "A blog"
    );
    let merged = app.service("worker").unwrap();
    assert_eq!(variable(&app, "worker", "COMMON"), "1");
    assert_eq!(merged.process.restart, Some(Restart::UnlessStopped));
}

#[test]
fn what_is_lost_is_said_field_by_field() {
    let converted = import(Format::Compose, "compose-lossy").unwrap();
    let lost: Vec<&str> = converted
        .report
        .iter()
        .filter(|note| note.kind == NoteKind::Lost)
        .map(|note| note.field.as_str())
        .collect();
    assert_eq!(
        lost,
        [
            "networks.inner",
            "services.web.deploy.replicas",
            "services.web.oom_score_adj",
            "services.web.volumes",
            "services.web.networks.inner.ipv4_address",
        ]
    );
    assert!(!converted.without_loss());
}

#[test]
fn reasons_are_told_apart() {
    let check = |format, folder: &str, reason: Reason| {
        let refusal = import(format, folder).unwrap_err();
        assert_eq!(refusal.reason, reason, "{folder}: {}", refusal.detail);
    };
    check(Format::Compose, "compose-build", Reason::ImageBuild);
    check(Format::Compose, "addon", Reason::ForeignPlatform);
    check(Format::Casaos, "casaos-scripts", Reason::HostScripts);
    check(Format::Runtipi, "compose-build", Reason::Unreadable);
    check(Format::Portainer, "portainer-stack", Reason::Elsewhere);
}

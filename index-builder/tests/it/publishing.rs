//! The commands on real files: what they make, and what they will not do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use harbour_core::tuf::time::Time;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs a command; `@` stands for the folder.
    fn run(&self, line: &str) -> Result<String, String> {
        let here = format!("{}/", self.path().display());
        let words = line.split_whitespace().map(|word| word.replace('@', &here));
        let mut out = Vec::new();
        let words = std::iter::once("index-builder".to_owned()).chain(words);
        index_builder::cli::run(words, Time::from_unix(1_800_000_000), &mut out)
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn keys(&self, names: &[&str]) {
        for name in names {
            self.run(&format!("keys new @{name} --name {name}"))
                .unwrap();
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn root(&self) {
        self.keys(&["a", "b", "c", "timestamp", "snapshot", "targets"]);
        self.run(
            "root init --out @ --root-key @a.pub --root-key @b.pub --root-key @c.pub \
             --timestamp-key @timestamp.pub --snapshot-key @snapshot.pub --targets-key @targets.pub",
        )
        .unwrap();
    }

    fn publish(&self) -> Result<String, String> {
        self.run(
            "publish --from @store --root @1.root.json --out @out --targets-key @targets.key \
             --snapshot-key @snapshot.key --timestamp-key @timestamp.key",
        )
    }
}

#[test]
fn a_key_is_for_its_holder_alone_and_is_never_overwritten() {
    let folder = Folder::new();
    let made = folder.run("keys new @alice --name Alice").unwrap();
    let shown = folder.run("keys show @alice.pub").unwrap();
    assert_eq!(made.lines().next(), shown.lines().next());
    let secret = folder.path().join("alice.key");
    assert_eq!(
        fs::metadata(&secret).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = fs::read(&secret).unwrap();
    assert!(
        folder
            .run("keys new @alice --name Alice")
            .unwrap_err()
            .contains("there already")
    );
    fs::remove_file(folder.path().join("alice.pub")).unwrap();
    assert!(folder.run("keys new @alice --name Alice").is_err());
    assert_eq!(fs::read(&secret).unwrap(), before);
    // A private key is no public one, and the error does not show it.
    let error = folder.run("keys show @alice.key").unwrap_err();
    assert!(
        error.contains("no public key") && !error.contains("PRIVATE"),
        "{error}"
    );
}

#[test]
fn a_root_is_complete_when_two_of_three_have_signed() {
    let folder = Folder::new();
    folder.root();
    let shown = folder.run("root sign @1.root.json --key @a.key").unwrap();
    assert!(
        shown.contains("signed by 1 of the 2") && shown.ends_with("not complete yet\n"),
        "{shown}"
    );
    assert!(
        folder
            .publish()
            .unwrap_err()
            .contains("too few keys have signed")
    );
    // Somebody who is no root key holder does not count.
    let shown = folder
        .run("root sign @1.root.json --key @targets.key")
        .unwrap();
    assert!(shown.contains("signed by 1 of the 2"), "{shown}");
    let shown = folder.run("root sign @1.root.json --key @c.key").unwrap();
    assert!(shown.ends_with("\ncomplete\n"), "{shown}");
    let id = folder.run("keys show @a.pub").unwrap();
    let id = id.split_whitespace().next().unwrap();
    folder.keys(&["d"]);
    let rotate = format!("root rotate @1.root.json --role root --add @d.pub --remove {id}");
    let shown = folder.run(&rotate).unwrap();
    assert!(
        shown.contains("0 of the 2 keys the root before it needs"),
        "{shown}"
    );
    assert!(folder.run(&rotate).unwrap_err().contains("there already"));
    folder.run("root sign @2.root.json --key @d.key").unwrap();
    let shown = folder.run("root sign @2.root.json --key @b.key").unwrap();
    assert!(
        shown.contains("signed by 2 of the 2 keys it needs\nsigned by 1 of the 2"),
        "{shown}"
    );
    let shown = folder.run("root sign @2.root.json --key @c.key").unwrap();
    assert!(shown.ends_with("\ncomplete\n"), "{shown}");
    let error = folder
        .run("root rotate @2.root.json --role root --remove ffff")
        .unwrap_err();
    assert!(error.contains("root has no key ffff"), "{error}");
}

#[test]
fn a_publisher_signs_a_folder_and_nobody_else_can() {
    let folder = Folder::new();
    folder.run("publisher new-key @alice --name Alice").unwrap();
    folder.run("publisher new-key @bob --name Bob").unwrap();
    folder.write("store/apps/immich/app.yaml", "schema: v1\nslug: immich\n");
    folder.write("store/apps/immich/icon.png", "PNG");
    let sign = "publisher sign @store/apps/immich/app.yaml icon.png --name Alice --key";
    folder.run(&format!("{sign} @alice.key")).unwrap();
    let verified = folder
        .run("publisher verify @store/apps/immich --key @alice.pub")
        .unwrap();
    assert!(
        verified.contains("immich version 1") && verified.contains("(Alice)"),
        "{verified}"
    );
    assert!(verified.contains("apps/immich/icon.png"), "{verified}");
    assert!(
        folder
            .run(&format!("{sign} @alice.key"))
            .unwrap()
            .contains("version 2")
    );
    assert!(
        folder
            .run(&format!("{sign} @bob.key"))
            .unwrap_err()
            .contains("another key's")
    );
    let error = folder
        .run("publisher verify @store/apps/immich --key @bob.pub")
        .unwrap_err();
    assert!(error.contains("0 valid signatures"), "{error}");
    folder.write(
        "store/apps/immich/app.yaml",
        "schema: v1\nslug: immich\nimage: evil\n",
    );
    let error = folder
        .run("publisher verify @store/apps/immich")
        .unwrap_err();
    assert!(
        error.contains("not the file that was signed for"),
        "{error}"
    );
    folder.root();
    for name in ["a", "b"] {
        folder
            .run(&format!("root sign @1.root.json --key @{name}.key"))
            .unwrap();
    }
    assert!(
        folder
            .publish()
            .unwrap_err()
            .contains("not the file that was signed for")
    );
    assert!(!folder.path().join("out/metadata/timestamp.json").exists());
    for (manifest, reason) in [
        ("name: x", "names no slug"),
        ("slug: [a]", "names no slug"),
        ("slug: ../x", "is no slug"),
        ("slug: \"", "app.yaml"),
    ] {
        folder.write("store/apps/immich/app.yaml", manifest);
        let error = folder.run(&format!("{sign} @alice.key")).unwrap_err();
        assert!(error.contains(reason), "{manifest}: {error}");
    }
}

#[test]
fn a_signed_file_is_not_taken_through_a_link() {
    let folder = Folder::new();
    folder.run("publisher new-key @alice --name Alice").unwrap();
    folder.write("immich/app.yaml", "slug: immich\n");
    folder
        .run("publisher sign @immich/app.yaml --key @alice.key")
        .unwrap();
    fs::rename(
        folder.path().join("immich/app.yaml"),
        folder.path().join("elsewhere"),
    )
    .unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.path().join("immich/app.yaml")).unwrap();
    let error = folder.run("publisher verify @immich").unwrap_err();
    assert!(error.contains("no ordinary file"), "{error}");
}

#[test]
fn what_was_published_is_never_published_older() {
    let folder = Folder::new();
    folder.root();
    for name in ["a", "b"] {
        folder
            .run(&format!("root sign @1.root.json --key @{name}.key"))
            .unwrap();
    }
    folder.run("publisher new-key @alice --name Alice").unwrap();
    folder.write("store/apps/immich/app.yaml", "slug: immich\n");
    let sign = "publisher sign @store/apps/immich/app.yaml --key @alice.key";
    folder.run(sign).unwrap();
    let old = fs::read(folder.path().join("store/apps/immich/publisher.json")).unwrap();
    folder.run(sign).unwrap();
    folder.publish().unwrap();
    fs::write(folder.path().join("store/apps/immich/publisher.json"), old).unwrap();
    assert!(
        folder
            .publish()
            .unwrap_err()
            .contains("version 1 would go back")
    );
}

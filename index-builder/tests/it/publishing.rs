//! The commands on real files: what they make, and what they will not do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::store::Store;

#[test]
fn a_key_is_for_its_holder_alone_and_is_never_overwritten() {
    let folder = Store::new();
    let made = folder.run("keys new @alice --name Alice").unwrap();
    let shown = folder.run("keys show @alice.pub").unwrap();
    assert_eq!(made.lines().next(), shown.lines().next());
    let secret = folder.at("alice.key");
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
    fs::remove_file(folder.at("alice.pub")).unwrap();
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
    let folder = Store::new();
    folder.root();
    let shown = folder.run("root sign @1.root.json --key @a.key").unwrap();
    assert!(
        shown.contains("signed by 1 of the 2") && shown.ends_with("not complete yet\n"),
        "{shown}"
    );
    folder.write("store/store.yaml", "name: Test store\n");
    fs::create_dir_all(folder.at("store/apps")).unwrap();
    let error = folder.build().unwrap_err();
    assert!(error.contains("too few keys have signed"), "{error}");
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
    let folder = Store::new();
    folder.run("publisher new-key @alice --name Alice").unwrap();
    folder.run("publisher new-key @bob --name Bob").unwrap();
    folder.manifest("immich", "name: Immich\n");
    folder.write("store/apps/immich/icon.svg", crate::store::SVG);
    let sign = "publisher sign @store/apps/immich/app.yaml --name Alice --key";
    folder.run(&format!("{sign} @alice.key")).unwrap();
    let verified = folder
        .run("publisher verify @store/apps/immich --key @alice.pub")
        .unwrap();
    assert!(
        verified.contains("immich version 1") && verified.contains("(Alice)"),
        "{verified}"
    );
    assert!(verified.contains("apps/immich/icon.svg"), "{verified}");
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
    folder.manifest("immich", "name: Evil\n");
    let error = folder
        .run("publisher verify @store/apps/immich")
        .unwrap_err();
    assert!(
        error.contains("not the file that was signed for"),
        "{error}"
    );
    for (manifest, reason) in [
        ("schema: v1\nname: x\nimage: x\n", "1:1: `slug` is missing"),
        (
            "schema: v1\nname: x\nimage: x\nslug: [a]\n",
            "4:7: slug: must be a text",
        ),
        ("schema: v1\nname: x\nimage: x\nslug: ../x\n", "is no slug"),
        ("schema: v1\nnames: x\nimages: x\nslug: a\n", "2:1: names: "),
        ("slug: \"", "app.yaml:1:"),
    ] {
        folder.write("store/apps/immich/app.yaml", manifest);
        let error = folder.run(&format!("{sign} @alice.key")).unwrap_err();
        assert!(error.contains(reason), "{manifest}: {error}");
    }
    folder.write("store/apps/immich/other.yaml", "schema: v1\n");
    let error = folder
        .run("publisher sign @store/apps/immich/other.yaml --key @alice.key")
        .unwrap_err();
    assert!(error.contains("is called app.yaml"), "{error}");
}

#[test]
fn a_signed_file_is_not_taken_through_a_link() {
    let folder = Store::new();
    folder.run("publisher new-key @alice --name Alice").unwrap();
    folder.manifest("immich", "name: Immich\n");
    folder.sign("immich", "alice").unwrap();
    let file = folder.at("store/apps/immich/app.yaml");
    fs::rename(&file, folder.at("store/elsewhere")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", &file).unwrap();
    let error = folder
        .run("publisher verify @store/apps/immich")
        .unwrap_err();
    assert!(error.contains("no ordinary file"), "{error}");
}

#[test]
fn what_was_published_is_never_published_older() {
    let folder = Store::founded();
    folder.app("immich", "alice");
    let old = folder.read("store/apps/immich/publisher.json");
    folder.sign("immich", "alice").unwrap();
    folder.build().unwrap();
    fs::write(folder.at("store/apps/immich/publisher.json"), old).unwrap();
    let error = folder.build().unwrap_err();
    assert!(error.contains("version 1 would go back"), "{error}");
}

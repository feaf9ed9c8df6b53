//! The drill: a store is founded, published, rotated, robbed and recovered with
//! the commands, and read at each step by our tool and by python-tuf.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harbour_core::tuf::time::Time;

use crate::python::{TOOL, script, text};

/// Folders of the drill: `store`, `keys`, `root`, `out`, and those of clients.
struct Drill {
    folder: tempfile::TempDir,
    /// How often it was published.
    published: std::cell::Cell<i64>,
}

fn now() -> Time {
    index_builder::files::now().unwrap()
}

const ONLINE: [&str; 3] = ["targets", "snapshot", "timestamp"];

impl Drill {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command of index-builder; `@` stands for the folder.
    fn run(&self, line: &str) -> String {
        self.try_run(line)
            .unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn try_run(&self, line: &str) -> Result<String, String> {
        let here = format!("{}/", self.folder.path().display());
        let words = std::iter::once("index-builder".to_owned())
            .chain(line.split_whitespace().map(|word| word.replace('@', &here)));
        let mut out = Vec::new();
        let done = index_builder::cli::run(words, now(), &mut out);
        let out = String::from_utf8(out).unwrap();
        match done {
            Ok(()) => Ok(out),
            Err(error) => Err(format!("{out}{error}")),
        }
    }

    fn id(&self, key: &str) -> String {
        let shown = self.run(&format!("keys show @keys/{key}.pub"));
        shown.split_whitespace().next().unwrap().to_owned()
    }

    fn sign_root(&self, version: u32, keys: &[&str]) {
        let mut said = String::new();
        for key in keys {
            said = self.run(&format!(
                "root sign @root/{version}.root.json --key @keys/{key}.key"
            ));
        }
        assert!(said.ends_with("\ncomplete\n"), "{said}");
    }

    fn app(&self, slug: &str, content: &str, key: &str) {
        let folder = self.at("store/apps").join(slug);
        fs::create_dir_all(&folder).unwrap();
        let text =
            format!("schema: v1\nslug: {slug}\nname: {content}\nimage: example.org/{slug}\n");
        fs::write(folder.join("app.yaml"), text).unwrap();
        let digest = format!("sha256:{}", "a".repeat(64));
        let lock = format!(
            "{{\"format\":1,\"services\":{{\"app\":{{\"image\":\"example.org/{slug}\",\"tag\":\"latest\",\
             \"digest\":\"{digest}\",\"firstSeen\":\"2026-01-01T00:00:00Z\"}}}}}}"
        );
        fs::create_dir_all(self.at("store/locks")).unwrap();
        fs::write(self.at("store/locks").join(format!("{slug}.json")), lock).unwrap();
        self.run(&format!(
            "publisher sign @store/apps/{slug}/app.yaml --key @keys/{key}.key --name {key}"
        ));
    }

    /// Builds the site; each time a minute later, so that it is another one.
    fn publish(&self, root: u32, online: &str) {
        let keys: Vec<_> = ONLINE
            .iter()
            .map(|role| format!("--{role}-key @keys/{role}{online}.key"))
            .collect();
        let root = format!("@root/{root}.root.json");
        let keys = keys.join(" ");
        let minutes = self.published.get() + 1;
        self.published.set(minutes);
        let now = Time::from_unix(now().unix() + 60 * minutes);
        self.run(&format!(
            "build --from @store --root {root} --out @out --now {now} {keys}"
        ));
        self.run("verify @out --root @root/1.root.json");
    }

    /// Both clients fetch these targets; each keeps its folder between calls.
    fn both_read(&self, names: &[&str]) {
        let python = script("read_repository.py")
            .args([
                self.at("out"),
                self.at("root/1.root.json"),
                self.at("python"),
            ])
            .args(names)
            .output()
            .unwrap();
        assert!(python.status.success(), "{}", text(&python));
        let ours = self.ours(names);
        assert_eq!(ours, Ok(()), "python-tuf read it");
        let said = text(&python);
        for name in names {
            let file = self.at("ours/targets").join(name.replace('/', "%2F"));
            let bytes = fs::read(file).unwrap();
            let hash = harbour_core::tuf::content::describe(&bytes).hashes["sha256"].clone();
            assert!(said.contains(&format!("{name} {hash}")), "{said}");
        }
    }

    fn ours(&self, names: &[&str]) -> Result<(), String> {
        let metadata = self.at("ours/metadata");
        if !metadata.exists() {
            let root = self.at("root/1.root.json");
            let done = Command::new(TOOL)
                .args(["tuf", "--metadata-dir"])
                .arg(&metadata)
                .arg("init")
                .arg(root)
                .output()
                .unwrap();
            assert!(done.status.success(), "{}", text(&done));
        }
        let server = FileServer::start(&self.at("out"));
        let base = &server.base;
        let mut command = Command::new(TOOL);
        command.args(["tuf", "--metadata-dir"]).arg(&metadata);
        command.args(["--metadata-url", &format!("{base}/metadata")]);
        command.args(["--target-base-url", &format!("{base}/targets")]);
        command.arg("--target-dir").arg(self.at("ours/targets"));
        for name in names {
            command.args(["--target-name", name]);
        }
        let done = command.arg("download").output().unwrap();
        if done.status.success() {
            Ok(())
        } else {
            Err(text(&done))
        }
    }

    fn version(&self, role: &str) -> String {
        let metadata = self.at("ours/metadata");
        let done = Command::new(TOOL)
            .args(["tuf", "--metadata-dir"])
            .arg(metadata)
            .arg("status")
            .output()
            .unwrap();
        let said = text(&done);
        let line = said.lines().find(|line| line.starts_with(role));
        line.unwrap_or_else(|| panic!("{said}"))
            .split(',')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// A web server for a folder, ended when dropped.
struct FileServer {
    base: String,
    child: std::process::Child,
}

impl FileServer {
    fn start(folder: &Path) -> Self {
        use std::io::BufRead as _;
        let mut child = script("serve.py")
            .arg(folder)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut base = String::new();
        let out = child.stdout.take().unwrap();
        std::io::BufReader::new(out).read_line(&mut base).unwrap();
        Self {
            base: base.trim_end().to_owned(),
            child,
        }
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn found(drill: &Drill) {
    fs::create_dir_all(drill.at("keys")).unwrap();
    let holders = ["ann", "ben", "cleo", "dora"];
    let online = ONLINE
        .iter()
        .flat_map(|role| [format!("{role}1"), format!("{role}2")]);
    let publishers = ["immich-team", "nextcloud-team"].map(str::to_owned);
    for name in holders
        .map(str::to_owned)
        .into_iter()
        .chain(online)
        .chain(publishers)
    {
        drill.run(&format!("keys new @keys/{name} --name {name}"));
    }
    drill.run(
        "root init --out @root --root-key @keys/ann.pub --root-key @keys/ben.pub \
         --root-key @keys/cleo.pub --timestamp-key @keys/timestamp1.pub \
         --snapshot-key @keys/snapshot1.pub --targets-key @keys/targets1.pub",
    );
    drill.sign_root(1, &["ann", "ben"]);
    drill.app("immich", "Immich", "immich-team");
    drill.app("nextcloud", "Nextcloud", "nextcloud-team");
    fs::write(drill.at("store/store.yaml"), "name: The drill\n").unwrap();
}

#[test]
fn a_store_lives_through_rotation_and_theft() {
    let drill = Drill {
        folder: tempfile::tempdir().unwrap(),
        published: std::cell::Cell::new(0),
    };
    let all = [
        "apps/immich/app.yaml",
        "apps/nextcloud/app.yaml",
        "index.json",
    ];
    found(&drill);
    drill.publish(1, "1");
    drill.both_read(&all);

    // A publisher changes its app; the others are as they were.
    drill.app("immich", "Immich 2", "immich-team");
    drill.publish(1, "1");
    drill.both_read(&all);

    // A root key holder leaves, another comes: ann's key goes, dora's comes.
    let ann = drill.id("ann");
    drill.run(&format!(
        "root rotate @root/1.root.json --role root --add @keys/dora.pub --remove {ann}"
    ));
    drill.sign_root(2, &["ben", "cleo"]);
    drill.publish(2, "1");
    drill.both_read(&all);
    assert_eq!(drill.version("root"), "root version 2");

    // An app leaves: it is not found any more, and the snapshot stays acceptable.
    fs::rename(drill.at("store/apps/nextcloud"), drill.at("gone")).unwrap();
    drill.publish(2, "1");
    let error = drill.ours(&all).unwrap_err();
    assert!(
        error.contains("no trusted role lists apps/nextcloud/app.yaml"),
        "{error}"
    );
    fs::rename(drill.at("gone"), drill.at("store/apps/nextcloud")).unwrap();
    drill.publish(2, "1");
    drill.both_read(&all);

    // The machine that publishes is taken over. The thief drives the numbers up
    // by publishing again and again.
    for _ in 0..20 {
        drill.publish(2, "1");
    }
    drill.both_read(&all);
    assert_eq!(drill.version("timestamp"), "timestamp version 25");
    drill.run(
        "root recover @root/2.root.json --timestamp-key @keys/timestamp2.pub \
         --snapshot-key @keys/snapshot2.pub --targets-key @keys/targets2.pub",
    );
    // Two of the three holders, one of them not reachable.
    drill.sign_root(3, &["dora", "ben"]);
    // The stolen keys publish no more.
    let stolen = drill.try_run(
        "build --from @store --root @root/3.root.json --out @out --targets-key \
         @keys/targets1.key --snapshot-key @keys/snapshot1.key --timestamp-key @keys/timestamp1.key",
    );
    assert!(stolen.unwrap_err().contains("0 valid signatures of the 1"));
    drill.publish(3, "2");
    drill.both_read(&all);
    assert_eq!(drill.version("timestamp"), "timestamp version 1");
    assert_eq!(drill.version("snapshot"), "snapshot version 1");
    assert_eq!(drill.version("targets"), "targets version 1");
    drill.app("immich", "Immich 3", "immich-team");
    drill.publish(3, "2");
    drill.both_read(&all);
    assert_eq!(drill.version("timestamp"), "timestamp version 2");
}

//! Tiny real images, built by the engine under test without any network.
//!
//! An image that the engine already has under the asked name is not built
//! again, so every test may simply ask.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bollard::query_parameters::{
    BuildImageOptionsBuilder, PushImageOptionsBuilder, RemoveImageOptionsBuilder,
    TagImageOptionsBuilder,
};
use bollard::{Docker, body_full};
use futures_util::TryStreamExt as _;

use crate::{KitError, Result, process};

/// Debian's static busybox, of the package busybox-static.
const BUSYBOX: &str = "/bin/busybox";
/// What a busybox container does when it is not told otherwise: it serves
/// `/www` on port 80 and ends at once on SIGTERM.
const SERVE: &str = include_str!("images/serve.sh");
const NO_SHELL: &str = include_str!("images/noshell.c");

/// All of busybox under `/bin`, a web page on port 80, the users `root` and
/// `app` (1000), ends quickly when stopped.
///
/// # Errors
/// When busybox-static is not installed or the engine refuses the build.
pub async fn busybox(docker: &Docker, name: &str) -> Result<()> {
    busybox_with(docker, name, &[]).await
}

/// [`busybox`] with more Dockerfile instructions, for instance
/// `LABEL a=b`, `ENV A=b`, `EXPOSE 81/udp` or another `CMD`. `RUN` would need
/// a network the engine does not have.
///
/// # Errors
/// As [`busybox`].
pub async fn busybox_with(docker: &Docker, name: &str, instructions: &[&str]) -> Result<()> {
    if has(docker, name).await? {
        return Ok(());
    }
    let mut context = Context::default();
    context.busybox()?;
    for instruction in instructions {
        context.instruct(instruction);
    }
    context.build(docker, name).await
}

/// [`busybox`] with a health check: a shell command run every `interval`, with
/// one failure enough for "unhealthy".
///
/// # Errors
/// As [`busybox`].
pub async fn busybox_with_health(
    docker: &Docker,
    name: &str,
    command: &str,
    interval: Duration,
) -> Result<()> {
    let check = format!(
        "HEALTHCHECK --interval={}ms --timeout=5s --retries=1 CMD {command}",
        interval.as_millis()
    );
    busybox_with(docker, name, &[&check]).await
}

/// One static program, `/app`, and nothing else: no shell, no tools. It prints
/// `ready`, waits, and ends with 0 on SIGTERM.
///
/// # Errors
/// When there is no C compiler or the engine refuses the build.
pub async fn noshell(docker: &Docker, name: &str) -> Result<()> {
    if has(docker, name).await? {
        return Ok(());
    }
    let mut context = Context::default();
    context.file("app", 0o755, &compile(NO_SHELL)?)?;
    context.instruct("COPY app /app");
    context.instruct("CMD [\"/app\"]");
    context.build(docker, name).await
}

/// [`busybox`] and `layers` more layers of `bytes_each` random bytes, which do
/// not compress: what a pull with progress needs.
///
/// # Errors
/// As [`busybox`].
pub async fn layered(docker: &Docker, name: &str, layers: usize, bytes_each: usize) -> Result<()> {
    if has(docker, name).await? {
        return Ok(());
    }
    let mut context = Context::default();
    context.busybox()?;
    let mut bytes = vec![0; bytes_each];
    for layer in 1..=layers {
        getrandom::fill(&mut bytes).map_err(|error| {
            KitError::Unsuitable(format!("the system gives no random bytes: {error}"))
        })?;
        context.file(&format!("layer-{layer}"), 0o644, &bytes)?;
        context.instruct(&format!("COPY layer-{layer} /layer-{layer}"));
    }
    context.build(docker, name).await
}

/// Pushes a local image (`hm-test/big:1`) to a registry (`127.0.0.1:5000`)
/// and gives the reference to pull (`127.0.0.1:5000/hm-test/big:1`), which
/// the engine then knows, too.
///
/// # Errors
/// When the image is unknown or the registry refuses it.
pub async fn push(docker: &Docker, image: &str, registry: &str) -> Result<String> {
    let (repository, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    let repository = format!("{registry}/{repository}");
    let target = TagImageOptionsBuilder::new()
        .repo(&repository)
        .tag(tag)
        .build();
    let tagged = docker.tag_image(image, Some(target)).await;
    tagged.map_err(KitError::engine(format!("tag {image}")))?;
    let options = PushImageOptionsBuilder::new().tag(tag).build();
    let pushing = docker.push_image(&repository, Some(options), None);
    let pushed = pushing.try_for_each(|_| async { Ok(()) }).await;
    pushed.map_err(KitError::engine(format!("push {repository}:{tag}")))?;
    Ok(format!("{repository}:{tag}"))
}

/// Removes an image from the engine, as when it had never been there; its
/// layers go unless another image holds them.
///
/// # Errors
/// When the image is unknown or a container uses it.
pub async fn remove(docker: &Docker, image: &str) -> Result<()> {
    let options = RemoveImageOptionsBuilder::new().build();
    let removed = docker.remove_image(image, Some(options), None).await;
    removed
        .map(drop)
        .map_err(KitError::engine(format!("remove {image}")))
}

async fn has(docker: &Docker, name: &str) -> Result<bool> {
    use bollard::errors::Error::DockerResponseServerError;
    match docker.inspect_image(name).await {
        Ok(_) => Ok(true),
        Err(DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(false),
        Err(error) => Err(KitError::engine(format!("look for {name}"))(error)),
    }
}

/// What is sent to the engine's builder: files and a Dockerfile.
struct Context {
    tar: tar::Builder<Vec<u8>>,
    dockerfile: String,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            tar: tar::Builder::new(Vec::new()),
            dockerfile: "FROM scratch\n".to_owned(),
        }
    }
}

impl Context {
    fn instruct(&mut self, instruction: &str) {
        self.dockerfile.push_str(instruction);
        self.dockerfile.push('\n');
    }

    fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<()> {
        append(&mut self.tar, path, mode, bytes)
    }

    fn busybox(&mut self) -> Result<()> {
        self.file("root.tar", 0o644, &busybox_root()?)?;
        // The builder unpacks an archive that is added.
        self.instruct("ADD root.tar /");
        self.instruct("ENV PATH=/bin");
        self.instruct("EXPOSE 80/tcp");
        self.instruct("CMD [\"serve\"]");
        Ok(())
    }

    async fn build(mut self, docker: &Docker, name: &str) -> Result<()> {
        append(
            &mut self.tar,
            "Dockerfile",
            0o644,
            self.dockerfile.as_bytes(),
        )?;
        let context = self
            .tar
            .into_inner()
            .map_err(KitError::file("finish", "the build context"))?;
        let options = BuildImageOptionsBuilder::new()
            .t(name)
            .rm(true)
            .forcerm(true)
            .build();
        let building = docker.build_image(options, None, Some(body_full(context.into())));
        let built = building.try_for_each(|_| async { Ok(()) }).await;
        built.map_err(KitError::engine(format!("build {name}")))
    }
}

/// The file system of a busybox image as one archive.
fn busybox_root() -> Result<Vec<u8>> {
    let program = fs::read(BUSYBOX).map_err(KitError::file("read", BUSYBOX))?;
    if needs_loader(&program) {
        return Err(KitError::Unsuitable(format!(
            "{BUSYBOX} needs shared libraries; the package busybox-static has the one without"
        )));
    }
    let mut root = tar::Builder::new(Vec::new());
    for dir in ["bin", "etc", "root", "tmp", "www"] {
        append_kind(
            &mut root,
            dir,
            if dir == "tmp" { 0o1777 } else { 0o755 },
            tar::EntryType::Directory,
            &[],
        )?;
    }
    append(&mut root, "bin/busybox", 0o755, &program)?;
    for applet in process::run(BUSYBOX, &["--list"])?
        .lines()
        .filter(|name| *name != "busybox")
    {
        let mut header = header(0o777, tar::EntryType::Symlink, 0);
        let linked = root.append_link(&mut header, Path::new("bin").join(applet), "busybox");
        linked.map_err(KitError::file("archive", applet))?;
    }
    append(&mut root, "bin/serve", 0o755, SERVE.as_bytes())?;
    append(
        &mut root,
        "etc/passwd",
        0o644,
        b"root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n",
    )?;
    append(&mut root, "etc/group", 0o644, b"root:x:0:\napp:x:1000:\n")?;
    append(
        &mut root,
        "www/index.html",
        0o644,
        b"<!doctype html><title>busybox</title><p>It answers.\n",
    )?;
    root.into_inner()
        .map_err(KitError::file("finish", "the root archive"))
}

/// Whether a 64-bit little-endian ELF program asks for a dynamic loader: it has
/// a program header of type 3, PT_INTERP (elf(5)).
fn needs_loader(program: &[u8]) -> bool {
    let number = |at: usize, size: usize| {
        let bytes = program.get(at..at + size).unwrap_or_default();
        bytes
            .iter()
            .rev()
            .fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    (0..count).any(|index| number(table + index * size, 4) == 3)
}

fn append(tar: &mut tar::Builder<Vec<u8>>, path: &str, mode: u32, bytes: &[u8]) -> Result<()> {
    append_kind(tar, path, mode, tar::EntryType::Regular, bytes)
}

fn append_kind(
    tar: &mut tar::Builder<Vec<u8>>,
    path: &str,
    mode: u32,
    kind: tar::EntryType,
    bytes: &[u8],
) -> Result<()> {
    let mut header = header(mode, kind, bytes.len());
    tar.append_data(&mut header, path, bytes)
        .map_err(KitError::file("archive", path))
}

fn header(mode: u32, kind: tar::EntryType, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size as u64);
    // A fixed time: the same image twice is the same layers.
    header.set_mtime(0);
    header
}

/// Compiles a C program without shared libraries.
fn compile(source: &str) -> Result<Vec<u8>> {
    let dir = tempfile::tempdir().map_err(KitError::file("make", "a temporary directory"))?;
    let (from, to) = (dir.path().join("app.c"), dir.path().join("app"));
    fs::write(&from, source).map_err(KitError::file("write", &from))?;
    let paths = (from.to_string_lossy(), to.to_string_lossy());
    process::run("cc", &["-static", "-Os", "-s", "-o", &paths.1, &paths.0])?;
    fs::read(&to).map_err(KitError::file("read", &to))
}

#[cfg(test)]
mod tests {
    #[test]
    fn tells_static_programs_from_others() {
        let of = |path: &str| super::needs_loader(&std::fs::read(path).unwrap());
        assert!(!of(super::BUSYBOX));
        assert!(of("/bin/sh"));
    }
}

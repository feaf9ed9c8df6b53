//! The command line of `docker-manager`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line"
)]

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use agent::agent::{Agent, audit_dir, database_path, ensure_data_dir};
use agent::auth::password::{MAX_BYTES, check_strength, hash};
use agent::config::{Config, Overrides};
use agent::db::Db;
use agent::secrets::Secret;
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// Worked with a fault that the message explains.
const FAILED: u8 = 1;
/// The configuration will not do.
const BAD_CONFIG: u8 = 2;

/// Runs and watches the containers of one Docker engine.
#[derive(Parser)]
#[command(name = "docker-manager", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web page and the API until interrupted.
    Serve(ServeArgs),
    /// Read the configuration, say what it means, and end.
    CheckConfig(ServeArgs),
    /// Set the admin's password, read from standard input. Signs everybody out.
    SetPassword {
        /// Where the agent keeps its files.
        #[arg(long)]
        data_dir: PathBuf,
    },
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Check the chain of the audit log.
    VerifyAudit(ServeArgs),
}

#[derive(Args)]
struct ServeArgs {
    /// Configuration file (TOML). None is needed.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the agent keeps its files [default: /var/lib/docker-manager].
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Address to listen on, or unix:PATH [default: 127.0.0.1:8443].
    #[arg(long, value_name = "ADDR | unix:PATH")]
    listen: Option<String>,
    /// Docker's socket [default: /var/run/docker.sock].
    #[arg(long, value_name = "SOCKET")]
    docker: Option<PathBuf>,
    /// Serve plain HTTP; on loopback only.
    #[arg(long)]
    insecure_http: bool,
}

/// A fault and the exit code it ends with.
struct Fault(u8, String);

impl Fault {
    fn new(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(source) = next {
            let more = source.to_string();
            // Some messages carry their source already.
            if !text.contains(&more) {
                text.push_str(": ");
                text.push_str(&more);
            }
            next = source.source();
        }
        Self(FAILED, text)
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve(args),
        Command::CheckConfig(args) => check_config(args),
        Command::SetPassword { data_dir } => set_password(&data_dir),
        Command::Openapi => openapi(),
        Command::VerifyAudit(args) => verify_audit(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault(code, text)) => {
            eprintln!("docker-manager: {text}");
            ExitCode::from(code)
        }
    }
}

fn load(args: ServeArgs) -> Result<Config, Fault> {
    let overrides = Overrides {
        listen: args.listen,
        data_dir: args.data_dir,
        docker_socket: args.docker,
        insecure_http: args.insecure_http,
    };
    Config::load(args.config.as_deref(), overrides).map_err(|e| Fault(BAD_CONFIG, Fault::new(&e).1))
}

fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::new(&e))
}

fn serve(args: ServeArgs) -> Result<(), Fault> {
    start_logging();
    // For connections to registries. An error only says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = load(args)?;
    runtime()?.block_on(async {
        // Before anything else, so that no signal finds us unprepared.
        let mut terminate = signal(SignalKind::terminate()).map_err(|e| Fault::new(&e))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| Fault::new(&e))?;
        let agent = Agent::start(config).await.map_err(|e| Fault::new(&e))?;
        if let Some(ca) = &agent.ca_path {
            println!("certificate authority: {}", ca.display());
        }
        if let Some(code) = &agent.setup_code {
            println!("setup code: {}", code.expose());
        }
        println!("listening on {}", agent.address);
        std::io::stdout().flush().map_err(|e| Fault::new(&e))?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        agent.stop().await;
        Ok(())
    })
}

fn start_logging() {
    use tracing_subscriber::EnvFilter;
    let filter =
        EnvFilter::try_from_env("DOCKER_MANAGER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.compact().init();
    } else {
        builder.with_ansi(false).init();
    }
}

fn check_config(args: ServeArgs) -> Result<(), Fault> {
    let config = load(args)?;
    println!("listen         {:?}", config.listen);
    println!("data dir       {}", config.data_dir.display());
    println!("docker socket  {}", config.docker_socket.display());
    println!("app data root  {}", config.app_data_root.display());
    println!(
        "plain HTTP     {}",
        if config.insecure_http { "yes" } else { "no" }
    );
    println!("The configuration is valid.");
    Ok(())
}

fn set_password(data_dir: &std::path::Path) -> Result<(), Fault> {
    let mut text = String::new();
    let limit = u64::try_from(MAX_BYTES + 2).unwrap_or(u64::MAX);
    std::io::stdin()
        .take(limit)
        .read_to_string(&mut text)
        .map_err(|e| {
            Fault(
                FAILED,
                format!("the password cannot be read from standard input: {e}"),
            )
        })?;
    let password = Secret::new(text.trim_end_matches(['\r', '\n']).to_owned());
    check_strength(&password).map_err(|e| Fault::new(&e))?;
    ensure_data_dir(data_dir).map_err(|e| Fault::new(&e))?;
    let (db, thread) = Db::open(&database_path(data_dir)).map_err(|e| Fault::new(&e))?;
    let phc = hash(&password).map_err(|e| Fault::new(&e))?;
    runtime()?
        .block_on(db.replace_password(phc))
        .map_err(|e| Fault::new(&e))?;
    drop(db);
    thread.join();
    println!("The password is set. All sessions have ended.");
    Ok(())
}

fn openapi() -> Result<(), Fault> {
    let text = agent::http::document()
        .to_pretty_json()
        .map_err(|e| Fault::new(&e))?;
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => Ok(()),
        // `docker-manager openapi | head` has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Fault::new(&error)),
    }
}

fn verify_audit(args: ServeArgs) -> Result<(), Fault> {
    let dir = audit_dir(&load(args)?.data_dir);
    let report = agent::audit::verify(&dir).map_err(|e| Fault::new(&e))?;
    match (report.first_seq, report.last_seq, &report.last_hash) {
        (Some(first), Some(last), Some(hash)) => {
            println!(
                "The audit log is whole: {} lines in {} files, numbers {first} to {last}.",
                report.lines, report.files
            );
            if report.pruned {
                println!(
                    "Older files were pruned; the chain is checked from the oldest that is kept."
                );
            }
            println!("last hash {hash}");
        }
        _ => println!("The audit log in {} is empty.", dir.display()),
    }
    Ok(())
}

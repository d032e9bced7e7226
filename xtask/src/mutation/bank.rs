//! The demo bank as a black box: it is started, sent traffic, and leaves logs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// The moment at which the bank's clock stands: a working day, so that no run differs from another by its time.
const DAY: &str = "2026-03-02T00:00:00Z";
const MORNING: &str = "2026-03-03T09:00:00Z";

/// A fault that the bank can be started with.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Fault {
    /// Its name on the command line.
    pub name: String,
    /// What it is about.
    pub kind: String,
    /// Whether it was chosen without sight of the generator.
    pub independent: bool,
    /// What is wrong with it, in words.
    pub what: String,
}

/// The bank's folder.
#[derive(Debug, Clone)]
pub struct Bank {
    folder: PathBuf,
    seed: u64,
}

impl Bank {
    /// The bank in a folder.
    #[must_use]
    pub const fn new(folder: PathBuf, seed: u64) -> Self {
        Self { folder, seed }
    }

    /// Values and data sets that its team has filled in.
    #[must_use]
    pub fn test_data(&self) -> PathBuf {
        self.folder.join("test-data.json")
    }

    /// Bodies that its team has filled in.
    #[must_use]
    pub fn bodies(&self) -> PathBuf {
        self.folder.join("bodies.json")
    }

    /// All faults.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn faults(&self) -> Result<Vec<Fault>> {
        let path = self.folder.join("faults.json");
        let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("read {}", path.display()))
    }

    /// Starts it for traffic and writes a day of logs.
    ///
    /// # Errors
    /// When the bank or the traffic cannot be started or fails.
    pub fn write_day(&self, logs: &Path, sessions: u32) -> Result<()> {
        std::fs::create_dir_all(logs).with_context(|| format!("make {}", logs.display()))?;
        let mut command = self.command();
        command.args(["--log-clock", DAY, "--logs"]).arg(logs);
        let server = Server::start(command, logs)?;
        let mut traffic = Command::new("python3");
        traffic.arg(self.folder.join("traffic.py")).args(["--base-url", server.url(), "--start", DAY]);
        traffic.args(["--seed", &self.seed.to_string(), "--sessions", &sessions.to_string()]).stdout(Stdio::null());
        let status = traffic.env("PYTHONDONTWRITEBYTECODE", "1").status().context("start the bank's traffic")?;
        ensure!(status.success(), "the bank's traffic failed ({status})");
        Ok(())
    }

    /// Starts it for a test run, with a fault or none; its logs go to a new folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, fault: Option<&str>, logs: &Path) -> Result<Server> {
        let _ = std::fs::remove_dir_all(logs);
        std::fs::create_dir_all(logs).with_context(|| format!("make {}", logs.display()))?;
        let mut command = self.command();
        // Tests use the fixed customers; the others only make each reset slow.
        command.args(["--customers", "1", "--log-clock", MORNING, "--logs"]).arg(logs);
        command.args(fault.iter().flat_map(|fault| ["--fault", fault]));
        Server::start(command, logs)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("python3");
        command.arg(self.folder.join("server.py")).args(["--port", "0", "--test-controls", "--seed", &self.seed.to_string()]);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// A started bank, stopped when dropped.
pub struct Server {
    child: Child,
    url: String,
    logs: PathBuf,
}

impl Server {
    fn start(mut command: Command, logs: &Path) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("start the demo bank: is python3 installed?")?;
        let mut port = String::new();
        let output = child.stdout.take().context("read the demo bank's port")?;
        BufReader::new(output).read_line(&mut port).context("read the demo bank's port")?;
        let server = Self { child, url: format!("http://127.0.0.1:{}", port.trim()), logs: logs.to_owned() };
        ensure!(port.trim().parse::<u16>().is_ok(), "the demo bank printed no port");
        Ok(server)
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The variable that names its logs to the step libraries. The bank's event log is not given: it knows the gateway's requests alone,
    /// and scenarios about the cards' own events would wait in vain.
    #[must_use]
    pub fn log_environment(&self) -> (&'static str, &Path) {
        ("LOG_FILES", &self.logs)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

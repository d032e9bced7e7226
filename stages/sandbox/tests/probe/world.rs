//! What attempts can reach outside, and how the program that tries is started.

use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{Read, Seek};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sandbox::launch::{End, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};
use tempfile::TempDir;

use super::operation::{LEAKED, OPERATIONS, Operation, World};
use super::table::errno_name;
use super::{Seen, common};

/// Listeners, files and a process that wait to be reached, for one runner.
pub(crate) struct Place {
    program: SealedProgram,
    shared: TempDir,
    tcp: TcpListener,
    udp: UdpSocket,
    victim: Child,
    _services: [UnixListener; 2],
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder that steps and programs of nobody may do everything in.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("folder");
    open_to_all(folder.path(), 0o777);
    folder
}

fn open_to_all(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("permitted");
    if is_root() {
        std::os::unix::fs::chown(path, Some(NOBODY.0), Some(NOBODY.1)).expect("given away");
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        let program = seal("matrix", common::built("matrix")).expect("static");
        let shared = open_folder();
        std::fs::write(shared.path().join("program"), &*program.bytes().expect("mapped")).expect("copied");
        open_to_all(&shared.path().join("program"), 0o755);
        let mut sleep = Command::new("sleep");
        sleep.arg("600").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if is_root() {
            sleep.uid(NOBODY.0).gid(NOBODY.1);
        }
        let victim = sleep.spawn().expect("starts");
        let by_path = UnixListener::bind(shared.path().join("service")).expect("listens");
        open_to_all(&shared.path().join("service"), 0o777);
        let name = SocketAddr::from_abstract_name(format!("sandbox-{}", victim.id())).expect("a name");
        let services = [by_path, UnixListener::bind_addr(&name).expect("listens")];
        let leaked = File::open("/dev/zero").expect("opened");
        // Open to every program this process starts, unless somebody closes it.
        let number = i32::try_from(LEAKED).expect("a descriptor");
        let copy = rustix::io::fcntl_dupfd_cloexec(&leaked, number).expect("duplicated");
        assert_eq!(copy.as_raw_fd(), number, "the number is free");
        rustix::io::fcntl_setfd(&copy, rustix::io::FdFlags::empty()).expect("inherited");
        std::mem::forget(copy);
        let tcp = TcpListener::bind("127.0.0.1:0").expect("listens");
        let udp = UdpSocket::bind("127.0.0.1:0").expect("listens");
        Self { program, shared, tcp, udp, victim, _services: services }
    }

    pub(crate) fn try_all(&self) -> BTreeMap<String, Seen> {
        OPERATIONS.iter().map(|operation| (operation.name.to_owned(), self.try_one(operation))).collect()
    }

    fn try_one(&self, operation: &Operation) -> Seen {
        let (report, end) = self.inside(operation);
        let answer = |what: &str| report.lines().find_map(|line| line.strip_prefix(what)?.trim().parse::<i32>().ok());
        let twin = answer("twin").map_or(String::new(), errno_name);
        let inside = match (answer("attempt"), end) {
            (Some(errno), End::Exited(0)) => errno_name(errno),
            (None, End::Killed(libc::SIGSYS)) => "killed".to_owned(),
            (_, end) => format!("{end:?}"),
        };
        // As root nothing is tried without the sandbox.
        let alone = if is_root() { String::new() } else { self.alone(operation) };
        Seen { twin, inside, alone }
    }

    /// Files for one attempt, and the words that tell it where everything is.
    fn world(&self) -> (TempDir, String) {
        let folder = open_folder();
        for name in ["secret", "victim", "output"] {
            std::fs::write(folder.path().join(name), name).expect("written");
            open_to_all(&folder.path().join(name), 0o666);
        }
        std::fs::create_dir(folder.path().join("empty")).expect("made");
        open_to_all(&folder.path().join("empty"), 0o777);
        std::os::unix::fs::symlink("/", folder.path().join("link")).expect("linked");
        let port = |address: std::io::Result<std::net::SocketAddr>| address.expect("an address").port();
        let (tcp, udp) = (port(self.tcp.local_addr()), port(self.udp.local_addr()));
        let words = format!("{} {} {tcp} {udp} {}", folder.path().display(), self.shared.path().display(), self.victim.id());
        assert!(World::parse(&words).is_some(), "{words}");
        (folder, words)
    }

    fn files(&self, folder: &Path) -> [File; 3] {
        let input = File::open(folder.join("secret")).expect("opened");
        let output = File::options().write(true).open(folder.join("output")).expect("opened");
        [input, output, File::open(self.shared.path().join("program")).expect("opened")]
    }

    fn inside(&self, operation: &Operation) -> (String, End) {
        let (folder, words) = self.world();
        let job = sealed_memory("job", format!("inside {} {words}", operation.name).as_bytes()).expect("memory");
        let report = report_memory(1024).expect("memory");
        let [input, output, program] = self.files(folder.path());
        let descriptors = vec![Some(job.as_fd()), Some(report.as_fd()), None, Some(input.as_fd()), Some(output.as_fd()), Some(program.as_fd())];
        let launch = Launch { program: &self.program, descriptors, limits: Limits::default(), drop_to: Some(NOBODY) };
        let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
        (String::from_utf8_lossy(&report.written().expect("readable")).into_owned(), finished.end)
    }

    /// The same program with the same descriptors, started as any program is.
    fn alone(&self, operation: &Operation) -> String {
        let (folder, words) = self.world();
        let job = sealed_memory("job", format!("alone {} {words}", operation.name).as_bytes()).expect("memory");
        let mut report = tempfile::tempfile().expect("file");
        let null = File::open("/dev/null").expect("opened");
        let [input, output, program] = self.files(folder.path());
        let sources = [&job, &report, &null, &input, &output, &program].map(|file| rustix::io::fcntl_dupfd_cloexec(file, 300).expect("duplicated"));
        let mut command = Command::new(self.shared.path().join("program"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).env("SECRET", "4111111111111111");
        common::with_descriptors(&mut command, sources.each_ref().map(AsRawFd::as_raw_fd));
        let status = command.status().expect("runs");
        let mut text = String::new();
        report.rewind().and_then(|()| report.read_to_string(&mut text)).expect("read");
        match text.lines().find_map(|line| line.strip_prefix("attempt ")?.parse().ok()) {
            Some(errno) => errno_name(errno),
            None => format!("{status}"),
        }
    }
}

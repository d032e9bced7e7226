//! A stage that is started by hand, not by the runner, says so and exits with 30 before it reads anything.
#![expect(clippy::disallowed_types, reason = "tests stand on the runner's side")]

mod common;

use std::process::{Command, Stdio};

/// Starts the probe with ever more of the sandbox; it names the first layer that is missing.
#[expect(unsafe_code, reason = "there is no safe prctl")]
fn check(prepared: usize, filter: bool, layer: &str, reason: &str) {
    let folder = tempfile::tempdir().expect("folder");
    let mut command = Command::new(common::copy_of(common::probe(), folder.path()));
    command.stdin(Stdio::null());
    if filter {
        command.env_clear();
    }
    common::before_exec(&mut command, move || {
        for (option, value) in [(libc::PR_SET_NO_NEW_PRIVS, 1), (libc::PR_SET_PDEATHSIG, libc::SIGKILL)].into_iter().take(prepared) {
            // SAFETY: integers only.
            if unsafe { libc::prctl(option, value, 0, 0, 0) } != 0 {
                return Err(std::io::Error::last_os_error());
            }
        }
        // A filter like a container's, which lets a stage open paths.
        let program = [seccompiler::sock_filter { code: 6, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW }];
        if filter { seccompiler::apply_filter(&program).map_err(|_| std::io::ErrorKind::Other.into()) } else { Ok(()) }
    });
    let output = command.output().expect("runs");
    assert_eq!(output.status.code(), Some(30));
    let expected = format!("failed to apply the sandbox layer {layer}: {reason}; a stage runs only inside the sandbox that `logminer` makes\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn a_stage_started_by_hand_refuses() {
    check(0, false, "no_new_privileges", "new privileges are possible");
    check(1, false, "seccomp", "there is no system call filter");
    check(1, true, "parent_death", "this process would outlive its runner");
    check(2, true, "seccomp", "a path opens");
}

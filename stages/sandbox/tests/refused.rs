//! What a step must not do, each in a process of its own under the filters of production. The twins are in `work.rs`.

mod common;

use sandbox::launch::{End, Limits, Wait};
use std::os::fd::AsFd;

/// Ended by the filter before the call could answer.
fn killed(call: &str) {
    let finished = common::run(&format!("call {call}"));
    assert_eq!((finished.end, common::text(&finished).as_str()), (End::Killed(libc::SIGSYS), ""), "{call}");
}

/// The call answered with an error and the step went on.
fn failed(call: &str, answer: &str) {
    let finished = common::run(&format!("call {call}"));
    assert_eq!((finished.end, common::text(&finished).trim()), (End::Exited(0), answer), "{call}");
}

macro_rules! refused {
    ($($name:ident: $($check:expr),+;)*) => {
        $(
            #[test]
            fn $name() {
                common::as_root_and_as_nobody(stringify!($name), || { $($check;)+ });
            }
        )*
    };
}

refused! {
    opening_a_path: failed("open", "PermissionDenied");
    creating_a_file: failed("create", "PermissionDenied");
    listing_a_folder: failed("list", "PermissionDenied");
    asking_about_a_path: failed("stat", "PermissionDenied");
    removing_a_file: killed("remove");
    connecting: killed("connect");
    sending_a_datagram: killed("datagram");
    connecting_to_a_local_socket: killed("unix");
    starting_a_program: killed("spawn");
    forking: killed("fork");
    anonymous_files: killed("memfd");
    duplicating_a_descriptor: killed("clone");
    signalling_another_process: killed("kill"), killed("abort_other"), killed("terminate_self");
    a_second_lock_down: failed("lock_down", "Other");
    asking_a_terminal: failed("terminal", "refused");
    writing_to_the_job: failed("write_job", "PermissionDenied");
    executable_memory: executable_memory_is_refused();
    more_memory_than_allowed: memory_is_bounded();
    larger_files_than_allowed: files_are_bounded();
    more_processor_time_than_allowed: processor_time_is_bounded();
    more_threads_than_allowed: threads_are_bounded();
}

fn executable_memory_is_refused() {
    let page = sandbox::memory::sealed_memory("page", &[0; 4096]).expect("memory");
    let finished = common::start("call executable", &[page.as_fd()], Limits::default()).wait(&Wait::default()).expect("waits");
    assert_eq!((finished.end, common::text(&finished).as_str()), (End::Killed(libc::SIGSYS), ""));
}

fn memory_is_bounded() {
    let limits = Limits { memory_bytes: Some(64 << 20), ..Limits::default() };
    let run = |bytes: u32| common::start(&format!("allocate {bytes}"), &[], limits).wait(&Wait::default()).expect("waits");
    assert_eq!(run(16 << 20).end, End::Exited(0));
    let refused = run(128 << 20);
    assert_eq!(refused.end, End::Killed(libc::SIGABRT));
    assert!(common::text(&refused).contains("memory allocation of"), "{}", common::text(&refused));
}

/// The step itself is one task of its user, so a bound of one leaves no thread; others of the user only make that tighter.
fn threads_are_bounded() {
    let run = |tasks| {
        let limits = Limits { tasks, ..Limits::default() };
        common::text(&common::start("threads 8", &[], limits).wait(&Wait::default()).expect("waits"))
    };
    assert_eq!(run(Some(1)).trim(), "0");
    assert_eq!(run(None).trim(), "8");
}

fn files_are_bounded() {
    let file = tempfile::tempfile().expect("file");
    let limits = Limits { file_bytes: Some(1 << 20), ..Limits::default() };
    let finished = common::start("fill", &[file.as_fd()], limits).wait(&Wait::default()).expect("waits");
    assert_eq!(finished.end, End::Killed(libc::SIGXFSZ));
    assert_eq!(file.metadata().expect("there").len(), 1 << 20);
}

fn processor_time_is_bounded() {
    let limits = Limits { cpu_seconds: Some(1), ..Limits::default() };
    let finished = common::start("spin", &[], limits).wait(&Wait::default()).expect("waits");
    assert_eq!(finished.end, End::Killed(libc::SIGKILL));
    assert!(!finished.timed_out);
}

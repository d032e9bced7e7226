//! Kernels and containers that lack a layer, emulated by a filter over a test process of its own: bonus layers may be missing, every other
//! one ends the launch by its name, and the program has not run.

mod common;

use sandbox::canary;
use sandbox::launch::{Bonus, End, Launch, Limits, NOBODY, Wait};
use sandbox::layer::Layer;
use sandbox::seal::{SealError, SealedProgram, seal};
use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

/// Runs `test` in a process of its own in which `calls` fail with `errno`.
fn without(name: &str, calls: &[i64], errno: i32, test: impl FnOnce()) {
    without_if(name, &calls.iter().map(|call| (*call, Vec::new())).collect::<Vec<_>>(), errno, test);
}

fn without_if(name: &str, calls: &[(i64, Vec<SeccompRule>)], errno: i32, test: impl FnOnce()) {
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        return test();
    }
    let action = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(calls.iter().cloned().collect(), SeccompAction::Allow, action, std::env::consts::ARCH.try_into().expect("known"));
    let program: BpfProgram = filter.expect("valid").try_into().expect("compiles");
    let mut command = common::again(name);
    command.env(common::PART_VARIABLE, "inside");
    common::before_exec(&mut command, move || seccompiler::apply_filter(&program).map_err(|_| std::io::ErrorKind::Other.into()));
    let output = command.output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn launch(program: &SealedProgram) -> Launch<'_> {
    Launch { program, descriptors: vec![None], limits: Limits::default(), drop_to: Some(NOBODY) }
}

/// The launch fails at this layer.
fn refused_at(layer: Layer, errno: i32) {
    let error = launch(common::probe()).spawn().expect_err("a layer is missing");
    assert_eq!((error.layer, error.errno()), (layer, errno));
    let refusal = canary::run(common::probe(), Some(NOBODY)).expect_err("a layer is missing");
    assert_eq!((refusal.layer, refusal.property, refusal.errno), (layer, layer.property(), errno));
    assert_eq!(refusal.landlock_abi, sandbox::launch::landlock_abi());
}

/// The launch works and has just these bonus layers; the canary holds.
fn works_with(bonus: impl FnOnce(Bonus) -> bool) {
    let child = launch(common::probe()).spawn().expect("starts");
    assert!(bonus(child.bonus()), "{:?}", child.bonus());
    assert_eq!(child.wait(&Wait::default()).expect("waits").end, End::Exited(2));
    let canary = seal("canary", common::canary_file()).expect("static");
    assert_eq!(canary::run(&canary, Some(NOBODY)).expect("launches").check(&[]), Ok(()));
}

macro_rules! missing {
    ($($name:ident: $calls:expr, $errno:expr, $test:expr;)*) => {
        $(
            #[test]
            fn $name() {
                without(stringify!($name), &$calls, $errno, || $test);
            }
        )*
    };
}

missing! {
    namespaces_are_a_bonus: [libc::SYS_unshare], libc::EPERM, works_with(|bonus| !bonus.namespaces);
    landlock_is_a_bonus: [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_restrict_self], libc::ENOSYS, works_with(|bonus| bonus.landlock_abi == 0);
    a_landlock_that_fails_half_way_is_refused: [libc::SYS_landlock_restrict_self], libc::EPERM, refused_at(Layer::Landlock, libc::EPERM);
    filters_are_needed: [libc::SYS_seccomp], libc::EPERM, refused_at(Layer::Seccomp, libc::EPERM);
    closing_descriptors_is_needed: [libc::SYS_close_range], libc::ENOSYS, refused_at(Layer::Descriptors, libc::ENOSYS);
    dropping_capabilities_is_needed: [libc::SYS_capset], libc::EPERM, refused_at(Layer::Identity, libc::EPERM);
    execution_is_needed: [libc::SYS_execveat], libc::EACCES, refused_at(Layer::Execute, libc::EACCES);
    a_session_is_needed: [libc::SYS_setsid], libc::EPERM, refused_at(Layer::Process, libc::EPERM);
    a_neutral_folder_is_needed: [libc::SYS_chdir], libc::EACCES, refused_at(Layer::Surroundings, libc::EACCES);
}

/// `vm.memfd_noexec=2` refuses memory that may be executed, and only that.
#[test]
fn executable_memory_files_are_needed() {
    on_a_host_with("memfd_noexec", "executable_memory_files_are_needed", || {
        sandbox::memory::sealed_memory("job", b"what to do").expect("memory that is never executed can be had");
        match seal("canary", common::canary_file()) {
            Err(error @ SealError::Memory { .. }) => {
                let refusal = canary::Refusal::from(&error);
                assert_eq!((refusal.layer, refusal.property, refusal.errno), (Layer::Seal, "sealed_program", libc::EACCES));
            }
            other => panic!("{other:?}"),
        }
    });
}

/// Runs `test` on a host that lacks something, in a process of its own.
fn on_a_host_with(what: &str, name: &str, test: impl FnOnce()) {
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        return test();
    }
    let mut command = common::again_without(what, name);
    command.env(common::PART_VARIABLE, "inside");
    common::passes(command, &format!("{name} with {what}"));
}

/// Every version of Landlock, from a kernel without it to the newest that can be shown here: the canary holds, since it only doubles.
#[test]
fn any_landlock_will_do() {
    const NAME: &str = "any_landlock_will_do";
    if let Some(part) = std::env::var_os(common::PART_VARIABLE) {
        let version: u32 = part.to_str().and_then(|part| part.parse().ok()).expect("a version");
        return works_with(|bonus| bonus.landlock_abi == version);
    }
    let here = sandbox::launch::landlock_abi();
    for version in 0..=here.min(7) {
        let what = if version == 0 { "no_landlock".to_owned() } else { format!("landlock={version}") };
        let mut command = common::again_without(&what, NAME);
        command.env(common::PART_VARIABLE, version.to_string());
        common::passes(command, &format!("{NAME} {version}"));
    }
    assert!(here > 0 || std::env::var_os("CI").is_none(), "a kernel without Landlock shows one of eight cases");
}

#[test]
fn a_restricted_pod_will_do() {
    on_a_host_with("pod", "a_restricted_pod_will_do", || {
        assert!(!rustix::process::geteuid().is_root());
        works_with(|bonus| !bonus.namespaces);
    });
}

#[test]
fn a_host_without_user_namespaces_will_do() {
    on_a_host_with("no_user_namespaces", "a_host_without_user_namespaces_will_do", || works_with(|bonus| !bonus.namespaces));
}

/// Only this question to prctl fails.
fn refused_without_prctl(name: &str, question: i32, layer: Layer) {
    let first = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, question.unsigned_abs().into()).expect("valid");
    let calls = [(libc::SYS_prctl, vec![SeccompRule::new(vec![first]).expect("valid")])];
    without_if(name, &calls, libc::EPERM, || refused_at(layer, libc::EPERM));
}

#[test]
fn no_new_privileges_are_needed() {
    refused_without_prctl("no_new_privileges_are_needed", libc::PR_SET_NO_NEW_PRIVS, Layer::NoNewPrivileges);
}

#[test]
fn death_with_the_runner_is_needed() {
    refused_without_prctl("death_with_the_runner_is_needed", libc::PR_SET_PDEATHSIG, Layer::ParentDeath);
}

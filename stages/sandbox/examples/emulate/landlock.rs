//! An older Landlock: questions for the version are answered with it, and rulesets that name rights it does not know are refused as an
//! older kernel would (landlock(7)); all else goes to the kernel.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::time::Duration;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags};

const VERSION_QUESTION: u64 = 1;
/// `SECCOMP_IOCTL_NOTIF_RECV` and `SECCOMP_IOCTL_NOTIF_SEND` of linux/seccomp.h.
const RECEIVE: libc::c_ulong = 0xC050_2100;
const SEND: libc::c_ulong = 0xC018_2101;

/// Runs the command under this version of Landlock to its end and gives its exit code.
pub(crate) fn run(command: &mut Command, version: u32) -> std::io::Result<u8> {
    let (ours, theirs) =
        rustix::net::socketpair(rustix::net::AddressFamily::UNIX, rustix::net::SocketType::STREAM, rustix::net::SocketFlags::CLOEXEC, None)?;
    crate::before_exec(command, move || {
        let listener = listen()?;
        let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut room);
        let descriptors = [listener.as_fd()];
        control.push(SendAncillaryMessage::ScmRights(&descriptors));
        rustix::net::sendmsg(&theirs, &[IoSlice::new(b"x")], &mut control, SendFlags::empty())?;
        Ok(())
    });
    let mut child = command.spawn()?;
    let listener = receive(ours.as_fd())?;
    loop {
        let mut ready = [rustix::event::PollFd::new(&listener, rustix::event::PollFlags::IN)];
        let tick = rustix::event::Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
        if rustix::event::poll(&mut ready, Some(&tick))? > 0 && ready[0].revents().contains(rustix::event::PollFlags::IN) {
            answer(&listener, version)?;
        }
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(137));
        }
        std::thread::sleep(Duration::ZERO);
    }
}

/// Installs the filter that asks us, in the child.
#[expect(unsafe_code, reason = "seccomp(2) has no safe wrapper")]
fn listen() -> std::io::Result<OwnedFd> {
    const LOAD: u16 = 0x20;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    let call = u32::try_from(libc::SYS_landlock_create_ruleset).map_err(std::io::Error::other)?;
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let mut program = [
        step(LOAD, 0, 0, 0),
        step(JUMP_IF_EQUAL, 0, 1, call),
        step(RETURN, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
        step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let filter = libc::sock_fprog { len: 4, filter: program.as_mut_ptr() };
    // SAFETY: integers, and a live filter that the kernel copies.
    let listener = unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        libc::syscall(
            libc::SYS_seccomp,
            libc::c_long::from(libc::SECCOMP_SET_MODE_FILTER),
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER as libc::c_long,
            &raw const filter,
        )
    };
    if listener < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the kernel just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(listener).map_err(std::io::Error::other)?) })
}

fn receive(socket: BorrowedFd<'_>) -> std::io::Result<OwnedFd> {
    let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut room);
    rustix::net::recvmsg(socket, &mut [IoSliceMut::new(&mut [0])], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let descriptor = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    descriptor.ok_or_else(|| std::io::Error::other("the program could not be watched"))
}

/// Answers one question.
#[expect(unsafe_code, reason = "seccomp notifications have no safe wrapper")]
fn answer(listener: &OwnedFd, version: u32) -> std::io::Result<()> {
    let mut asked = MaybeUninit::<libc::seccomp_notif>::zeroed();
    // SAFETY: the kernel fills the struct, for which all-zero bytes are valid and asked for.
    let asked = unsafe {
        if libc::ioctl(listener.as_raw_fd(), RECEIVE, asked.as_mut_ptr()) != 0 {
            // The asker was killed meanwhile.
            return Ok(());
        }
        asked.assume_init()
    };
    let [attributes, size, flags, ..] = asked.data.args;
    let (val, error, flags) = if flags == VERSION_QUESTION {
        (i64::from(version), 0, 0)
    } else {
        match refused(asked.pid, attributes, size, version) {
            Some(errno) => (0, -errno, 0),
            None => (0, 0, u32::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).unwrap_or(0)),
        }
    };
    let mut response = libc::seccomp_notif_resp { id: asked.id, val, error, flags };
    // SAFETY: the kernel reads a live struct.
    unsafe { libc::ioctl(listener.as_raw_fd(), SEND, &raw mut response) };
    Ok(())
}

/// What a kernel of this version says of a ruleset.
fn refused(pid: u32, address: u64, size: u64, version: u32) -> Option<i32> {
    let filesystem: u64 = match version {
        0 | 1 => (1 << 13) - 1,
        2 => (1 << 14) - 1,
        3 | 4 => (1 << 15) - 1,
        _ => (1 << 16) - 1,
    };
    let known = [filesystem, if version >= 4 { 3 } else { 0 }, if version >= 6 { 3 } else { 0 }];
    let fields = match version {
        0..=3 => 1,
        4 | 5 => 2,
        _ => 3,
    };
    let mut bytes = vec![0; usize::try_from(size.min(4096)).unwrap_or(0)];
    let read = File::open(format!("/proc/{pid}/mem")).and_then(|memory| memory.read_exact_at(&mut bytes, address));
    if read.is_err() {
        return Some(libc::EFAULT);
    }
    for (number, field) in bytes.chunks(8).enumerate() {
        let value = field.try_into().map_or(u64::MAX, u64::from_ne_bytes);
        if number >= fields && value != 0 {
            return Some(libc::E2BIG);
        }
        if number < fields && value & !known[number] != 0 {
            return Some(libc::EINVAL);
        }
    }
    None
}

//! A Landlock ruleset that handles every right the kernel knows and grants none.

use std::os::fd::OwnedFd;

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope};

/// The newest interface this crate knows; older kernels handle what they have of it.
const NEWEST: ABI = ABI::V9;

/// The ruleset, or nothing on a kernel without Landlock.
pub(super) fn deny_all() -> Result<Option<OwnedFd>, String> {
    if landlock_abi() == 0 {
        return Ok(None);
    }
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .map_err(|error| error.to_string())?;
    Ok(ruleset.into())
}

/// The kernel's Landlock version; 0 when it has none.
#[must_use]
#[expect(unsafe_code, reason = "the landlock crate does not tell the version")]
pub fn landlock_abi() -> u32 {
    const VERSION: libc::c_long = 1;
    // SAFETY: with this flag the call takes no memory and only returns a number.
    let abi = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) };
    u32::try_from(abi).unwrap_or(0)
}

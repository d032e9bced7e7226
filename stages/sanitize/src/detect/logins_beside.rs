//! Users and passwords in notations of products: `user/password@` of Oracle, addresses of India's UPI, jobs of IBM i.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, not_users::is_ordinary};

/// `jdbc:oracle:thin:u/p@host`, `sqlplus u/p@db`: user and password go, the host stays.
pub(crate) const ORACLE_LOGIN: Detector = Detector {
    id: "oracle_login",
    trigger: Trigger::At,
    needs: Needs::ANY,
    find: oracle,
    matches: &[
        "jdbc:oracle:thin:CIF_RO/Tr3llis#09@//exa-scan.dc2:1521/CIFPRD",
        "jdbc:oracle:oci:app/tiger@core",
        "sqlplus -s batch/Qw7_pond@CIFPRD @run.sql",
        "expdp userid=app/Harbour9@core full=y",
        "connect sys/Tr4ins@core as sysdba",
        "CONN app/Tr4ins@//db:1521/x",
    ],
    misses: &[
        "jdbc:oracle:thin:@//exa-scan.dc2:1521/CIFPRD",
        "sqlplus /@wallet",
        "a/b@c",
        "pulled team/image@sha256",
        "sqlplus ${U}/${P}@db",
        "connect to a/b@c",
    ],
};

/// `name@okhdfcbank`.
pub(crate) const UPI_ADDRESS: Detector = Detector {
    id: "upi_address",
    trigger: Trigger::At,
    needs: Needs::ANY,
    find: upi,
    matches: &["payerVpa=sunita.bhosale88@okhdfcbank payeeName", "collect from 9876543210@ybl declined", "vpa: rkumar@upi,"],
    misses: &["bean@okhdfcbank2", "user@internal", "x@upi.example.com", "@ybl", "a@paytm-gw", "pkg@ybl/x"],
};

/// `774120/DWHITLOCK/QPADEV000J`: number, user and name of a job.
pub(crate) const IBM_JOB: Detector = Detector {
    id: "ibm_job",
    trigger: Trigger::Digits,
    needs: Needs::len(6, 6).behind(b"/"),
    find: job,
    matches: &["Job 774120/DWHITLOCK/QPADEV000J 06:41:07", "774120/KPATEL04/CIFBATCH ended"],
    misses: &[
        "774120/QSECOFR/QPADEV000J",
        "774120/QUSER/QZDASOINIT",
        "77412/DWHITLOCK/QPADEV",
        "774120/dwhitlock/x",
        "774120/DWHITLOCK",
        "774120/EUR/USD",
        "/774120/DATA/FILE",
    ],
};

/// Words before the login of a client of Oracle.
const CLIENTS: &[&[u8]] =
    &[b"sqlplus", b"sqlldr", b"expdp", b"impdp", b"rman", b"sqlcl", b"connect", b"conn", b"exp", b"imp", b"-s", b"-l", b"target", b"-S", b"-L"];
/// Handles of payment service providers (NPCI's list of UPI).
#[rustfmt::skip]
const HANDLES: &[&[u8]] = &[
    b"okhdfcbank", b"okicici", b"oksbi", b"okaxis", b"okbizaxis", b"okbizicici", b"okcredit", b"ybl", b"ibl", b"axl", b"paytm", b"apl", b"yapl", b"rapl", b"upi", b"icici", b"sbi", b"hdfcbank", b"axisbank", b"kotak", b"ikwik", b"jupiteraxis", b"fbl", b"yesbank", b"ybankl",
    b"airtel", b"idfcbank", b"idfcfirst", b"barodampay", b"cnrb", b"pnb", b"ptyes", b"ptaxis", b"pthdfc", b"ptsbi", b"abfspay", b"axisb", b"freecharge", b"waicici", b"wahdfcbank", b"waaxis", b"wasbi", b"timecosmos", b"tapicici", b"sliceaxis", b"pingpay", b"rbl", b"federal",
    b"indus", b"kbl", b"idbi", b"unionbank", b"mahb", b"iob", b"uco", b"aubank", b"equitas", b"dbs", b"hsbc", b"citi", b"sib", b"kvb", b"dlb", b"postbank", b"payzapp", b"pockets", b"ezeepay", b"eazypay", b"mbk", b"amazonpay", b"naviaxis", b"superyes", b"yescred", b"axisgo",
];

fn oracle(spot: &Spot<'_>) -> Option<Found> {
    let head = spot.text.get(spot.at.saturating_sub(96)..spot.at)?;
    // Asked for every `@`, and few have a slash before them.
    memchr::memrchr(b'/', head)?;
    let word = head.iter().rev().take_while(|&&byte| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'(' | b',')).count();
    let (before, word) = head.split_at(head.len() - word);
    memchr::memrchr(b'/', word)?;
    let thin = || {
        let drivers = [&b"oracle:thin:"[..], b"oracle:oci:", b"oracle:oci8:"];
        drivers.iter().find_map(|driver| memchr::memmem::find(word, driver).map(|at| at + driver.len()))
    };
    let from = match memchr::memchr(b':', word).and_then(|_| thin()) {
        Some(from) => from,
        None => {
            let named = [&b"userid="[..], b"USERID="].iter().find_map(|name| word.starts_with(name).then_some(name.len()));
            let command = before.trim_ascii_end();
            let len = command.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
            let client = CLIENTS.iter().any(|known| known.eq_ignore_ascii_case(&command[command.len() - len..]));
            named.or(client.then_some(0))?
        }
    };
    let login = word.get(from..)?;
    let slash = memchr::memchr(b'/', login)?;
    let (user, password) = (&login[..slash], &login[slash + 1..]);
    let sound = user.len() >= 2
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'.'))
        && user[0].is_ascii_alphabetic();
    (sound && password.len() >= 2 && !password.starts_with(b"$") && !password.starts_with(b"&") && !password.ends_with(b"]"))
        .then(|| Found::strong(spot.at - login.len(), spot.at, PiiClass::Secret))?
}

fn upi(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.at + 1..)?;
    let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    // Asked for every `@`, and handles have three to thirteen letters.
    if !(3..=13).contains(&len) {
        return None;
    }
    let end = spot.at + 1 + len;
    let ends = !matches!(spot.byte(end), b'.' | b'-' | b'_' | b'/' | b'@' | 0x80..) || (spot.byte(end) == b'.' && spot.byte(end + 1) <= b' ');
    if !ends || !HANDLES.iter().any(|handle| handle.eq_ignore_ascii_case(&rest[..len])) {
        return None;
    }
    let name =
        spot.text.get(..spot.at)?.iter().rev().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')).count();
    (name >= 2 && spot.at - name >= spot.floor).then(|| Found::strong(spot.at - name, end, PiiClass::User))?
}

fn job(spot: &Spot<'_>) -> Option<Found> {
    if spot.end - spot.at != 6 || spot.byte(spot.end) != b'/' || matches!(spot.before(), b'/' | b'-' | b'.' | b'_') {
        return None;
    }
    let part = |from: usize| {
        let rest = spot.text.get(from..).unwrap_or_default();
        let len = rest
            .iter()
            .take(11)
            .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'#' | b'@' | b'$'))
            .count();
        rest[..len].first().filter(|byte| byte.is_ascii_uppercase()).map(|_| from + len)
    };
    let start = spot.end + 1;
    let end = part(start).filter(|&end| spot.byte(end) == b'/')?;
    let behind = part(end + 1)?;
    let user = spot.text.get(start..end)?;
    let whole = !spot.byte(behind).is_ascii_alphanumeric() && behind - end > 4;
    // Profiles of the system begin with Q.
    (user.len() >= 4 && whole && user[0] != b'Q' && !is_ordinary(user)).then(|| Found::by_cue(start, end, PiiClass::User))?
}

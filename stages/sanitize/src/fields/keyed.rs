//! Names of many: plurals (`customerIds`), and objects whose keys are values (`balancesByAccount`, `acctBalances`, `customers`).

/// What is told of each: `acct_balances` has accounts for keys.
#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "balances", "limits", "totals", "amounts", "statuses", "scores", "flags", "counts", "holds", "roles", "tags", "positions", "entries", "segments", "counters",
    "attempts", "retries", "states", "events", "errors", "failures", "dict", "table", "store", "registry", "hits", "counter", "map", "index", "cache", "lookup", "details", "profiles", "records", "results", "preferences", "settings", "ratings", "risks",
];
/// What may be counted by something.
const COUNTED: &[&str] =
    &["count", "total", "amount", "sum", "map", "index", "balance", "limit", "score", "status", "lookup", "group", "grouped", "keyed"];

/// Last words of lists: `pin_list` holds one PIN or more.
const LISTS: &[&str] = &["list", "array", "set", "values", "items", "arr", "vec", "batch", "liste", "lista", "lists", "parts", "pieces"];

/// Endings of pieces.
const PARTS: &[&str] =
    &["_hi", "_lo", "_high", "_low", "_part", "_head", "_tail", "_upper", "_lower", "_first", "_second", "_left", "_right", "_segment"];

/// The name of what a piece belongs to: `pesel_part1`, `iban_hi`.
pub(super) fn part(name: &str) -> Option<&str> {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    PARTS.iter().find_map(|part| bare.strip_suffix(part))
}

/// The singular of a name's last word; none when it is none.
pub(super) fn singular(name: &str) -> Option<String> {
    if let Some((one, last)) = name.rsplit_once('_')
        && LISTS.contains(&last)
    {
        return Some(singular(one).unwrap_or_else(|| one.to_owned()));
    }
    if name.len() < 4 || !name.ends_with('s') || name.ends_with("ss") || name.ends_with("us") {
        return None;
    }
    if let Some(stem) = name.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    if let Some(stem) = name.strip_suffix("es").filter(|stem| stem.ends_with("ss") || stem.ends_with('x') || stem.ends_with("ch")) {
        return Some(stem.to_owned());
    }
    name.strip_suffix('s').map(str::to_owned)
}

/// What the keys of an object of this name are, as a name; and whether the name says so itself.
pub(super) fn key_name(name: &str) -> Option<(String, bool)> {
    // `by_user_id`: an index.
    if let Some(by) = name.strip_prefix("by_").or_else(|| name.strip_prefix("per_")) {
        return Some((by.to_owned(), true));
    }
    if let Some((counted, by)) = split_by(name) {
        if matches!(by, "id" | "key" | "number" | "no" | "ref") {
            return Some((singular(counted).unwrap_or_else(|| counted.to_owned()), false));
        }
        let last = counted.rsplit('_').next().unwrap_or(counted);
        return (last.ends_with('s') || COUNTED.contains(&last)).then(|| (by.to_owned(), true));
    }
    if let Some(by) = name.strip_prefix("by_").filter(|by| !matches!(*by, "id" | "key" | "number" | "no" | "ref")) {
        return Some((by.to_owned(), true));
    }
    if let Some((first, last)) = name.rsplit_once('_')
        && MEASURES.contains(&last)
    {
        return Some((singular(first).unwrap_or_else(|| first.to_owned()), false));
    }
    Some((singular(name).unwrap_or_else(|| name.to_owned()), false))
}

/// Whether the name is a container's alone: what is below it is no value of the class that its last word names.
pub(super) fn is_container(name: &str) -> bool {
    name.starts_with("by_") || split_by(name).is_some() && key_name(name).is_some()
}

fn split_by(name: &str) -> Option<(&str, &str)> {
    name.split_once("_by_").or_else(|| name.split_once("_per_"))
}

/// Whether a number is how many there are, and no value: `accounts=3`.
pub(crate) fn is_count(name: &str, value: &str) -> bool {
    // `4,771` is one as well.
    let parted =
        value.contains(',') && value.len() <= 11 && value.split(',').enumerate().all(|(at, part)| part.len() == 3 || at == 0 && part.len() < 4);
    let total = ["total", "num_", "number_of"].iter().any(|start| name.starts_with(start)) && value.len() <= 10;
    (value.len() <= 4 || parted || total)
        && !name.ends_with("years")
        && (name.ends_with('s') && !name.ends_with("ss") || name.ends_with("list"))
        && value.bytes().all(|byte| byte.is_ascii_digit() || parted && byte == b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(&str, bool)>) {
        assert_eq!(key_name(name), expected.map(|(name, explicit)| (name.to_owned(), explicit)), "{name}");
    }

    #[test]
    fn keys_have_the_name_of_what_is_counted() {
        check("limits_by_pan", Some(("pan", true)));
        check("acct_balances", Some(("acct", false)));
        check("customers", Some(("customer", false)));
        check("beneficiaries", Some(("beneficiary", false)));
        check("approvals_by_signer", Some(("signer", true)));
        check("approved_by_user", None);
        check("customer_by_id", Some(("customer", false)));
        check("status", Some(("status", false)));
        check("user", Some(("user", false)));
        check("by_device_id", Some(("device_id", true)));
        check("client_id_map", Some(("client_id", false)));
        assert_eq!(singular("pin_list").as_deref(), Some("pin"));
        assert_eq!(singular("addresses").as_deref(), Some("address"));
        assert!(is_container("limits_by_pan") && !is_container("approved_by_user"));
        assert!(is_count("accounts", "12") && is_count("tokens", "38,114") && !is_count("accounts", "12345678") && !is_count("account", "12"));
    }
}

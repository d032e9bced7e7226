//! Access logs of web servers: the Common and Combined Log Formats (NCSA httpd; Apache `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, nginx `combined`).
//! A line of that form becomes a JSON object, so that users, addresses, methods, routes and statuses are fields like those of any other source.

use crate::fields::FieldMap;
use crate::made::Made;

/// Names of the fields, in the order of the line.
const FIELDS: [&str; 10] = ["client_ip", "ident", "user", "timestamp", "method", "path", "protocol", "status", "bytes", "referer"];

/// Writes the parts of `line` as an object; false (and `made` in any state) when it is no such line.
pub(crate) fn to_json(line: &str, map: &FieldMap, made: &mut Made) -> bool {
    let Some(parts) = parts(line) else { return false };
    made.begin();
    let named = FIELDS.iter().zip(parts.named).chain([(&"user_agent", parts.agent), (&"rest", parts.rest)]);
    for (name, value) in named.filter(|(_, value)| !matches!(*value, "" | "-")) {
        made.field(&format!("\"{name}\":"), value, map.may_matter(name.as_bytes()));
    }
    made.end();
    true
}

struct Parts<'l> {
    named: [&'l str; FIELDS.len()],
    agent: &'l str,
    rest: &'l str,
}

fn parts(line: &str) -> Option<Parts<'_>> {
    let (head, after) = line.split_once(" [")?;
    let (time, after) = after.split_once("] \"")?;
    let mut words = head.split(' ');
    let (client, ident, user) = (words.next()?, words.next()?, words.next()?);
    // `10/Oct/2000:13:55:36 -0700`
    let dated = time.len() >= 20 && time.as_bytes().get(2) == Some(&b'/') && time.as_bytes().get(6) == Some(&b'/');
    if words.next().is_some() || !dated || client.is_empty() {
        return None;
    }
    let (request, after) = quoted(after)?;
    let mut words = request.splitn(3, ' ');
    let (method, path, protocol) = (words.next()?, words.next().unwrap_or(""), words.next().unwrap_or(""));
    let mut words = after.trim_ascii_start().splitn(3, ' ');
    let (status, bytes, after) = (words.next()?, words.next().unwrap_or(""), words.next().unwrap_or(""));
    if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (referer, after) = after.strip_prefix('"').and_then(quoted).unwrap_or(("", after));
    let (agent, rest) = after.trim_ascii_start().strip_prefix('"').and_then(quoted).unwrap_or(("", after));
    Some(Parts { named: [client, ident, user, time, method, path, protocol, status, bytes, referer], agent, rest: rest.trim_ascii() })
}

/// What stands before the closing quote, and what behind it; a quote inside is written `\"`.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(['"', '\\'])?;
        if text.as_bytes()[at] == b'"' {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<'a>(line: &str, expected: impl Into<Option<&'a str>>) {
        let mut made = Made::default();
        let json = to_json(line, &FieldMap::new(&schemas::policy::IngestPolicy::default(), 0), &mut made).then_some(made.text());
        assert_eq!(json, expected.into(), "{line}");
    }

    #[test]
    fn lines_of_web_servers_become_objects() {
        check(
            r#"10.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /accounts/4711?x=1 HTTP/1.1" 200 2326"#,
            r#"{"client_ip":"10.0.0.1","user":"frank","timestamp":"10/Oct/2000:13:55:36 -0700","method":"GET","path":"/accounts/4711?x=1","protocol":"HTTP/1.1","status":"200","bytes":"2326"}"#,
        );
        check(
            r#"::1 - - [10/Oct/2000:13:55:36 +0000] "POST /t HTTP/2.0" 201 - "https://a/b" "curl \"8\"" 0.031"#,
            r#"{"client_ip":"::1","timestamp":"10/Oct/2000:13:55:36 +0000","method":"POST","path":"/t","protocol":"HTTP/2.0","status":"201","referer":"https://a/b","user_agent":"curl \\\"8\\\"","rest":"0.031"}"#,
        );
        check(
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "-" 408 0"#,
            r#"{"client_ip":"1.2.3.4","timestamp":"10/Oct/2000:13:55:36 +0000","status":"408","bytes":"0"}"#,
        );
    }

    #[test]
    fn anything_else_is_text() {
        for line in [
            "",
            "INFO [main] \"x\" 200 1",
            r#"a b [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 200 1"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" ok 1"#,
            r#"1.2.3.4 - - [10/Oct/2000:13:55:36 +0000] "GET /"#,
        ] {
            check(line, None);
        }
    }
}

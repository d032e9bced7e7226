//! Words that stand behind `user` or `login` in logs and name nobody: parts of sentences, things that users have, and accounts of systems.

use std::sync::LazyLock;

use super::word_list::WordList;

/// In small letters.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "telefonico", "telefonica", "telefonia", "economico", "logistico", "sanitario", "a", "abend", "access", "account", "accounts", "action", "actions", "activity", "added", "address", "admin", "administrator", "agent", "agents", "all", "also", "an", "and", "anonymous", "any", "api", "app", "application", "are", "as", "at", "attempt", "attempts", "attribute",
    "authenticated", "auto", "automated", "automatic", "bot", "robot", "workflow", "engine", "authentication", "authorization", "base", "batch", "because", "been", "before", "behavior", "behaviour", "blocked", "but", "by", "can", "cancelled", "cannot", "card", "change", "changed", "channel", "choice", "class", "clicked", "client", "code", "completed",
    "config", "configuration", "confirmed", "consent", "context", "controller", "count", "could", "created", "creation", "credential", "credentials", "daemon", "data", "database", "declined", "default", "defined", "deleted", "denied", "details", "device", "did", "directory", "disabled",
    "does", "done", "email", "enabled", "entered", "entity", "entry", "error", "event", "events", "exceeded", "exists", "expected", "experience", "expired", "external", "fail", "failed", "failure", "false", "feedback", "field", "file", "first", "flag", "flow", "for", "form", "found", "from", "group", "groups",
    "guest", "guide", "had", "handler", "has", "have", "he", "header", "home", "id", "identifier", "identity", "if", "import", "in", "info", "information", "init", "initiated", "input", "interaction", "interface", "internal", "invalid", "is", "it", "jenkins", "job", "journey", "key", "kind", "language", "last", "left", "level",
    "limit", "limits", "list", "load", "locale", "location", "lock", "locked", "log", "logged", "login", "logins", "logout", "logs", "lookup", "management", "manager", "manual", "map", "mapping", "may", "menu", "message", "messages", "might", "mode", "model", "module", "must", "mysql", "name", "names", "new", "nil", "no",
    "nobody", "node", "none", "not", "note", "now", "null", "object", "of", "off", "ok", "on", "only", "or", "oracle", "order", "other", "page", "panel", "password", "path", "permission", "permissions", "phone", "pin", "pool", "portal", "postgres", "preference", "preferences", "presence", "pressed", "privilege", "privileges", "process",
    "profile", "profiles", "prompt", "prompted", "property", "provided", "provider", "query", "queue", "rate", "received", "record", "records", "registered", "registration", "rejected", "removed", "repository", "request", "requested", "requests", "required", "response", "result", "retry", "role", "roles", "root", "rule", "rules", "said",
    "schema", "scope", "screen", "search", "security", "segment", "selected", "selection", "server", "service", "services", "session", "sessions", "set", "settings", "setup", "should", "sid", "since", "sign", "signed", "so", "space", "spool", "sql", "sshd", "stage", "started", "state", "status", "step", "still", "stopped", "store", "string", "submitted", "success",
    "successful", "successfully", "support", "suspended", "sync", "sys", "sysdba", "system", "table", "task", "tenant", "test", "that", "the", "their", "then", "this", "ticket", "time", "timeout", "to", "token", "tokens", "tool", "tracking", "traffic", "true", "tried", "try", "type", "types", "ubuntu", "undefined", "unknown", "unlocked", "update", "updated", "updates", "upn",
    "url", "used", "user", "username", "users", "using", "uuid", "validation", "value", "values", "verification", "verified", "version", "via", "view", "was", "we", "web", "well", "when", "where", "which", "while", "who", "whose", "will", "window", "with", "without", "would", "www", "you", "your",
    "benutzer", "nutzer", "konto", "nicht", "ist", "wurde", "hat", "gesperrt", "unbekannt", "und", "oder", "der", "die", "das", "mit", "pas", "est", "inconnu", "et", "no", "bloqueado", "desconocido", "non", "bloccato", "niet", "geblokkeerd", "een", "het", "the",
    "cics", "tso", "ims", "jes", "sysadm", "db", "dba", "svc", "service", "kafka", "nginx", "redis", "apache", "tomcat", "hadoop", "git", "deploy", "monitor", "backup", "replication", "replicator", "reports", "interactive", "batchuser", "scheduler", "cron", "ftp", "sftp", "mail",
    "usr", "dropdown", "button", "link", "event", "guidance", "story", "stories", "expectation", "soon", "possible", "follows", "usual", "part", "well", "long", "far", "many", "much", "above", "below", "described", "needed", "primary", "leader", "follower", "standby", "master", "replica", "backup",
    "read", "readonly", "normal", "active", "inactive", "pending", "closed", "open", "public", "private", "shared", "duplicate", "valid", "per", "every", "each", "another", "same", "current", "previous", "next", "both", "either", "neither", "one", "two", "three", "more", "less", "than", "into", "out", "over", "under", "after", "during", "until",
    "kubelet", "containerd", "dockerd", "letsencrypt", "sonarqube", "pagerduty", "drools", "airflow", "autosys", "controlm", "terraform", "gitlab", "github", "dependabot", "prometheus", "grafana", "alertmanager", "splunk", "logstash", "fluentd", "filebeat", "istio", "envoy", "consul", "keycloak", "frontend", "backend", "checksum",
    "webhook", "cronjob", "rootca", "liquibase", "flyway", "unassigned", "eodbatch", "eodpost", "glpost", "eod", "algo", "codeowners", "gte", "lte", "equals", "like", "contains", "between", "greater", "plus", "minus",
    "again", "already", "always", "never", "please", "yet", "ui", "ux", "ip", "dn", "cn", "ou", "domain", "realm", "policy", "policies", "operations", "operation", "privacy", "notification", "notifications", "account_id", "activated", "deactivated", "assigned", "approval", "approved", "authorised", "authorized", "reset", "resets",
];

static LIST: LazyLock<WordList> = LazyLock::new(|| WordList::new(WORDS));

/// Whether a word is one of those, in either case.
pub(crate) fn is_ordinary(word: &[u8]) -> bool {
    LIST.has(word)
}

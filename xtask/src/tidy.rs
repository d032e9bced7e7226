//! The rules no compiler checks.
//!
//! Who may depend on whom (normal, build and development dependencies alike), which crates may never be in the tree of a stage or the
//! runner, where `unsafe` may stand, that every package inherits the workspace's lints, and that each outside dependency has its
//! reason in `docs/DEPENDENCIES.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tree;

/// Package, and the workspace packages it may depend on. Any other edge fails.
const EDGES: [(&str, &[&str]); 12] = [
    ("schemas", &[]),
    ("sandbox", &[]),
    ("stage-runtime", &["schemas", "sandbox"]),
    ("stage-ingest", &["schemas", "stage-runtime"]),
    ("stage-sanitize", &["schemas", "stage-runtime"]),
    ("stage-mine", &["schemas", "stage-runtime"]),
    ("stage-dp-report", &["schemas", "stage-runtime"]),
    ("stage-gherkin", &["schemas", "stage-runtime"]),
    ("runner", &["schemas", "sandbox"]),
    ("fuzz", &[]),
    ("synth", &["schemas"]),
    ("xtask", &["schemas", "synth"]),
];

/// What any package may depend on for its tests alone: the fuzz driver depends on no package of the workspace, so it can tie no two
/// together, and a target beside its parser reaches private functions that would otherwise have to be made public.
const FOR_TESTS: [&str; 1] = ["fuzz"];

/// Network, TLS and async crates: none may be in the tree of a stage or the runner.
const FORBIDDEN: [&str; 18] = [
    "tokio",
    "async-std",
    "smol",
    "futures-executor",
    "mio",
    "hyper",
    "reqwest",
    "ureq",
    "curl",
    "isahc",
    "rustls",
    "native-tls",
    "openssl",
    "openssl-sys",
    "socket2",
    "quinn",
    "tonic",
    "async-executor",
];

/// Packages that end up in a sealed stage or the runner.
const SEALED: [&str; 7] = ["stage-ingest", "stage-sanitize", "stage-mine", "stage-dp-report", "stage-gherkin", "runner", "sandbox"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<NodeDependency>,
}

#[derive(Deserialize)]
struct NodeDependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

/// Checks every rule and lists every breach.
///
/// # Errors
/// When a rule is broken, with one line for each place.
pub fn run() -> Result<()> {
    let output = tree::cargo().args(["metadata", "--format-version", "1", "--locked", "--all-features"]).output().context("run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("read cargo metadata")?;
    let mut breaches = Vec::new();
    check_edges(&metadata, &mut breaches);
    check_forbidden(&metadata, &mut breaches);
    check_manifests(&metadata, &mut breaches)?;
    check_reasons(&metadata, &mut breaches)?;
    check_unsafe(&mut breaches)?;
    if breaches.is_empty() {
        return Ok(());
    }
    bail!("{} rules are broken:\n  {}", breaches.len(), breaches.join("\n  "))
}

fn members(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id))
}

fn check_edges(metadata: &Metadata, breaches: &mut Vec<String>) {
    for package in members(metadata) {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == package.name) else {
            breaches.push(format!("{}: a package without a row in the table of allowed edges (xtask/src/tidy.rs)", package.name));
            continue;
        };
        let inner = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
        let for_tests = |dependency: &Dependency| dependency.kind.as_deref() == Some("dev") && FOR_TESTS.contains(&dependency.name.as_str());
        for dependency in inner.filter(|dependency| !allowed.contains(&dependency.name.as_str()) && !for_tests(dependency)) {
            breaches.push(format!("{} depends on {}: allowed are {allowed:?}", package.name, dependency.name));
        }
    }
}

/// Walks normal and build dependencies; development dependencies do not end up in a binary.
fn check_forbidden(metadata: &Metadata, breaches: &mut Vec<String>) {
    let names: BTreeMap<&str, &str> = metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    for package in members(metadata).filter(|package| SEALED.contains(&package.name.as_str())) {
        let mut seen = BTreeSet::new();
        let mut open = vec![package.id.as_str()];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if FORBIDDEN.contains(&names[id]) {
                breaches.push(format!("{} has {} in its tree: no network, TLS or async crate may be there", package.name, names[id]));
            }
            let shipped = |dependency: &&NodeDependency| dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"));
            open.extend(nodes[id].deps.iter().filter(shipped).map(|dependency| dependency.pkg.as_str()));
        }
    }
}

fn check_manifests(metadata: &Metadata, breaches: &mut Vec<String>) -> Result<()> {
    for package in members(metadata) {
        let text = fs::read_to_string(&package.manifest_path).with_context(|| format!("read {}", package.manifest_path.display()))?;
        let manifest: toml::Table = text.parse().with_context(|| format!("read {}", package.manifest_path.display()))?;
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool) == Some(true);
        if !inherits {
            breaches.push(format!("{}: its manifest lacks `[lints] workspace = true`", package.name));
        }
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
            for (name, value) in dependencies {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    breaches.push(format!("{}: {table}.{name} does not say `workspace = true`", package.name));
                }
            }
        }
    }
    Ok(())
}

/// Each outside crate that a package names has a row in the table of reasons.
fn check_reasons(metadata: &Metadata, breaches: &mut Vec<String>) -> Result<()> {
    let reasons = fs::read_to_string(tree::root().join("docs/DEPENDENCIES.md")).context("read docs/DEPENDENCIES.md")?;
    let outside: BTreeSet<&str> = members(metadata)
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.as_str())
        .collect();
    for name in outside {
        if !reasons.lines().any(|line| line.starts_with(&format!("| {name} |"))) {
            breaches.push(format!("docs/DEPENDENCIES.md has no row `| {name} | ...`"));
        }
    }
    Ok(())
}

/// The word `unsafe` in code (not in a comment, string or lint name) outside `stages/sandbox`.
fn check_unsafe(breaches: &mut Vec<String>) -> Result<()> {
    let root = tree::root();
    for top in ["schemas", "stages", "runner", "xtask", "testdata"] {
        for file in rust_files(&root.join(top))? {
            let shown = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            if shown.starts_with("stages/sandbox/") || shown == "xtask/src/tidy.rs" {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| format!("read {shown}"))?;
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if has_unsafe(code) {
                    breaches.push(format!("{shown}:{}: `unsafe` stands outside stages/sandbox", number + 1));
                }
            }
        }
    }
    Ok(())
}

fn has_unsafe(code: &str) -> bool {
    ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe trait", "allow(unsafe_code", "expect(unsafe_code"]
        .iter()
        .any(|form| code.contains(form))
}

fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("list {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_is_seen_and_talk_about_it_is_not() {
        assert!(has_unsafe("let x = unsafe { y() };"));
        assert!(has_unsafe("#[expect(unsafe_code, reason = \"no\")]"));
        assert!(!has_unsafe("let unsafely = 1;"));
    }

    #[test]
    fn the_rules_hold_here() {
        run().unwrap();
    }

    #[test]
    fn a_forbidden_edge_and_a_forbidden_crate_are_breaches() {
        let package =
            |name: &str, dependencies: Vec<Dependency>| Package { id: name.into(), name: name.into(), manifest_path: PathBuf::new(), dependencies };
        let inner = |name: &str| Dependency { name: name.into(), kind: None, path: Some(PathBuf::new()) };
        let link = |name: &str| NodeDependency { pkg: name.into(), dep_kinds: vec![DependencyKind { kind: None }] };
        let metadata = Metadata {
            packages: vec![
                // The fuzz driver is for tests: as a normal dependency it is a breach.
                package("stage-mine", vec![inner("stage-ingest"), inner("fuzz"), Dependency { kind: Some("dev".into()), ..inner("fuzz") }]),
                package("stage-ingest", Vec::new()),
                package("tokio", Vec::new()),
            ],
            workspace_members: vec!["stage-mine".into(), "stage-ingest".into()],
            resolve: Resolve {
                nodes: vec![
                    Node { id: "stage-mine".into(), deps: vec![link("stage-ingest")] },
                    Node { id: "stage-ingest".into(), deps: vec![link("tokio")] },
                    Node { id: "tokio".into(), deps: Vec::new() },
                ],
            },
        };
        let mut breaches = Vec::new();
        check_edges(&metadata, &mut breaches);
        assert_eq!(breaches.len(), 2);
        check_forbidden(&metadata, &mut breaches);
        assert_eq!(breaches.len(), 4);
    }
}

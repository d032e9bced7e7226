//! `canary`: launched before the first step in the sandbox of the steps; tries what must be refused and reports what it saw.
//! In: its mode on descriptor 3. Out: a line for each probe on descriptor 4.

fn main() -> std::process::ExitCode {
    sandbox::canary::program::main()
}

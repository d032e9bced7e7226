#![allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, clippy::disallowed_methods, clippy::print_stdout)]
use schemas::record::RecordKind;
use stage_runtime::testing::Harness;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
static ON: AtomicIsize = AtomicIsize::new(0);
static NOW: AtomicIsize = AtomicIsize::new(0);
static MAX: AtomicIsize = AtomicIsize::new(0);
struct A;
static BIG: AtomicIsize = AtomicIsize::new(0);
const L: usize = 79000;
fn c(n: usize) -> isize {
    if n < L { n as isize } else { 0 }
}
unsafe impl GlobalAlloc for A {
    unsafe fn alloc(&self, l: Layout) -> *mut u8 {
        add(c(l.size()));
        unsafe { System.alloc(l) }
    }
    unsafe fn dealloc(&self, p: *mut u8, l: Layout) {
        add(-c(l.size()));
        unsafe { System.dealloc(p, l) }
    }
    unsafe fn realloc(&self, p: *mut u8, l: Layout, n: usize) -> *mut u8 {
        add(c(n) - c(l.size()));
        unsafe { System.realloc(p, l, n) }
    }
}
fn add(n: isize) {
    if ON.load(Relaxed) != 0 {
        let x = NOW.fetch_add(n, Relaxed) + n;
        MAX.fetch_max(x, Relaxed);
    }
}
#[global_allocator]
static G: A = A;
fn work(c: &mut stage_runtime::StepContext) -> Result<(), stage_runtime::StepError> {
    ON.store(1, Relaxed);
    let r = stage_mine::process(c);
    println!("peak {} KB", MAX.load(Relaxed) / 1024);
    ON.store(0, Relaxed);
    r
}
fn main() {
    let d = std::env::args().nth(1).unwrap();
    let th: u16 = std::env::args().nth(2).unwrap().parse().unwrap();
    let f = |n: &str| std::fs::read(format!("{d}/{n}.lmq")).unwrap();
    let o = Harness::new("mine.assign")
        .job(move |j| j.threads = th)
        .input("clean", f("clean-shard00"))
        .input("template", f("template"))
        .input("event_type", f("event_type"))
        .partitioned_output("event", RecordKind::Event, 8)
        .output("finding_part", RecordKind::Finding)
        .run(work);
    println!("{:?} {}", o.report.error, o.outputs["event"].len());
}

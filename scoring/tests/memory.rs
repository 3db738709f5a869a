//! What a file can make the reader hold. One test, for the memory is that of the whole process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fmt::Write as _;

use scoring::{Checker, Column, ColumnKind, Ids, Schema};

/// The most memory this process has held, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_file_of_any_length_needs_the_memory_of_its_ids_and_no_more() {
    const IDS: usize = 50_000;
    let mut sample = "id\n".to_owned();
    for row in 0..IDS {
        writeln!(sample, "{:016x}", row * 7919).unwrap();
    }
    let ids = Ids::from_csv(sample.as_bytes(), "id").unwrap();
    let long = "x".repeat(60_000);
    let hostile = [
        "0000000000000000,0.5\n".to_owned(),
        "unknown,nan\n".to_owned(),
        format!("{long},{long}\n"),
        ",".repeat(60_000) + "\n",
        format!("\"{long}\n{long}\"\"\n"),
    ];
    let columns = vec![Column { name: "p".to_owned(), kind: ColumnKind::Probability }];
    let schema = Schema { id: "id".to_owned(), columns, rows: None, repeats: false, sums_to_one: false };
    let before = peak_kib();
    for rows in hostile {
        let mut checker = Checker::new(schema.clone(), ids.clone());
        checker.push(b"id,p\n");
        for _ in 0..(16_000_000 / rows.len()).min(100_000) {
            checker.push(rows.as_bytes());
        }
        assert!(checker.finish().is_err());
    }
    // A line number an id; the rest is the longest row and its fields, many times over.
    let bound = (IDS * 8 + (8 << 20)) as u64 / 1024;
    let grown = peak_kib() - before;
    assert!(grown < bound, "{grown} KiB, where {bound} should do");
}

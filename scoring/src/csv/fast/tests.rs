use proptest::prelude::*;

use super::read_with;
use crate::csv::plan::{Plan, PlanColumn, Read};
use crate::csv::reader::Reader;
use crate::csv::{FileErrors, Ids};
use crate::fuzz::told;
use crate::schema::ColumnKind;

fn plan(kinds: Vec<ColumnKind>, optional: bool) -> Plan {
    let names = ["x", "p", "label"];
    let columns = names.into_iter().zip(kinds).map(|(name, kind)| PlanColumn { name: name.to_owned(), kind, optional });
    Plan { id: "id".to_owned(), columns: columns.collect(), ignore_extra: false, repeats: false, sums_to_one: false }
}

/// Columns of a submission.
fn known() -> Plan {
    let classes = ["cat", "개", "10"].map(str::to_owned).to_vec();
    plan(vec![ColumnKind::Number, ColumnKind::Probability, ColumnKind::Label { classes }], false)
}

/// Columns of a solution.
fn open() -> Plan {
    plan(vec![ColumnKind::Weight, ColumnKind::Number, ColumnKind::Label { classes: Vec::new() }], true)
}

/// Probabilities of three classes, not in the order of the files' columns.
fn shares() -> Plan {
    let kinds = vec![ColumnKind::Probability; 3];
    Plan { sums_to_one: true, ..plan(kinds, false) }
}

fn reader(plan: Plan, ids: Option<&Ids>, keep: bool, bytes: &[u8]) -> Result<Read, FileErrors> {
    let mut reader = Reader::new(plan, ids.cloned());
    if keep {
        reader = reader.keeping_values();
    }
    reader.push(bytes);
    reader.finish()
}

/// Compares both ways; whether the quick one went through.
fn agrees(plan: fn() -> Plan, ids: Option<&Ids>, bytes: &[u8]) -> Result<bool, TestCaseError> {
    let mut quick = false;
    for keep in [true, false] {
        for threads in [1, 2] {
            let Some(read) = read_with(threads, &plan(), ids, keep, bytes) else { continue };
            let expected = reader(plan(), ids, keep, bytes);
            prop_assert!(expected.is_ok(), "the reader refuses {:?}: {:?}", String::from_utf8_lossy(bytes), expected);
            prop_assert_eq!(told(&read), told(&expected.unwrap()), "{:?}", String::from_utf8_lossy(bytes));
            quick = true;
        }
    }
    Ok(quick)
}

/// A field of every kind, mostly right.
fn field(right: &'static [&'static str]) -> impl Strategy<Value = String> {
    let odd =
        ["", " ", "\"", "\r", "\0", "nan", "1e400", "\u{85}", "\u{a0}a", "a ", "-0", "1e-3", "+1", ".", "１", "cat,"];
    prop_oneof![
        200 => prop::sample::select(right).prop_map(str::to_owned),
        1 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
    ]
}

/// Rows of a file, each an id and three values; their order is that of the ids, turned or reversed.
fn file(form: u8) -> impl Strategy<Value = (Vec<String>, Vec<u8>)> {
    let values = (
        field(&["0", "-0.0", "0.5", "12.25", "1e-05", "0.1234567890123456789"]),
        field(&["0", "1", "0.25", "1e-9", "0.30000000000000004"]),
        field(&["cat", "개", "10"]),
    );
    let name = move |number: usize| match form {
        0 => format!("P{number:03}"),
        1 => format!("{:012x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16),
        _ => format!("{:x}é", number * 7919),
    };
    let ends = prop_oneof![20 => Just("\n"), 20 => Just("\r\n"), 1 => Just("\r"), 1 => Just("\n\n"), 1 => Just(",\n")];
    let starts = prop_oneof![20 => Just(""), 5 => Just("\u{feff}"), 1 => Just("\n"), 1 => Just("\0")];
    let rows = prop::collection::vec(values, 0..200);
    (rows, ends, starts, 0_usize..8, any::<prop::sample::Index>(), 0_usize..30, any::<bool>()).prop_map(
        move |(rows, end, start, layout, turn, fault, last_end)| {
            let ids: Vec<String> = (0..rows.len()).map(name).collect();
            let mut order: Vec<usize> = (0..rows.len()).collect();
            if layout & 1 == 1 && !order.is_empty() {
                let turn = turn.index(order.len());
                order.rotate_left(turn);
                order[turn..].reverse();
            }
            match (fault, order.len()) {
                (0, 2..) => order[0] = order[1],
                (1, 1..) => order.truncate(order.len() - 1),
                (2, 1..) => order.push(order[0]),
                (3, 1..) => order[0] = 999,
                _ => {}
            }
            let line = |fields: [&str; 4]| {
                let [id, x, p, label] = fields;
                let fields = if layout & 2 == 2 { [label, id, p, x] } else { [id, x, p, label] };
                fields.join(",")
            };
            let header = line(["id", "x", if fault == 4 { "P" } else { "p" }, "label"]);
            let rows = order.iter().map(|&row| {
                let (x, p, label) = rows.get(row).cloned().unwrap_or_default();
                line([&name(row), &x, &p, &label])
            });
            let mut text = start.to_owned() + &std::iter::once(header).chain(rows).collect::<Vec<_>>().join(end);
            if last_end {
                text.push_str(end);
            }
            (ids, text.into_bytes())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_quick_way_reads_what_the_reader_reads_or_nothing((names, bytes) in (0_u8..3).prop_flat_map(file)) {
        agrees(open, None, &bytes)?;
        let ids = Ids::from_csv(format!("id\n{}", names.join("\n")).as_bytes(), "id");
        if let Ok(ids) = ids {
            agrees(known, Some(&ids), &bytes)?;
        }
    }

    #[test]
    fn one_wrong_byte_anywhere_is_judged_by_the_reader(
        (names, mut bytes) in (0_u8..3).prop_flat_map(file),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), prop::sample::select(b"\",\r\n 0.eE+-P\0".to_vec())],
        insert in any::<bool>(),
    ) {
        let at = at.index(bytes.len());
        if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
        agrees(open, None, &bytes)?;
        let ids = Ids::from_csv(format!("id\n{}", names.join("\n")).as_bytes(), "id");
        if let Ok(ids) = ids {
            agrees(known, Some(&ids), &bytes)?;
        }
    }
}

/// Three probabilities, mostly near a sum of 1 or a hair from where it is refused.
fn row_of_shares() -> impl Strategy<Value = [String; 3]> {
    let rest =
        prop_oneof![20 => Just(0.0), 1 => Just(0.001), 1 => Just(-0.001), 1 => Just(0.001_000_001), 1 => Just(0.0011)];
    (0.0..0.5_f64, 0.0..0.5_f64, rest, 3_usize..18)
        .prop_map(|(a, b, off, digits)| [a, b, (1.0 - a - b + off).max(0.0)].map(|share| format!("{share:.digits$}")))
}

proptest! {
    #[test]
    fn rows_that_do_not_add_up_are_left_to_the_reader(
        rows in prop::collection::vec(row_of_shares(), 1..150),
        order in Just(["x", "p", "label"]).prop_shuffle(),
    ) {
        let ids = Ids::from_csv(format!("id\n{}", (0..rows.len()).map(|row| row.to_string()).collect::<Vec<_>>().join("\n")).as_bytes(), "id").unwrap();
        let lines = rows.iter().enumerate().map(|(row, shares)| format!("{row},{}\n", shares.join(",")));
        let file = format!("id,{}\n", order.join(",")) + &lines.collect::<String>();
        let quick = agrees(shares, Some(&ids), file.as_bytes())?;
        prop_assert_eq!(quick, reader(shares(), Some(&ids), false, file.as_bytes()).is_ok());
    }
}

#[test]
fn clean_files_go_the_quick_way() {
    for names in [["P1", "P2", "P3"], ["a", "bb", "가 나"]] {
        let ids = Ids::from_csv(format!("id\n{}", names.join("\n")).as_bytes(), "id").unwrap();
        let [a, b, c] = names;
        for end in ["\n", "\r\n"] {
            for lines in [
                [
                    "id,x,p,label".to_owned(),
                    format!("{a},1,.5,개"),
                    format!("{b},-2.5,1e-3,10"),
                    format!("{c},3e5,1,cat"),
                ],
                ["p,label,id,x".to_owned(), format!("1,cat,{c},1"), format!("0,cat,{a},1"), format!("0.5,개,{b},1")],
            ] {
                for text in [lines.join(end), lines.join(end) + end, format!("\u{feff}{}", lines.join(end))] {
                    assert!(agrees(known, Some(&ids), text.as_bytes()).unwrap(), "{text:?}");
                }
            }
            let solution = ["label,id".to_owned(), format!("b,{a}"), format!("a,{b}"), format!("b,{c}")].join(end);
            assert!(agrees(open, None, solution.as_bytes()).unwrap(), "{solution:?}");
        }
    }
}

#[test]
fn a_name_for_two_columns_and_a_class_with_spaces_are_left_to_the_reader() {
    let twice = || plan(vec![ColumnKind::Number], false);
    let mut doubled = twice();
    doubled.columns.extend(twice().columns);
    let file = b"id,x\na,1\n";
    assert!(read_with(1, &twice(), None, true, file).is_some());
    assert!(read_with(1, &doubled, None, true, file).is_none());
    let spaced = plan(vec![ColumnKind::Label { classes: vec![" a".to_owned()] }], false);
    assert!(read_with(1, &spaced, None, true, b"id,x\na, a\n").is_none());
}

#[test]
fn any_labels_of_known_ids_out_of_order_have_their_own_codes() {
    let plan = || plan(vec![ColumnKind::Label { classes: Vec::new() }], false);
    let ids = Ids::from_csv(b"id\n1\n2\n3\n4\n", "id").unwrap();
    let file = b"id,x\n4,a\n3,b\n2,c\n1,b\n";
    let expected = reader(plan(), Some(&ids), true, file).unwrap();
    let quick = read_with(2, &plan(), Some(&ids), true, file);
    assert!(quick.is_none_or(|read| told(&read) == told(&expected)));
}

#[test]
fn a_row_that_is_too_long_for_the_reader_is_too_long() {
    let plan = || plan(vec![ColumnKind::Number], false);
    for (zeros, fits) in [(crate::csv::records::MAX_RECORD - 10, true), (crate::csv::records::MAX_RECORD, false)] {
        let file = format!("id,x\na,0.{}1\n", "0".repeat(zeros));
        assert_eq!(read_with(1, &plan(), None, true, file.as_bytes()).is_some(), fits);
        assert_eq!(reader(plan(), None, true, file.as_bytes()).is_ok(), fits);
    }
}

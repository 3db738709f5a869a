//! The reader: neither where a file is cut nor which way it is read changes what is read.

use arbitrary::{Result, Unstructured};

use super::errors_hold;
use crate::csv::{FileErrors, Ids, Plan, PlanColumn, Read, Reader, read_with};
use crate::schema::ColumnKind;
use crate::values::Values;

/// Takes two bytes that choose the plan and the ids, one that chooses cuts, and a file: as it is, or put together from usual
/// and odd fields.
pub fn reader(data: &[u8]) {
    // Bytes that are too few to choose from are no case.
    let _ = case(Unstructured::new(data));
}

fn case(mut bytes: Unstructured<'_>) -> Result<()> {
    let (shape, form, cuts): (u8, u8, u8) = bytes.arbitrary()?;
    let names = IDS[usize::from(form) % IDS.len()];
    let ids = names.map(ids_of);
    let header = plan(shape).names().collect::<Vec<_>>().join(",") + "\n";
    let file = if form & 0x80 == 0 {
        let head = if form & 0x40 == 0 { header.as_bytes() } else { b"" };
        [head, bytes.take_rest()].concat()
    } else {
        header.into_bytes().into_iter().chain(rows(shape, names.unwrap_or(&["a", "b", "c"]), &mut bytes)?).collect()
    };
    for keep in [true, false] {
        let whole = stream(plan(shape), ids.as_ref(), keep, [file.as_slice()]);
        let cut = file.chunks(usize::from(cuts).max(1));
        let expected = whole.as_ref().map(told);
        assert_eq!(stream(plan(shape), ids.as_ref(), keep, cut).as_ref().map(told), expected, "cut every {cuts} bytes");
        for threads in [1, 2] {
            if let Some(read) = read_with(threads, &plan(shape), ids.as_ref(), keep, &file) {
                assert_eq!(Ok(told(&read)), expected, "the quick way, {threads} threads");
            }
        }
        match whole {
            Ok(read) => {
                // A series of known ones need not come.
                assert!(read.ids.len() as u64 <= read.rows || shape % 6 == 5);
                assert_eq!(read.bytes, file.len() as u64);
                let finite = |(low, high): (f64, f64)| low.is_finite() && high.is_finite() && low <= high;
                assert!(read.columns.iter().all(|column| column.range.is_none_or(finite)));
            }
            Err(errors) => errors_hold(&errors),
        }
    }
    Ok(())
}

/// Known ids: counted, out of order, of other forms, any, hexadecimal; or none, so that they are collected.
const IDS: [Option<&[&str]>; 7] = [
    Some(&["P1", "P2", "P3"]),
    Some(&["07", "05", "06", "09"]),
    Some(&["a", "bb", "가 나", "0123456789abcdef"]),
    Some(&[]),
    None,
    None,
    Some(&["00ff00ff", "deadbeef", "00000000", "0123abcd"]),
];

fn ids_of(names: &[&str]) -> Ids {
    Ids::from_csv(format!("id\n{}\n", names.join("\n")).as_bytes(), "id").unwrap_or_default()
}

/// Columns of every kind.
fn plan(shape: u8) -> Plan {
    let label =
        |classes: &[&str]| ColumnKind::Label { classes: classes.iter().map(|&class| class.to_owned()).collect() };
    let (columns, optional): (Vec<(&str, ColumnKind)>, _) = match shape % 6 {
        0 => {
            let classes = label(&["cat", "개", "10"]);
            (vec![("x", ColumnKind::Number), ("p", ColumnKind::Probability), ("label", classes)], 3)
        }
        1 => (vec![("y", label(&[])), ("x", ColumnKind::Amount), ("weight", ColumnKind::Weight)], 1),
        2 => (["a", "b", "c"].map(|name| (name, ColumnKind::Probability)).to_vec(), 3),
        3 => (vec![("rle", ColumnKind::Mask), ("height", ColumnKind::Size)], 1),
        4 => (vec![("ranked", ColumnKind::Items), ("relevant", ColumnKind::Gains)], 2),
        _ => {
            let times = ["onset", "offset"].map(|name| (name, ColumnKind::Number));
            let usage = ("usage", label(&["Public", "Private"]));
            ([("event", label(&[]))].into_iter().chain(times).chain([usage]).collect(), 3)
        }
    };
    let column =
        |(at, (name, kind)): (usize, (&str, _))| PlanColumn { name: name.to_owned(), kind, optional: at >= optional };
    Plan {
        id: "id".to_owned(),
        columns: columns.into_iter().enumerate().map(column).collect(),
        ignore_extra: shape >= 0xc0,
        repeats: shape % 6 == 5,
        sums_to_one: shape % 6 == 2,
    }
}

/// Rows with an id and usual fields, now and then an odd one.
fn rows(shape: u8, names: &[&str], bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    const ODD: [&str; 20] = [
        "",
        " ",
        "\"",
        "\r",
        "\0",
        "nan",
        "1e400",
        "\u{85}",
        "\u{a0}a",
        "a ",
        "-0",
        "+1",
        ".",
        "１",
        "cat,",
        "\"a\nb\"",
        "-1",
        "0.1234567890123456789",
        "1,000",
        "99999999999999999999",
    ];
    const USUAL: [&[&str]; 6] = [
        &["0.5", "1e-3", "cat", "개", "1"],
        &["0.30000000000000004", "-", "b", "12"],
        &["0.25", "0.5", "0.2505", "1", "0"],
        &["1 3 7 2", "-", "4", "1 4294967295 4294967297 1"],
        &["a b c", "a:2 b", "", "a:1e3"],
        &["-", "apnea", "1", "2.5", "Public", "Private"],
    ];
    let shape = usize::from(shape) % 6;
    let end = *bytes.choose(&["\n", "\r\n", "\r"])?;
    let mut lines = Vec::new();
    for name in names {
        let count = if shape == 5 { bytes.int_in_range(0..=3)? } else { 1 };
        for _ in 0..count {
            let mut fields = vec![(*name).to_owned()];
            for _ in plan(u8::try_from(shape).unwrap_or(0)).names().skip(1) {
                let menu: &[&str] = if bytes.ratio(1, 24)? { &ODD } else { USUAL[shape] };
                fields.push((*bytes.choose(menu)?).to_owned());
            }
            lines.push(fields.join(","));
        }
    }
    let choice: u8 = bytes.arbitrary()?;
    match choice {
        0..64 => lines.reverse(),
        64..72 => lines.extend(lines.first().cloned()),
        72..80 => drop(lines.pop()),
        _ => {}
    }
    let mut text = lines.join(end);
    if bytes.arbitrary::<bool>()? {
        text.push_str(end);
    }
    Ok(text.into_bytes())
}

/// The streaming reader, whatever the pieces.
fn stream<'a>(
    plan: Plan,
    ids: Option<&Ids>,
    keep: bool,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> std::result::Result<Read, FileErrors> {
    let reader = Reader::new(plan, ids.cloned());
    let mut reader = if keep { reader.keeping_values() } else { reader };
    for piece in pieces {
        reader.push(piece);
        assert!(reader.errors().first.len() <= crate::csv::KEPT);
    }
    reader.finish()
}

/// Everything that was read, numbers as bits.
pub(crate) fn told(read: &Read) -> impl PartialEq + std::fmt::Debug + use<> {
    let columns = read.columns.iter().map(|column| {
        let (texts, values): (Vec<String>, Vec<u64>) = match &column.values {
            Values::Numbers(numbers) => (Vec::new(), numbers.iter().map(|number| number.to_bits()).collect()),
            Values::Labels { classes, codes } => (classes.to_vec(), codes.iter().copied().map(u64::from).collect()),
            Values::Texts(texts) => (texts.iter().map(str::to_owned).collect(), Vec::new()),
        };
        let range = column.range.map(|(low, high)| (low.to_bits(), high.to_bits()));
        (column.name.clone(), column.present, range, texts, values)
    });
    let ids: Vec<String> = read.ids.iter().map(str::to_owned).collect();
    (ids, read.rows, read.bytes, columns.collect::<Vec<_>>())
}

//! What a participant is told about a wrong file.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use scoring::csv::{Detail, KEPT};
use scoring::{Checker, Column, ColumnKind, ErrorKind, FileErrors, Ids, Lang, Schema, Summary};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SAMPLE: &str = "id,p,label\nP1,0.5,cat\nP2,0.5,cat\nP3,0.5,cat\n";

fn checker() -> Checker {
    let classes = vec!["cat".to_owned(), "dog".to_owned()];
    let columns = vec![
        Column { name: "p".to_owned(), kind: ColumnKind::Probability },
        Column { name: "label".to_owned(), kind: ColumnKind::Label { classes } },
    ];
    let schema = Schema { id: "id".to_owned(), columns, rows: Some(3), repeats: false, sums_to_one: false };
    Checker::new(schema, Ids::from_csv(SAMPLE.as_bytes(), "id").unwrap())
}

fn check(bytes: impl AsRef<[u8]>) -> Result<Summary, FileErrors> {
    let mut checker = checker();
    checker.push(bytes.as_ref());
    checker.finish()
}

/// The errors as `kind@line`, file-wide ones without a line.
fn kinds(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let errors = check(bytes).unwrap_err();
    let name = |error: &scoring::FileError| match error.line {
        Some(line) => format!("{}@{line}", error.kind.code()),
        None => error.kind.code().to_owned(),
    };
    errors.first.iter().map(name).collect()
}

/// What and fix of the first error in Korean.
fn korean(bytes: impl AsRef<[u8]>) -> (String, String) {
    let errors = check(bytes).unwrap_err();
    (errors.first[0].what(Lang::Ko), errors.first[0].fix(Lang::Ko))
}

fn rows(rows: &str) -> String {
    format!("id,p,label\n{rows}")
}

#[test]
fn a_right_file_is_summarised() {
    let summary = check(SAMPLE.replacen("0.5", "1e-3", 1)).unwrap();
    assert_eq!(summary.rows, 3);
    assert_eq!(summary.bytes, SAMPLE.len() as u64 + 1);
    assert_eq!((summary.columns[0].min, summary.columns[0].max), (Some(0.001), Some(0.5)));
    assert_eq!((summary.columns[1].min, summary.columns[1].max), (None, None));
}

#[test]
fn order_spaces_quotes_line_ends_and_a_byte_order_mark_do_not_matter() {
    let files = [
        "\u{feff}label , p,id\ncat,.5,P3\ndog, 0.5 ,P1\ncat,1,P2",
        "id,p,label\r\n\"P1\",\"0\",\"cat\"\r\n P2 ,1, dog \r\n\r\nP3,0.1,cat\r\n",
        "id,p,label\rP1,0,cat\rP2,1,dog\rP3,0.1,cat\r",
        "\nid,p,label\n\nP1,0,cat\n  \nP2,1,dog\nP3,0.1,cat\n\n\n",
    ];
    for file in files {
        assert_eq!(check(file).map(|summary| summary.rows), Ok(3), "{file:?}");
    }
}

#[test]
fn an_empty_file_and_a_header_alone_are_told_apart() {
    for empty in ["", "\u{feff}", "\n \r\n"] {
        assert_eq!(kinds(empty), ["empty_file"], "{empty:?}");
    }
    assert_eq!(kinds("id,p,label\n"), ["no_rows"]);
    assert_eq!(kinds("P1,0.5,cat\nP2,0.5,cat\n"), ["no_header@1"]);
    assert_eq!(korean("P1,0.5,cat\n").1, "첫 줄에 열 이름을 넣어 주세요: id,p,label");
}

#[test]
fn other_encodings_are_refused_with_the_cure() {
    // "아이디,p,label" in CP949.
    let cp949 = b"\xbe\xc6\xc0\xcc\xb5\xf0,p,label\nP1,0.5,cat\n";
    assert_eq!(kinds(cp949), ["encoding@1"]);
    let (what, fix) = korean(cp949);
    assert_eq!(what, "파일이 UTF-8이 아니라 CP949(EUC-KR)로 저장돼 있어요.");
    assert!(fix.contains("CSV UTF-8"), "{fix}");
    let utf16: Vec<u8> = SAMPLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(korean(utf16).0, "파일이 UTF-8이 아니라 UTF-16으로 저장돼 있어요.");
    // A letter that is torn by a comma, far below the header.
    let torn = [SAMPLE.as_bytes(), b"P4,\xea\xb0,\x80\n"].concat();
    assert_eq!(kinds(torn), ["encoding@5"]);
}

#[test]
fn a_file_that_ends_inside_a_letter_is_to_be_sent_again() {
    let whole = rows("P1,0,cat\nP2,0,다").into_bytes();
    for cut in [1, 2] {
        let file = &whole[..whole.len() - cut];
        assert_eq!(kinds(file), ["encoding@3"]);
        let (what, fix) = korean(file);
        assert!(what.starts_with("파일이 글자 중간에서 끝나요."), "{what}");
        assert_eq!(fix, "파일이 끝까지 있는지 확인하고 다시 올려 주세요.");
    }
    // The same bytes before a line end are no cut file.
    let torn = [&whole[..whole.len() - 1], b"\nP3,0,cat\n"].concat();
    assert_eq!(korean(torn).0, "UTF-8로 읽을 수 없는 글자가 있어요.");
    assert_eq!(korean(b"id,p,label\nJ\xe9r\xf4me,0,cat\n").0, "UTF-8로 읽을 수 없는 글자가 있어요.");
}

#[test]
fn other_formats_are_refused_by_name() {
    let xlsx = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml PK\x03\x04xl/workbook.xml";
    assert_eq!(korean(xlsx).0, "CSV 파일이 아니라 엑셀(XLSX) 파일이에요.");
    let docx = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml PK\x03\x04word/document.xml";
    assert_eq!(korean(docx).0, "CSV 파일이 아니라 오피스 문서예요.");
    assert_eq!(korean(b"\x1f\x8b\x08\0").1, "압축을 풀고 CSV 파일만 올려 주세요.");
    assert_eq!(korean("<!doctype html><title>로그인</title>").0, "CSV 파일이 아니라 웹 페이지(HTML) 파일이에요.");
}

#[test]
fn other_separators_are_refused_with_advice() {
    assert_eq!(korean(SAMPLE.replace(',', ";")).0, "값이 쉼표가 아니라 세미콜론(;)으로 나뉘어 있어요.");
    assert_eq!(korean(SAMPLE.replace(',', "\t")).0, "값이 쉼표가 아니라 탭으로 나뉘어 있어요.");
    assert_eq!(korean(SAMPLE.replace(',', ";")).1, "값을 쉼표(,)로 나눈 CSV로 저장해 주세요.");
}

#[test]
fn other_separators_are_told_between_quoted_names_too() {
    for (separator, name) in [("\t", "탭으로"), (";", "세미콜론(;)으로"), ("|", "‘|’로")] {
        let header = ["\"id\"", "\"p\"", "\"label\""].join(separator);
        let row = ["\"P1\"", "0.5", "\"cat\""].join(separator);
        let file = format!("{header}\n{row}\n");
        assert_eq!(kinds(&file), ["separator@1"], "{file:?}");
        assert_eq!(korean(&file).0, format!("값이 쉼표가 아니라 {name} 나뉘어 있어요."));
    }
    let padded = "\"id\"\t,\"p\" \t,\"label\"\nP1,\"0.5\"\t,cat\nP2,1,\"cat\"\t\nP3,0,cat\n";
    assert_eq!(check(padded).map(|summary| summary.rows), Ok(3));
}

#[test]
fn columns_that_are_missing_extra_or_repeated_are_named() {
    assert_eq!(kinds("id,p\nP1,0\nP2,0\nP3,0\n"), ["missing_column@1"]);
    assert_eq!(korean("id,p\nP1,0\nP2,0\nP3,0\n").0, "‘label’ 열이 없어요.");
    assert_eq!(kinds(",id,p,label\n0,P1,0,cat\n1,P2,0,cat\n2,P3,0,cat\n"), ["extra_column@1"]);
    assert_eq!(korean(",id,p,label\n0,P1,0,cat\n").0, "필요한 id 2개(P2, P3)가 없어요.");
    assert_eq!(kinds("id,p,label,p\nP1,0,cat,0\nP2,0,cat,0\nP3,0,cat,0\n"), ["repeated_column@1"]);
}

#[test]
fn the_pandas_index_is_recognised_and_its_cure_named() {
    let errors = check(",id,p,label\n0,P1,0,cat\n1,P2,0,cat\n2,P3,0,cat\n").unwrap_err();
    assert_eq!(errors.first[0].what(Lang::Ko), "이름이 없는 열이 있어요.");
    assert!(errors.first[0].fix(Lang::Ko).contains("index=False"));
}

#[test]
fn the_row_names_of_r_are_told_once_with_their_cure() {
    let file = "\"id\",\"p\",\"label\"\n\"1\",\"P1\",0,\"cat\"\n\"2\",\"P2\",0,\"cat\"\n\"3\",\"P3\",0,\"cat\"\n";
    let errors = check(file).unwrap_err();
    assert_eq!((errors.total, errors.first[0].line), (1, Some(2)), "{errors:?}");
    assert_eq!(errors.first[0].what(Lang::Ko), "줄마다 맨 앞에 열 이름이 없는 값이 하나 더 있어요.");
    assert!([Lang::Ko, Lang::En].iter().all(|&lang| errors.first[0].fix(lang).contains("row.names = FALSE")));
    // A row that has too much is another matter.
    assert_eq!(kinds("id,p,label\nP1,0,cat,\nP2,0,cat\nP3,0,cat\n"), ["too_many_fields@2"]);
    assert!(check("\"\",id,p,label\n1,P1,0,cat\n").unwrap_err().first[1].fix(Lang::En).contains("row.names = FALSE"));
}

#[test]
fn the_empty_rows_of_a_spreadsheet_are_no_rows() {
    let file = rows("P1,0,cat\nP2,0,cat\n,,\nP3,0,cat\n,,\n, ,\n");
    assert_eq!(check(&file).unwrap().rows, 3);
    assert_eq!(kinds(rows("P1,0,cat\n,,\nP2,7,cat\nP3,0,cat\n")), ["out_of_range@4"]);
}

#[test]
fn missing_ids_are_named_in_the_order_of_their_names_not_of_the_solution() {
    let schema = Schema { id: "id".to_owned(), columns: Vec::new(), rows: None, repeats: false, sums_to_one: false };
    let ids = Ids::from_csv(b"id\nz\nm\nb\ny\nc\na\nx\n", "id").unwrap();
    let mut checker = Checker::new(schema, ids);
    checker.push(b"id\nb\n");
    let errors = checker.finish().unwrap_err();
    assert_eq!(errors.first[0].what(Lang::En), "6 ids (a, c, m, x, y and more) are missing.");
}

#[test]
fn a_column_in_other_capitals_is_named_and_its_values_are_still_checked() {
    let file = "ID,P,label\nP1,2,cat\nP2,0,cat\nP3,0,cat\n";
    assert_eq!(kinds(file), ["missing_column@1", "missing_column@1", "out_of_range@2"]);
    let (what, fix) = korean(file);
    assert_eq!(what, "‘id’ 열이 없고 ‘ID’ 열이 있어요.");
    assert_eq!(fix, "열 이름을 ‘id’로 바꿔 주세요.");
}

#[test]
fn missing_ids_are_not_reported_when_there_is_no_id_column() {
    assert_eq!(kinds("p,label\n0,cat\n2,cat\n"), ["missing_column@1", "out_of_range@3"]);
}

#[test]
fn rows_with_too_few_or_too_many_values_are_reported_once() {
    let file = rows("P1,0.5\nP2,0.5,cat,\nP3,0.5,cat\n");
    assert_eq!(kinds(&file), ["too_few_fields@2", "too_many_fields@3"]);
    assert_eq!(korean(&file).0, "열은 3개인데 값이 2개예요.");
}

#[test]
fn quotes_that_go_wrong_are_reported_where_they_begin() {
    assert_eq!(kinds(rows("P1,\"0.5,cat\nP2,0.5,cat\n")), ["unterminated_quote@2"]);
    let errors = check(rows("P1,0.5,\"cat\"s\nP2,0.5,cat\nP3,0.5,cat\n")).unwrap_err();
    assert_eq!((errors.first[0].kind, errors.first[0].column.as_deref()), (ErrorKind::StrayQuote, Some("label")));
}

#[test]
fn a_repeated_id_names_its_first_line() {
    let (what, fix) = korean(rows("P1,0,cat\nP2,0,cat\nP3,0,cat\nP1,0,cat\n"));
    assert_eq!(what, "같은 id가 두 번 나와요. 처음은 2번째 줄이에요.");
    assert_eq!(fix, "한 줄만 남겨 주세요.");
}

#[test]
fn lines_are_physical_lines_even_below_a_value_with_a_line_end() {
    let file = rows("P1,0,\"c\nat\"\nP2,7,cat\nP3,0,cat\n");
    assert_eq!(kinds(&file), ["unknown_label@2", "out_of_range@4"]);
    assert_eq!(check(&file).unwrap_err().first[0].value.as_deref(), Some("c␊at"));
}

#[test]
fn unknown_and_missing_ids_are_counted_one_by_one() {
    let errors = check(rows("P2,0,cat\np1,0,cat\n,0,cat\n")).unwrap_err();
    assert_eq!(errors.total, 4);
    assert_eq!(errors.kinds[&ErrorKind::MissingId], 2);
    assert_eq!(errors.first.len(), 3);
    assert_eq!(errors.first[0].what(Lang::Ko), "필요한 id 2개(P1, P3)가 없어요.");
    assert_eq!(errors.first[0].fix(Lang::Ko), "빠진 행을 넣어 주세요.");
    assert_eq!(errors.first[0].what(Lang::En), "2 ids (P1, P3) are missing.");
    assert_eq!((errors.first[1].kind, errors.first[1].value.as_deref()), (ErrorKind::UnknownId, Some("p1")));
    assert_eq!(errors.first[2].kind, ErrorKind::EmptyId);
}

#[test]
fn many_missing_ids_are_named_by_the_first_few() {
    let sample: String = (0..50).fold("id\n".to_owned(), |text, number| format!("{text}{number:03}\n"));
    let schema = Schema { id: "id".to_owned(), columns: Vec::new(), rows: None, repeats: false, sums_to_one: false };
    let mut checker = Checker::new(schema, Ids::from_csv(sample.as_bytes(), "id").unwrap());
    checker.push(b"id\n007\n");
    let errors = checker.finish().unwrap_err();
    assert_eq!(errors.total, 49);
    assert_eq!(errors.first[0].what(Lang::Ko), "필요한 id 49개(000, 001, 002, 003, 004 등)가 없어요.");
}

#[test]
fn a_number_as_unknown_id_hints_at_lost_zeros() {
    let errors = check(rows("1,0,cat\n")).unwrap_err();
    let unknown = errors.first.iter().find(|error| error.kind == ErrorKind::UnknownId).unwrap();
    assert!(unknown.fix(Lang::Ko).contains("맨 앞의 0"));
}

#[test]
fn every_wrong_value_of_a_file_is_reported_at_once() {
    let file = rows("P1,1.2,bird\nP2,nan,\nP3,\"0,5\",Dog\n");
    let expected = ["out_of_range@2", "unknown_label@2", "nan@3", "empty_value@3", "not_a_number@4", "unknown_label@4"];
    assert_eq!(kinds(&file), expected);
    let errors = check(&file).unwrap_err();
    assert_eq!(errors.first[0].message(Lang::Ko), "0과 1 사이의 값이 아니에요. 확률로 바꿔 주세요.");
    assert_eq!(errors.first[1].fix(Lang::Ko), "다음 가운데 하나로 바꿔 주세요: cat, dog");
    assert_eq!(errors.first[3].value, None);
    assert_eq!(errors.first[4].detail, Detail::DecimalComma);
    assert_eq!(errors.first[5].detail, Detail::Meant("dog".to_owned()));
}

#[test]
fn a_file_full_of_errors_keeps_the_first_hundred() {
    let errors = check(rows(&"X,9,bird\n".repeat(10_000))).unwrap_err();
    assert_eq!(errors.total, 30_003);
    assert_eq!(errors.first.len(), KEPT);
    assert_eq!(errors.first[0].kind, ErrorKind::MissingId);
    assert_eq!(errors.first[1].line, Some(2));
}

#[test]
fn the_number_of_rows_is_checked_where_no_ids_are_known() {
    let columns = vec![Column { name: "x".to_owned(), kind: ColumnKind::Number }];
    let schema = Schema { id: "id".to_owned(), columns, rows: Some(3), repeats: false, sums_to_one: false };
    let mut checker = Checker::new(schema, Ids::default());
    checker.push(b"id,x\na,1\nb,2\n");
    let errors = checker.finish().unwrap_err();
    assert_eq!(errors.first[0].what(Lang::Ko), "3행이 필요한데 2행이 있어요.");
}

#[test]
fn probabilities_of_a_row_must_add_up_to_one() {
    let check = |rows: &str| {
        let names = ["정상", "경증", "중증"];
        let columns = names.map(|name| Column { name: name.to_owned(), kind: ColumnKind::Probability });
        let schema =
            Schema { id: "id".to_owned(), columns: columns.to_vec(), rows: None, repeats: false, sums_to_one: true };
        let mut checker = Checker::new(schema, Ids::from_csv(b"id\na\nb\n", "id").unwrap());
        checker.push(format!("id,중증,정상,경증\n{rows}").as_bytes());
        checker.finish()
    };
    for rows in ["a,0.2,0.3,0.5\nb,1,0,0\n", "a,0.333,0.333,0.333\nb,0.334,0.334,0.333\n"] {
        assert!(check(rows).is_ok(), "{rows}");
    }
    let errors = check("a,0.2,0.3,0.5\nb,0.4,0.3,0.4\n").unwrap_err();
    assert_eq!((errors.total, errors.first[0].kind, errors.first[0].line), (1, ErrorKind::RowSum, Some(3)));
    assert_eq!(errors.first[0].what(Lang::Ko), "이 줄의 확률을 모두 더하면 1이 아니라 1.1이에요.");
    assert_eq!(errors.first[0].what(Lang::En), "The probabilities of this line add up to 1.1, not 1.");
    assert_eq!(check("a,0.3,0.3,0.3989\nb,0,0,0\n").unwrap_err().kinds[&ErrorKind::RowSum], 2);
    // A wrong value is told as such, and the sum not on top of it.
    let errors = check("a,0.2,,0.5\nb,2,0,0\n").unwrap_err();
    assert!(!errors.kinds.contains_key(&ErrorKind::RowSum));
}

#[test]
fn no_message_leaves_a_particle_open_or_a_sentence_unfinished() {
    for &kind in ErrorKind::ALL {
        let json = serde_json::to_string(&kind).unwrap();
        assert_eq!(json, format!("\"{}\"", kind.code()));
        let error = scoring::FileError { line: None, column: None, value: None, kind, detail: Detail::None };
        for text in [error.what(Lang::Ko), error.fix(Lang::Ko)] {
            assert!(text.ends_with("요."), "{kind:?}: {text}");
            for open in ["을(를)", "이(가)", "은(는)", "(으)로"] {
                assert!(!text.contains(open), "{kind:?}: {text}");
            }
        }
        for text in [error.what(Lang::En), error.fix(Lang::En)] {
            assert!(text.is_ascii() || text.contains('“'), "{kind:?}: {text}");
            assert!(text.ends_with('.'), "{kind:?}: {text}");
        }
    }
}

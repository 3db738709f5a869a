//! What an error says, in both languages: what happened, and what to do.

use super::errors::{Detail, ErrorKind, FileError};
use super::foreign::{encoding_what, format_fix, format_what, separator_what};
use super::kinds::Encoding;
use super::plain::{plain_fix, plain_what};
use crate::josa::josa;
use crate::lang::Lang;

impl FileError {
    /// What happened, as a sentence.
    pub fn what(&self, lang: Lang) -> String {
        let column = self.column.as_deref().unwrap_or_default();
        let fixed = match (self.kind, &self.detail) {
            (ErrorKind::Encoding, Detail::Encoding(encoding)) => encoding_what(*encoding, lang),
            (ErrorKind::Format, Detail::Format(format)) => return format_what(*format, lang),
            (ErrorKind::Separator, Detail::Separator(separator)) => {
                return separator_what(*separator, lang);
            }
            (ErrorKind::MissingColumn, _) => {
                return match &self.value {
                    Some(found) => lang.pick(
                        format!("‘{column}’ 열이 없고 ‘{found}’ 열이 있어요."),
                        format!("There is no column “{column}”, but a column “{found}”."),
                    ),
                    None => lang.pick(format!("‘{column}’ 열이 없어요."), format!("The column “{column}” is missing.")),
                };
            }
            (ErrorKind::ExtraColumn, _) if column.is_empty() => {
                lang.pick("이름이 없는 열이 있어요.", "There is a column without a name.")
            }
            (ErrorKind::ExtraColumn, _) => {
                return lang.pick(
                    format!("‘{column}’ 열은 필요하지 않아요."),
                    format!("The column “{column}” is not expected."),
                );
            }
            (ErrorKind::RepeatedColumn, Detail::Count { found, .. }) => {
                return lang.pick(
                    format!("‘{column}’ 열이 {found}번 나와요."),
                    format!("The column “{column}” comes {found} times."),
                );
            }
            (ErrorKind::TooFewFields | ErrorKind::TooManyFields, Detail::Count { expected, found }) => {
                return lang.pick(
                    format!("열은 {expected}개인데 값이 {found}개예요."),
                    format!("The line has {}, but there {}.", values(*found), columns(*expected)),
                );
            }
            (ErrorKind::TooManyFields, Detail::RowNames) => lang.pick(
                "줄마다 맨 앞에 열 이름이 없는 값이 하나 더 있어요.",
                "Every line begins with a value that has no column name.",
            ),
            (ErrorKind::DuplicateId, Detail::FirstLine(first)) => {
                return lang.pick(
                    format!("같은 id가 두 번 나와요. 처음은 {first}번째 줄이에요."),
                    format!("This id was on line {first} already."),
                );
            }
            (ErrorKind::MissingId, Detail::Names { count, first }) => {
                let names = named(*count, first, lang);
                return lang.pick(
                    format!("필요한 id {count}개({names})가 없어요."),
                    if *count == 1 {
                        format!("1 id ({names}) is missing.")
                    } else {
                        format!("{count} ids ({names}) are missing.")
                    },
                );
            }
            (ErrorKind::RowCount, Detail::Count { expected, found }) => {
                return lang.pick(
                    format!("{expected}행이 필요한데 {found}행이 있어요."),
                    format!("The file has {found} rows instead of {expected}."),
                );
            }
            (ErrorKind::RowSum, Detail::Sum(sum)) => {
                let sum = (sum * 1e4).round() / 1e4;
                return lang.pick(
                    format!("이 줄의 확률을 모두 더하면 1이 아니라 {sum}{}.", josa(&sum.to_string(), "이에요", "예요")),
                    format!("The probabilities of this line add up to {sum}, not 1."),
                );
            }
            (ErrorKind::RepeatedItem, Detail::Meant(item)) => {
                return lang.pick(
                    format!("‘{item}’{} 두 번 나와요.", josa(item, "이", "가")),
                    format!("“{item}” comes twice."),
                );
            }
            (ErrorKind::BadGain, Detail::Meant(item)) => {
                return lang.pick(
                    format!("‘{item}’의 이득이 0 이상의 수가 아니에요."),
                    format!("The gain of “{item}” is not a number from zero on."),
                );
            }
            (ErrorKind::OutsideImage, Detail::Count { expected, found }) => {
                return lang.pick(
                    format!("이미지는 {expected}픽셀인데 마스크가 {found}번째 픽셀까지 가요."),
                    format!("The image has {expected} pixels, but the mask goes up to pixel {found}."),
                );
            }
            (ErrorKind::UnevenSeries, Detail::FirstLine(first)) => {
                return lang.pick(
                    format!("같은 시계열인데 {first}번째 줄과 값이 달라요."),
                    format!("Line {first} of the same series has another value."),
                );
            }
            (ErrorKind::Metric, Detail::Metric(error)) => return error.message(lang),
            (kind, _) => plain_what(kind, lang),
        };
        fixed.to_owned()
    }

    /// What to do about it, as a sentence.
    pub fn fix(&self, lang: Lang) -> String {
        let fixed = match (self.kind, &self.detail) {
            (ErrorKind::Encoding, Detail::Encoding(Encoding::Cut)) => lang.pick(
                "파일이 끝까지 있는지 확인하고 다시 올려 주세요.",
                "Check that the file is complete and send it again.",
            ),
            (ErrorKind::Encoding, _) => lang.pick(
                "UTF-8로 저장해 주세요. 엑셀에서는 파일 형식을 ‘CSV UTF-8(쉼표로 분리)’로 고르면 돼요.",
                "Save it as UTF-8. In Excel choose the file type “CSV UTF-8 (Comma delimited)”.",
            ),
            (ErrorKind::Format, Detail::Format(format)) => format_fix(*format, lang),
            (ErrorKind::NoHeader, Detail::Header(header)) => {
                return lang.pick(
                    format!("첫 줄에 열 이름을 넣어 주세요: {header}"),
                    format!("Put the column names on the first line: {header}"),
                );
            }
            (ErrorKind::MissingColumn, Detail::Meant(name)) => {
                // To the eye the two names are the same.
                if self.value.as_deref().is_some_and(has_jamo) && !has_jamo(name) {
                    return nfc(lang).to_owned();
                }
                return lang.pick(
                    format!("열 이름을 ‘{name}’{} 바꿔 주세요.", josa(name, "으로", "로")),
                    format!("Rename it to “{name}”."),
                );
            }
            (ErrorKind::MissingColumn, _) => lang.pick("이 열을 넣어 주세요.", "Add this column."),
            (ErrorKind::ExtraColumn, _) if self.column.as_deref().is_none_or(is_index) => lang.pick(
                "이 열을 지워 주세요. pandas에서는 to_csv에 index=False를, R에서는 write.csv에 row.names = FALSE를 넣으면 돼요.",
                "Remove this column. In pandas pass index=False to to_csv, in R row.names = FALSE to write.csv.",
            ),
            (ErrorKind::TooManyFields, Detail::RowNames) => lang.pick(
                "R이 적은 행 이름이에요. write.csv나 write.table에 row.names = FALSE를 넣어 주세요.",
                "They are R’s row names: pass row.names = FALSE to write.csv or write.table.",
            ),
            (ErrorKind::UnknownId, _) if self.value.as_deref().is_some_and(has_jamo) => nfc(lang),
            (ErrorKind::UnknownId, _) if self.value.as_deref().is_some_and(is_shortened) => lang.pick(
                "스프레드시트나 R이 긴 숫자를 줄여 적은 id예요. id 열을 숫자가 아니라 텍스트로 불러와 다시 저장해 주세요.",
                "A spreadsheet or R shortened this id, taking it for a number. Load the id column as text and save again.",
            ),
            (ErrorKind::UnknownId, _) if self.value.as_deref().is_some_and(is_number) => lang.pick(
                "제출 양식의 id를 그대로 써 주세요. 맨 앞의 0이 빠졌거나 소수점이 붙었는지 확인해 주세요.",
                "Use the ids of the sample submission as they are. Check for lost leading zeros or an added “.0”.",
            ),
            (ErrorKind::EmptyValue, Detail::Probability) => {
                lang.pick("0과 1 사이의 확률을 넣어 주세요. pandas는 NaN을 빈칸으로 저장해요.", "Put in a probability between 0 and 1. An empty cell is how pandas writes NaN.")
            }
            (ErrorKind::EmptyValue, Detail::Mask) => {
                lang.pick("빈 마스크라면 -를 적어 주세요.", "Write - for an empty mask.")
            }
            (ErrorKind::EmptyValue, Detail::Label) => lang.pick("레이블을 넣어 주세요. pandas는 NaN을 빈칸으로 저장하고, ‘NA’라는 글자도 NaN으로 읽어요. read_csv에 keep_default_na=False를 넣으면 글자 그대로 읽어요.", "Put in a label. An empty cell is how pandas writes NaN, and it reads the text “NA” as NaN unless read_csv has keep_default_na=False."),
            (ErrorKind::NotANumber, Detail::Percent) => {
                lang.pick("%를 떼고 100으로 나눈 값을 적어 주세요.", "Leave out the % and divide by 100.")
            }
            (ErrorKind::NotANumber, Detail::DecimalComma) => lang.pick(
                "소수점을 쉼표가 아니라 마침표로 적어 주세요.",
                "Write the decimal point as a point, not a comma.",
            ),
            (ErrorKind::UnknownLabel, Detail::Meant(label)) => {
                return lang
                    .pick(format!("‘{label}’{} 바꿔 주세요.", josa(label, "으로", "로")), format!("Write “{label}”."));
            }
            (ErrorKind::UnknownLabel, Detail::Names { count, first }) => {
                let names = named(*count, first, lang);
                return lang
                    .pick(format!("다음 가운데 하나로 바꿔 주세요: {names}"), format!("Use one of these: {names}"));
            }
            (ErrorKind::Metric, Detail::Metric(error)) => return error.fix(lang),
            (kind, _) => plain_fix(kind, lang),
        };
        fixed.to_owned()
    }
}

/// The first few names, and that there are more.
fn named(count: u64, first: &[String], lang: Lang) -> String {
    let names = first.join(", ");
    if count > first.len() as u64 { lang.pick(format!("{names} 등"), format!("{names} and more")) } else { names }
}

fn values(count: u64) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}

fn columns(count: u64) -> String {
    if count == 1 { "is 1 column".to_owned() } else { format!("are {count} columns") }
}

/// A column that pandas writes for its index.
fn is_index(name: &str) -> bool {
    name.is_empty() || name.starts_with("Unnamed:") || name == "index"
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// A number as a spreadsheet or R leaves a long one: in powers of ten, or with zeros after its fifteenth digit.
fn is_shortened(text: &str) -> bool {
    let zeroed = || text.len() > 15 && text.ends_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    is_number(text) && (text.contains(['e', 'E']) || zeroed())
}

/// Whether Hangul is written in parts (Unicode's form D), which looks the same and is another text.
fn has_jamo(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{1100}'..='\u{11ff}'))
}

fn nfc(lang: Lang) -> &'static str {
    lang.pick(
        "한글이 자모로 나뉘어(NFD) 저장돼 있어요. unicodedata.normalize('NFC', …)처럼 NFC로 바꿔 주세요.",
        "Its Hangul is stored in parts (NFD). Turn it into NFC, as with unicodedata.normalize('NFC', …).",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::Format;

    #[test]
    fn what_happened_is_a_whole_sentence_before_its_cure_follows() {
        let names = |count| Detail::Names { count, first: vec!["a".to_owned(), "b".to_owned()] };
        let details = [
            Detail::None,
            Detail::Encoding(Encoding::Cut),
            Detail::Encoding(Encoding::Unknown),
            Detail::Format(Format::Office),
            Detail::Separator(';'),
            Detail::Header("id,y".to_owned()),
            Detail::Count { expected: 1, found: 1 },
            Detail::Sum(0.5),
            Detail::FirstLine(2),
            names(2),
            names(12),
            Detail::Meant("y".to_owned()),
            Detail::RowNames,
        ];
        for &kind in ErrorKind::ALL {
            for (detail, found) in details.iter().flat_map(|detail| [(detail, None), (detail, Some("x"))]) {
                let error = FileError::at(1, Some("y"), found, kind, detail.clone());
                let (ko, en) = (error.what(Lang::Ko), error.what(Lang::En));
                assert!(ko.ends_with("요."), "{ko}");
                assert!(en.ends_with('.'), "{en}");
            }
        }
    }

    #[test]
    fn missing_ids_are_named_within_the_sentence() {
        let missing = |count, first: &[&str]| {
            let first = first.iter().map(|&id| id.to_owned()).collect();
            FileError::of_file(ErrorKind::MissingId, Detail::Names { count, first })
        };
        assert_eq!(missing(1, &["c"]).message(Lang::En), "1 id (c) is missing. Add the missing rows.");
        assert_eq!(
            missing(9, &["c", "d"]).message(Lang::En),
            "9 ids (c, d and more) are missing. Add the missing rows."
        );
        assert_eq!(missing(1, &["c"]).message(Lang::Ko), "필요한 id 1개(c)가 없어요. 빠진 행을 넣어 주세요.");
    }

    #[test]
    fn quotes_are_advised_for_texts_and_not_for_numbers() {
        let fields = Detail::Count { expected: 2, found: 3 };
        let error = FileError::at(2, None, None, ErrorKind::TooManyFields, fields);
        let quoted = FileError::at(2, Some("y"), Some("1,234"), ErrorKind::ThousandsSeparator, Detail::None);
        for (lang, number, text) in
            [(Lang::Ko, "1234처럼", "글자는 큰따옴표"), (Lang::En, "write 1234 for 1,234", "quotes around a text")]
        {
            assert!(error.fix(lang).contains(number) && error.fix(lang).contains(text), "{}", error.fix(lang));
            assert!(quoted.fix(lang).contains(number), "{}", quoted.fix(lang));
        }
    }

    #[test]
    fn an_id_that_a_spreadsheet_shortened_names_the_cause() {
        let fix = |id| FileError::at(2, Some("id"), Some(id), ErrorKind::UnknownId, Detail::None).fix(Lang::En);
        for id in ["1e+05", "1.12346E+18", "1123456789012340000"] {
            assert!(fix(id).starts_with("A spreadsheet or R shortened this id"), "{}", fix(id));
        }
        for id in ["7", "7.0", "1123456789012345678", "1230"] {
            assert!(fix(id).contains("leading zeros"), "{}", fix(id));
        }
    }

    #[test]
    fn an_empty_cell_may_be_what_pandas_made_of_a_missing_value() {
        for detail in [Detail::None, Detail::Probability, Detail::Label] {
            let error = FileError::at(2, Some("y"), None, ErrorKind::EmptyValue, detail);
            assert!(error.fix(Lang::Ko).contains("pandas") && error.fix(Lang::En).contains("pandas"), "{error:?}");
        }
    }

    #[test]
    fn a_header_alone_asks_for_lines_and_not_for_a_number_of_them() {
        let error = FileError::of_file(ErrorKind::NoRows, Detail::None);
        assert_eq!(error.fix(Lang::Ko), "열 이름 아래에 예측값을 한 줄씩 넣어 주세요.");
        assert_eq!(error.fix(Lang::En), "Add your predictions line by line below the column names.");
    }

    #[test]
    fn a_text_that_differs_by_its_form_alone_gets_the_cure_for_that() {
        let parts = "\u{1100}\u{1161}";
        let column = |found| {
            let detail = Detail::Meant("가".to_owned());
            FileError::at(1, Some("가"), Some(found), ErrorKind::MissingColumn, detail)
        };
        let id = FileError::at(2, Some("id"), Some(parts), ErrorKind::UnknownId, Detail::None);
        for error in [column(parts), id] {
            assert!(error.fix(Lang::Ko).contains("NFC") && error.fix(Lang::En).contains("NFC"), "{error:?}");
        }
        assert_eq!(column("가 ").fix(Lang::Ko), "열 이름을 ‘가’로 바꿔 주세요.");
    }
}

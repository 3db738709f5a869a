//! What a file is instead of a CSV in UTF-8 with commas, in both languages.

use super::errors::ErrorKind;
use super::kinds::{Encoding, Format};
use super::plain::{plain_fix, plain_what};
use crate::josa::josa;
use crate::lang::Lang;

pub(super) fn encoding_what(encoding: Encoding, lang: Lang) -> &'static str {
    match encoding {
        Encoding::Cp949 => lang.pick(
            "파일이 UTF-8이 아니라 CP949(EUC-KR)로 저장돼 있어요.",
            "The file is saved as CP949 (EUC-KR), not UTF-8.",
        ),
        Encoding::Utf16 => {
            lang.pick("파일이 UTF-8이 아니라 UTF-16으로 저장돼 있어요.", "The file is saved as UTF-16, not UTF-8.")
        }
        Encoding::Cut => lang.pick(
            "파일이 글자 중간에서 끝나요. 끝까지 저장되거나 올라가지 않은 것 같아요.",
            "The file ends in the middle of a letter: it was probably not written or uploaded completely.",
        ),
        Encoding::Unknown => plain_what(ErrorKind::Encoding, lang),
    }
}

pub(super) fn format_what(format: Format, lang: Lang) -> String {
    let (ko, en) = match format {
        Format::Xlsx => ("엑셀(XLSX) 파일", "an Excel workbook (XLSX)"),
        Format::Xls => ("옛 엑셀(XLS) 파일", "an old Excel workbook (XLS)"),
        Format::Office => ("오피스 문서", "an office document"),
        Format::Zip => ("ZIP 압축 파일", "a ZIP archive"),
        Format::Gzip => ("GZIP 압축 파일", "a gzip archive"),
        Format::SevenZip => ("7-Zip 압축 파일", "a 7-Zip archive"),
        Format::Html => ("웹 페이지(HTML) 파일", "a web page (HTML)"),
        Format::Json => ("JSON 파일", "a JSON file"),
        Format::Png => ("PNG 그림 파일", "a PNG image"),
        Format::Jpeg => ("JPEG 그림 파일", "a JPEG image"),
        Format::Pdf => ("PDF 파일", "a PDF document"),
        Format::Parquet => ("Parquet 파일", "a Parquet file"),
        Format::Numpy => ("NumPy 배열 파일", "a NumPy array"),
        Format::Pickle => ("pickle 파일", "a pickle"),
        Format::Binary => ("이진 파일", "a binary file"),
    };
    lang.pick(format!("CSV 파일이 아니라 {ko}{}.", josa(ko, "이에요", "예요")), format!("This is {en}, not a CSV."))
}

pub(super) fn format_fix(format: Format, lang: Lang) -> &'static str {
    match format {
        Format::Xlsx | Format::Xls => lang.pick(
            "엑셀에서 파일 형식을 ‘CSV UTF-8(쉼표로 분리)’로 골라 다시 저장해 주세요.",
            "In Excel save it again as “CSV UTF-8 (Comma delimited)”.",
        ),
        Format::Office => lang.pick(
            "표를 스프레드시트에서 열어 CSV(UTF-8)로 저장해 올려 주세요.",
            "Open the table in a spreadsheet, save it as CSV (UTF-8) and upload that.",
        ),
        Format::Zip | Format::Gzip | Format::SevenZip => {
            lang.pick("압축을 풀고 CSV 파일만 올려 주세요.", "Unpack it and upload the CSV alone.")
        }
        Format::Html => lang.pick(
            "파일 대신 웹 페이지를 저장했는지 확인하고 CSV 파일을 올려 주세요.",
            "Check that you did not save a web page instead of the file, and upload the CSV.",
        ),
        _ => plain_fix(ErrorKind::Format, lang),
    }
}

pub(super) fn separator_what(separator: char, lang: Lang) -> String {
    let (ko, en) = match separator {
        '\t' => ("탭".to_owned(), "tabs".to_owned()),
        ';' => ("세미콜론(;)".to_owned(), "semicolons (;)".to_owned()),
        other => (format!("‘{other}’"), format!("“{other}”")),
    };
    lang.pick(
        format!("값이 쉼표가 아니라 {ko}{} 나뉘어 있어요.", josa(&ko, "으로", "로")),
        format!("The values are separated by {en}, not commas."),
    )
}

//! Sentences that are always the same.

use super::errors::ErrorKind;
use crate::lang::Lang;

/// Kinds whose sentence is always the same.
pub(super) fn plain_what(kind: ErrorKind, lang: Lang) -> &'static str {
    let (ko, en) = match kind {
        ErrorKind::EmptyFile => ("파일이 비어 있어요.", "The file is empty."),
        ErrorKind::NoRows => ("열 이름만 있고 예측값이 없어요.", "There are column names but no rows."),
        ErrorKind::NoHeader => ("첫 줄에 열 이름이 없어요.", "The first line has no column names."),
        ErrorKind::Encoding => ("UTF-8로 읽을 수 없는 글자가 있어요.", "Some bytes are not UTF-8."),
        ErrorKind::Format => ("CSV 파일이 아니에요.", "This is not a CSV file."),
        ErrorKind::Separator => ("값이 쉼표로 나뉘어 있지 않아요.", "The values are not separated by commas."),
        ErrorKind::MissingColumn => ("필요한 열이 없어요.", "A column is missing."),
        ErrorKind::ExtraColumn => ("필요하지 않은 열이 있어요.", "There is a column that is not expected."),
        ErrorKind::RepeatedColumn => ("같은 열이 여러 번 나와요.", "A column comes more than once."),
        ErrorKind::TooFewFields => ("값이 열보다 적어요.", "The line has fewer values than columns."),
        ErrorKind::TooManyFields => ("값이 열보다 많아요.", "The line has more values than columns."),
        ErrorKind::StrayQuote => ("닫는 큰따옴표 뒤에 글자가 더 있어요.", "There is text after a closing quote."),
        ErrorKind::UnterminatedQuote => {
            ("이 줄에서 연 큰따옴표가 닫히지 않았어요.", "A quote that opens on this line is never closed.")
        }
        ErrorKind::RowTooLong => ("이 줄이 4 MiB보다 길어요.", "This line is longer than 4 MiB."),
        ErrorKind::EmptyId => ("id가 비어 있어요.", "The id is empty."),
        ErrorKind::DuplicateId => ("같은 id가 두 번 나와요.", "The same id comes twice."),
        ErrorKind::UnknownId => ("제출 양식에 없는 id예요.", "This id is not in the sample submission."),
        ErrorKind::MissingId => ("필요한 id가 없어요.", "Ids are missing."),
        ErrorKind::RowCount => ("행의 수가 달라요.", "The number of rows is different."),
        ErrorKind::EmptyValue => ("값이 비어 있어요.", "The value is empty."),
        ErrorKind::NotANumber => ("숫자가 아니에요.", "This is not a number."),
        ErrorKind::Nan => ("값이 없다는 표시(NaN)예요.", "This marks a missing value (NaN)."),
        ErrorKind::Infinite => ("무한대이거나 너무 큰 수예요.", "This is infinite or too large."),
        ErrorKind::ThousandsSeparator => {
            ("천 단위를 나누는 쉼표가 있어요.", "The number has commas between thousands.")
        }
        ErrorKind::OutOfRange => ("0과 1 사이의 값이 아니에요.", "This is not between 0 and 1."),
        ErrorKind::RowSum => {
            ("이 줄의 확률을 모두 더해도 1이 아니에요.", "The probabilities of this line do not add up to 1.")
        }
        ErrorKind::UnknownLabel => ("정해진 레이블이 아니에요.", "This is not one of the labels."),
        ErrorKind::BadWeight => ("가중치가 0보다 작아요.", "The weight is below zero."),
        ErrorKind::Negative => ("0보다 작은 수예요.", "This is below zero."),
        ErrorKind::BadSize => ("이미지의 크기가 아니에요.", "This is not the size of an image."),
        ErrorKind::BadGain => ("이득이 0 이상의 수가 아니에요.", "A gain is not a number from zero on."),
        ErrorKind::RepeatedItem => ("같은 항목이 두 번 나와요.", "An item comes twice."),
        ErrorKind::BadMask => {
            ("‘시작 길이’ 쌍으로 된 마스크가 아니에요.", "This is not a mask of “start length” pairs.")
        }
        ErrorKind::OutsideImage => ("마스크가 이미지를 벗어나요.", "The mask leaves its image."),
        ErrorKind::BackwardEvent => ("offset이 onset보다 앞서요.", "The offset comes before the onset."),
        ErrorKind::NotEmptySeries => (
            "이벤트가 없다고 표시한(-) 시계열에 이벤트가 있어요.",
            "A series that is marked as empty (-) has an event.",
        ),
        ErrorKind::UnevenSeries => {
            ("같은 시계열의 다른 줄과 값이 달라요.", "Another line of the same series has another value.")
        }
        ErrorKind::Metric => ("이 정답으로는 채점할 수 없어요.", "This solution cannot be scored."),
    };
    lang.pick(ko, en)
}

/// Kinds whose cure is always the same.
pub(super) fn plain_fix(kind: ErrorKind, lang: Lang) -> &'static str {
    let (ko, en) = match kind {
        ErrorKind::EmptyFile => {
            ("열 이름과 예측값이 든 CSV 파일을 올려 주세요.", "Upload a CSV file with column names and predictions.")
        }
        // An id has a line of its own, or in a series as many as it has events.
        ErrorKind::NoRows => (
            "열 이름 아래에 예측값을 한 줄씩 넣어 주세요.",
            "Add your predictions line by line below the column names.",
        ),
        ErrorKind::NoHeader => ("첫 줄에 열 이름을 넣어 주세요.", "Put the column names on the first line."),
        ErrorKind::Encoding => ("UTF-8로 저장해 주세요.", "Save it as UTF-8."),
        ErrorKind::Format => ("예측값을 CSV로 저장해 올려 주세요.", "Save the predictions as CSV and upload that."),
        ErrorKind::Separator => {
            ("값을 쉼표(,)로 나눈 CSV로 저장해 주세요.", "Save it as CSV with commas between the values.")
        }
        ErrorKind::MissingColumn => ("이 열을 넣어 주세요.", "Add this column."),
        ErrorKind::ExtraColumn => ("이 열을 지워 주세요.", "Remove this column."),
        ErrorKind::RepeatedColumn => ("하나만 남겨 주세요.", "Keep one of them."),
        ErrorKind::TooFewFields => ("빠진 값을 넣어 주세요.", "Add what is missing."),
        ErrorKind::TooManyFields => (
            "남는 쉼표를 지워 주세요. 숫자는 1,234를 1234처럼 쉼표 없이 적고, 쉼표가 든 글자는 큰따옴표로 감싸 주세요.",
            "Remove the commas that are too many: write 1234 for 1,234, and put quotes around a text with a comma in it.",
        ),
        ErrorKind::StrayQuote => {
            ("값 안의 큰따옴표는 두 번(\"\") 적어 주세요.", "Write a quote inside a value twice (\"\").")
        }
        ErrorKind::UnterminatedQuote => ("큰따옴표를 닫거나 지워 주세요.", "Close the quote or remove it."),
        ErrorKind::RowTooLong => ("줄바꿈이 빠졌는지 확인해 주세요.", "Check for missing line breaks."),
        ErrorKind::EmptyId => ("제출 양식의 id를 넣어 주세요.", "Put in the id from the sample submission."),
        ErrorKind::DuplicateId => ("한 줄만 남겨 주세요.", "Keep one of the lines."),
        ErrorKind::UnknownId => {
            ("제출 양식의 id를 그대로 써 주세요.", "Use the ids of the sample submission as they are.")
        }
        ErrorKind::MissingId => ("빠진 행을 넣어 주세요.", "Add the missing rows."),
        ErrorKind::RowCount => ("제출 양식과 행을 맞춰 주세요.", "Match the rows of the sample submission."),
        ErrorKind::EmptyValue => (
            "숫자를 넣어 주세요. pandas는 NaN을 빈칸으로 저장해요.",
            "Put in a number. An empty cell is how pandas writes NaN.",
        ),
        ErrorKind::NotANumber | ErrorKind::Nan => ("숫자로 바꿔 주세요.", "Replace it with a number."),
        ErrorKind::Infinite => ("유한한 수로 바꿔 주세요.", "Replace it with a finite number."),
        ErrorKind::ThousandsSeparator => {
            ("쉼표를 빼고 1,234는 1234처럼 적어 주세요.", "Leave the commas out: write 1234 for 1,234.")
        }
        ErrorKind::OutOfRange => ("확률로 바꿔 주세요.", "Replace it with a probability."),
        ErrorKind::RowSum => (
            "확률을 모두 더해 1이 되도록 각각 합으로 나눠 주세요.",
            "Divide each of them by their sum, so that they add up to 1.",
        ),
        ErrorKind::UnknownLabel => ("정해진 레이블로 바꿔 주세요.", "Use one of the labels."),
        ErrorKind::BadWeight | ErrorKind::Negative => ("0 이상의 수로 바꿔 주세요.", "Replace it with zero or more."),
        ErrorKind::BadSize => (
            "픽셀 수를 1부터 100만까지의 정수로 적어 주세요.",
            "Write the pixels as a whole number from 1 to a million.",
        ),
        ErrorKind::BadGain => {
            ("a:2처럼 항목 뒤에 0 이상의 수를 적어 주세요.", "Write zero or more after the item, as in a:2.")
        }
        ErrorKind::RepeatedItem => ("항목마다 한 번만 적어 주세요.", "Name each item once."),
        ErrorKind::BadMask => (
            "1부터 세는 시작과 길이를 띄어 쓰고, 겹치지 않게 앞에서부터 적어 주세요. 빈 마스크는 -예요.",
            "Write 1-based starts and lengths, rising and without overlap, separated by spaces. An empty mask is -.",
        ),
        ErrorKind::OutsideImage => (
            "이미지의 크기와 세는 순서(위에서 아래로, 그다음 오른쪽 열)를 확인해 주세요.",
            "Check the size of the image and the order of pixels (down each column, then the next one to the right).",
        ),
        ErrorKind::BackwardEvent => {
            ("시작과 끝을 바꿔 적지 않았는지 확인해 주세요.", "Check whether the two are swapped.")
        }
        ErrorKind::NotEmptySeries => (
            "event가 -인 줄을 지우거나, 그 줄만 남기고 onset과 offset을 비워 주세요.",
            "Remove the line with -, or keep that line alone with empty onset and offset.",
        ),
        ErrorKind::UnevenSeries => {
            ("한 시계열의 모든 줄에 같은 값을 적어 주세요.", "Write the same value on all lines of a series.")
        }
        ErrorKind::Metric => ("정답 파일을 확인해 주세요.", "Check the solution file."),
    };
    lang.pick(ko, en)
}

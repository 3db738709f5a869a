//! Korean particles that fit the word before them, as it is read aloud.

/// How a word ends when it is read aloud in Korean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    /// The final consonant ㄹ, which takes 로 instead of 으로.
    Rieul,
    Consonant,
}

/// The particle that fits `word`: `closed` after a final consonant, `open` after a vowel
/// (`josa("팀", "을", "를")` is `을`). For `으로` and `로` the final ㄹ counts as a vowel.
///
/// Digits and Latin words are judged by how they are read in Korean; marks at the end (quotes, brackets) are skipped.
pub fn josa<'a>(word: &str, closed: &'a str, open: &'a str) -> &'a str {
    match ending(word) {
        Ending::Vowel => open,
        Ending::Rieul if closed.starts_with('으') => open,
        Ending::Rieul | Ending::Consonant => closed,
    }
}

fn ending(word: &str) -> Ending {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '+' | '#' | '℃'));
    match word.chars().next_back() {
        Some(last @ '가'..='힣') => match (u32::from(last) - u32::from('가')) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // Hangul stored in parts, as macOS names its files; 기역, 니은 and so on by their names; digits: 일, 칠, 팔, and 영, 삼, 육
        // as 십, 백, 천, 만 and 억; 샵, as in C#. The other digits, 퍼센트, 플러스 and 도 end in a vowel.
        Some('\u{11af}' | 'ㄹ' | '1' | '7' | '8') => Ending::Rieul,
        Some('\u{11a8}'..='\u{11c2}' | 'ㄱ'..='ㅎ' | '0' | '3' | '6' | '#') => Ending::Consonant,
        Some(last) if last.is_ascii_alphabetic() => latin_ending(word),
        _ => Ending::Vowel,
    }
}

/// The usual Korean reading of the last Latin word.
fn latin_ending(word: &str) -> Ending {
    let length = word.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let letters = word.as_bytes().get(word.len() - length..).unwrap_or_default();
    let is_short = length < 3 || (length == 3 && letters.iter().all(u8::is_ascii_uppercase));
    let letters = letters.to_ascii_lowercase();
    let [start @ .., last] = letters.as_slice() else { return Ending::Vowel };
    if is_short || !start.iter().any(|&letter| is_vowel(letter)) { name_ending(*last) } else { sound_ending(&letters) }
}

/// A letter by its name: 엘, 알; 엠, 엔; all others end in a vowel.
fn name_ending(letter: u8) -> Ending {
    match letter {
        b'l' | b'r' => Ending::Rieul,
        b'm' | b'n' => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

/// Words whose last vowel is long or that are no words (에이유씨, 알오씨), and a few that go their own way (체크, 허브, 루프).
const OPEN: [&str; 16] =
    ["aik", "ait", "eak", "eat", "eek", "eet", "iek", "iet", "oak", "oat", "oot", "auc", "roc", "check", "hub", "loop"];
const RIEUL: [&str; 2] = ["l", "le"];
/// 타입 is one that goes its own way: 셰이프 has a vowel.
const CLOSED: [&str; 10] = ["m", "n", "me", "ne", "ng", "ck", "pp", "ook", "out", "type"];

/// A word by its last letters, as loanwords are written: a stop after a short vowel closes the syllable (타깃, 메트릭), after a long
/// one or a consonant it makes one of its own (플로트, 테스트).
fn sound_ending(word: &[u8]) -> Ending {
    let is_one_of = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending.as_bytes()));
    if is_one_of(&OPEN) {
        return Ending::Vowel;
    }
    if is_one_of(&RIEUL) {
        return Ending::Rieul;
    }
    match word {
        _ if is_one_of(&CLOSED) => Ending::Consonant,
        // No word ends so: an abbreviation that ends in 알.
        [.., before, b'r'] if !is_vowel(*before) => Ending::Rieul,
        [.., before, b'b' | b'c' | b'k' | b'p' | b't'] if is_vowel(*before) => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTICLES: [(&str, &str); 4] = [("을", "를"), ("이", "가"), ("이에요", "예요"), ("으로", "로")];

    /// Each word with its particle; the other one of the pair would be wrong.
    fn fit(words: &[(&str, &str)]) {
        for &(word, particle) in words {
            let (closed, open) = PARTICLES.into_iter().find(|pair| pair.0 == particle || pair.1 == particle).unwrap();
            assert_eq!(format!("{word}{}", josa(word, closed, open)), format!("{word}{particle}"));
        }
    }

    #[test]
    fn a_particle_fits_a_korean_word() {
        let words = [
            ("팀", "을"),
            ("대회", "를"),
            ("예선", "이"),
            ("본선 2차", "가"),
            ("파일", "이"),
            ("가람", "이에요"),
            ("나래", "예요"),
            // A final ㄹ takes 로.
            ("파일", "로"),
            ("값", "으로"),
            ("서울", "로"),
            ("부산", "으로"),
            ("대구", "로"),
            // Letters by their names, and Hangul that is stored in parts.
            ("ㄴ", "이"),
            ("ㄹ", "로"),
            ("ㅏ", "가"),
            ("\u{1110}\u{1175}\u{11b7}", "을"),
            ("\u{1111}\u{1161}\u{110b}\u{1175}\u{11af}", "로"),
            ("\u{1102}\u{1161}", "를"),
        ];
        fit(&words);
    }

    #[test]
    fn a_particle_fits_a_number_as_it_is_read() {
        let words = [
            ("0", "이에요"),
            ("1", "이에요"),
            ("2", "예요"),
            ("3", "이에요"),
            ("4", "예요"),
            ("5", "예요"),
            ("6", "이에요"),
            ("7", "이에요"),
            ("8", "이에요"),
            ("9", "예요"),
            ("1", "로"),
            ("3", "으로"),
            ("6", "으로"),
            ("8", "로"),
            ("10", "을"),
            ("1,200", "을"),
            ("10000", "으로"),
            ("0.93494", "예요"),
            ("0.93490", "이에요"),
            ("50%", "를"),
            ("50%", "예요"),
            ("12%p", "예요"),
            ("36.5℃", "예요"),
            ("3개", "를"),
        ];
        fit(&words);
    }

    #[test]
    fn a_particle_fits_letters_by_their_names() {
        let words = [
            ("A", "를"),
            ("k", "를"),
            ("MAP@k", "를"),
            ("R", "을"),
            ("P_n", "을"),
            ("id", "를"),
            ("ap", "를"),
            ("AI", "를"),
            ("CSV", "를"),
            ("XLSX", "를"),
            ("HTML", "을"),
            ("HTML", "로"),
            ("URL", "로"),
            ("API", "가"),
            ("EMR", "로"),
            ("EGFR", "을"),
            ("LSTM", "으로"),
            ("CNN", "이"),
            ("RMSE", "가"),
            ("rmsle", "를"),
            ("AUC", "를"),
            ("roc_auc", "를"),
            ("AUROC", "를"),
            ("event_ap", "를"),
            ("mrr", "을"),
            ("r2", "를"),
            ("f1", "을"),
        ];
        fit(&words);
    }

    #[test]
    fn a_particle_fits_a_latin_word_as_it_is_read() {
        let words = [
            // 파일, 라벨, 테이블
            ("file", "을"),
            ("file", "로"),
            ("label", "을"),
            ("table", "로"),
            // 타임, 네임, 칼럼, 피어슨, 트레이닝
            ("time", "을"),
            ("NAME", "이"),
            ("column", "을"),
            ("pearson", "으로"),
            ("training", "을"),
            // 타깃, 유닛, 스플릿, 레이아웃, 메트릭, 노트북, 트랙, 맵, 앱, 웹, 타입
            ("target", "을"),
            ("TARGET", "이"),
            ("U-Net", "을"),
            ("split", "을"),
            ("layout", "이"),
            ("metric", "이"),
            ("notebook", "으로"),
            ("track", "을"),
            ("heatmap", "을"),
            ("app", "을"),
            ("web", "으로"),
            ("dtype", "을"),
            // 스코어, 테스트, 이벤트, 웨이트, 플로트, 레이트, 마크, 태스크, 위크, 체크, 깃허브, 루프, 셰이프, 에포크
            ("score", "를"),
            ("test", "를"),
            ("malignant", "를"),
            ("event", "가"),
            ("weight", "로"),
            ("float", "로"),
            ("hit_rate", "를"),
            ("benchmark", "가"),
            ("task", "를"),
            ("week", "가"),
            ("check", "를"),
            ("GitHub", "로"),
            ("loop", "를"),
            ("shape", "가"),
            ("user", "가"),
            ("graph", "를"),
            ("log", "로"),
            ("seed", "를"),
            ("index", "가"),
            ("class", "가"),
            ("NAVER", "가"),
            ("Kim", "이"),
            ("Lee", "가"),
            ("Seok", "이"),
            ("C++", "로"),
            ("C#", "으로"),
        ];
        fit(&words);
    }

    #[test]
    fn a_particle_fits_the_name_of_a_file_by_its_ending() {
        let words = [
            ("submission.csv", "를"),
            ("answer.csv", "로"),
            ("train.parquet", "을"),
            ("model.json", "으로"),
            ("competition.toml", "로"),
            ("metric.wasm", "을"),
            ("banner.svg", "가"),
            ("banner.png", "를"),
            ("data.zip", "을"),
            ("notes.txt", "를"),
            ("page.html", "을"),
            ("run.py", "를"),
            ("정답.xlsx", "를"),
        ];
        fit(&words);
    }

    #[test]
    fn marks_at_the_end_are_skipped() {
        let words = [
            ("‘새벽판독실’", "을"),
            ("“target”", "이"),
            ("세미콜론(;)", "으로"),
            ("MAE(평균 절대 오차)", "를"),
            ("점수(공개)", "가"),
            ("정말?!", "을"),
            ("고래 🐳", "가"),
            ("", "를"),
            ("（）", "를"),
        ];
        fit(&words);
    }
}

//! Names that people choose: tidied for the screen, and compared so that none can pass for another.

use crate::error::FieldProblem;
use crate::teams::NAME_MAX;
use crate::{AppError, Result};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// How many marks may stand over one letter; a heap of them covers the lines above.
const MARKS: usize = 3;

/// A name as it is shown: composed (NFC), with single spaces, without what nobody can see and without heaps of marks.
pub fn tidy(name: &str) -> String {
    let (mut marks, mut before) = (0, ' ');
    let seen: String = name
        .nfc()
        .filter(|c| !is_ignorable(*c))
        .filter(|c| {
            marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            let is_one_too_many = marks > MARKS || (marks > 0 && *c == before);
            before = *c;
            !is_one_too_many
        })
        .collect();
    // Without what stood between them, letters may compose.
    let seen: String = seen.nfc().collect();
    seen.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A tidy team name of 2 to 20 characters, or why it cannot be one.
pub fn team(name: &str) -> Result<String> {
    let tidy = tidy(name);
    if !(2..=NAME_MAX).contains(&tidy.chars().count()) || tidy.chars().any(char::is_control) {
        return Err(AppError::field("name", FieldProblem::TeamName));
    }
    Ok(tidy)
}

/// What a search compares: without case, width and spaces, so that `한빛 AI` is found by `한빛ａｉ`.
pub fn plain(name: &str) -> String {
    folded(plain_case(name).chars())
}

/// What makes two team names the same: how they look (UTS #39), whatever their case, width and spaces. It holds no space.
pub fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in plain_case(name).chars() {
        match c {
            // Letters of its parts look alike where its syllables do not: 가까 and 각가.
            '가'..='힣' => key.push(c),
            _ => look(c, &mut key),
        }
    }
    key
}

/// As [`plain`], with its case.
fn plain_case(name: &str) -> String {
    name.nfkc().filter(|c| !is_ignorable(*c) && !is_space(*c)).nfkc().collect()
}

/// The letters that `c` looks like, in lower case. What looks like no Latin letter or digit as it stands may do so as a capital
/// (Cyrillic в as B); and since I looks like l, so does i.
fn look(c: char, out: &mut String) {
    // Korean letters that stand alone and look like others, of which Unicode says nothing.
    let c = match c {
        '\u{110B}' => 'O',
        '\u{1175}' => 'l',
        '\u{1173}' => '一',
        '\u{1106}' => '口',
        '\u{1109}' => '人',
        other => other,
    };
    let alike = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
    let mut as_it_stands = alike(c);
    if !as_it_stands.bytes().all(|b| b.is_ascii_alphanumeric()) {
        as_it_stands = c.to_uppercase().map(alike).collect();
    }
    let lower = folded(as_it_stands.chars());
    let again: String = lower.chars().map(alike).collect();
    out.extend(folded(again.chars()).chars().map(|c| if c == 'i' { 'l' } else { c }));
}

/// Without case: ß is ss, ς is σ.
fn folded(text: impl Iterator<Item = char>) -> String {
    text.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// White space, and the empty Braille pattern that looks the same.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Unicode's `Default_Ignorable_Code_Point`: joiners, fillers, selectors, direction marks, tags. And what no two screens draw alike, or
/// none at all: marks of annotations, and characters for private use.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_look_have_the_same_key() {
        let same = [
            ("한빛 AI", "한빛ai"),
            ("가람", "\u{1100}\u{1161}\u{1105}\u{1161}\u{11b7}"),
            ("가람", "가\u{ad}람"),
            ("가람", "가람\u{fe0f}"),
            ("가람", "가\u{34f}람"),
            ("가람", "가람\u{e0061}"),
            ("가람", "가\u{180e}람"),
            ("가람", "가\u{2800}람"),
            ("AI", "\u{410}I"),
            ("AI", "ＡＩ"),
            ("AI", "Al"),
            ("AI", "ai"),
            ("TEAM", "team"),
            ("BBC", "ввс"),
            ("v1", "νl"),
            ("Straße", "STRASSE"),
            ("ロボ", "口ボ"),
            ("modern", "modem"),
            ("OO팀", "ㅇㅇ팀"),
            ("ll팀", "ㅣㅣ팀"),
            ("一팀", "ㅡ팀"),
            ("口팀", "ㅁ팀"),
            ("人팀", "ㅅ팀"),
            ("O2", "02"),
            ("가람", "가\u{fffa}람"),
            ("가람", "가\u{e001}람"),
            ("가람", "가\u{100000}람"),
        ];
        for (one, other) in same {
            assert_eq!(key(one), key(other), "{one} and {other}");
            assert!(!key(other).contains(' '));
        }
    }

    #[test]
    fn names_of_different_looks_have_different_keys() {
        for (one, other) in
            [("가까", "각가"), ("안나", "아나"), ("팀 2", "팀 3"), ("가람", "나람"), ("AI", "AE"), ("α팀", "β팀")]
        {
            assert_ne!(key(one), key(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_name_is_shown_composed_and_without_what_cannot_be_seen() {
        assert_eq!(team("\u{1100}\u{1161}\u{1105}\u{1161}\u{11b7}").unwrap(), "가람");
        assert_eq!(team("  두번째 \u{200b}  소견\u{202e} ").unwrap(), "두번째 소견");
        assert_eq!(team("가\u{34f}람").unwrap(), "가람");
        assert_eq!(team("팀팀\u{301}\u{301}\u{301}\u{301}\u{301}").unwrap(), "팀팀\u{301}");
        for wrong in ["가", "\u{E000}\u{F8FF}가", "\u{200B}\u{200B}", "\u{2800}\u{3164}", "팀\u{7}팀"] {
            assert!(team(wrong).is_err(), "{wrong}");
        }
        // Marks that languages need.
        for right in ["ทีมเก่ง", "Việt Nam", "קָמֵץ"] {
            assert_eq!(team(right).unwrap(), right.nfc().collect::<String>());
        }
    }

    #[test]
    fn a_search_finds_a_name_as_it_is_typed_and_not_its_look_alikes() {
        let finds = |typed: &str, name: &str| plain(name).contains(&plain(typed));
        assert!(finds("한빛ａｉ", "한빛 AI 연구") && finds("빛 a", "한빛 AI 연구"));
        assert!(finds("\u{1100}\u{1161}\u{1105}\u{1161}\u{11b7}", "가람"));
        assert!(!finds("1", "AI") && !finds("l", "AI"));
    }
}

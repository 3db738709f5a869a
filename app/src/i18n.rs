//! Texts of the screen in the reader's language.
//!
//! `locales/{ko,en}/<area>.json` become constants under [`k`] at build time. [`t`] gives a plain text; [`tf!`](crate::tf) fills
//! a text with values and refuses, while compiling, a value that is missing or that the text does not have.
//!
//! In a text `{n}` stands for a value; `{name|을/를}` chooses the particle that fits the value's last letter (Korean),
//! `{n|time/times}` the word for one or for many (English). Both print only the chosen word.

use std::fmt::{Display, Write as _};

pub use domain::Locale;

/// A text without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    pub ko: &'static str,
    pub en: &'static str,
}

/// A text with values, cut at its placeholders.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    pub names: &'static [&'static str],
    pub ko: &'static [Part],
    pub en: &'static [Part],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Text(&'static str),
    Value(&'static str),
    /// The first word fits a final consonant or the number one, the second everything else.
    Choice(&'static str, &'static str, &'static str),
}

/// Every text, in groups as in the JSON files.
#[cfg_attr(
    not(feature = "ssr"),
    expect(dead_code, reason = "the browser has only its islands' texts; the server has all")
)]
pub(crate) mod k {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

/// The text in `locale`.
pub const fn t(locale: Locale, phrase: Phrase) -> &'static str {
    match locale {
        Locale::Ko => phrase.ko,
        Locale::En => phrase.en,
    }
}

/// Fills a text with values: `tf!(locale, k::submissions::quotas::LEFT, n = 7, time = reset)`.
#[macro_export]
macro_rules! tf {
    ($locale:expr, $template:expr, $($name:ident = $value:expr),+ $(,)?) => {{
        const _: () = $crate::i18n::check(&$template, &[$(stringify!($name)),+]);
        $crate::i18n::fill($locale, &$template, &[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),+])
    }};
}

/// Fills `template`; a placeholder without a value stays empty. For texts chosen at run time, else use [`tf!`](crate::tf).
pub fn fill(locale: Locale, template: &Template, values: &[(&str, &dyn Display)]) -> String {
    let parts = match locale {
        Locale::Ko => template.ko,
        Locale::En => template.en,
    };
    let value = |name: &str| values.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let mut out = String::new();
    for part in parts {
        match *part {
            Part::Text(text) => out.push_str(text),
            Part::Value(name) => {
                if let Some(value) = value(name) {
                    let _ = write!(out, "{value}");
                }
            }
            Part::Choice(name, first, second) => {
                let value = value(name).map(ToString::to_string).unwrap_or_default();
                out.push_str(match locale {
                    Locale::Ko => scoring::josa(&value, first, second),
                    Locale::En if value == "1" => first,
                    Locale::En => second,
                });
            }
        }
    }
    out
}

/// Compares the names given to [`tf!`](crate::tf) with the text's own, while compiling.
///
/// # Panics
/// When they differ; it runs only in constants, so that is a build error.
pub const fn check(template: &Template, given: &[&str]) {
    let mut at = 0;
    while at < template.names.len() {
        assert!(has(given, template.names[at]), "the text has a placeholder that is given no value");
        at += 1;
    }
    at = 0;
    while at < given.len() {
        assert!(has(template.names, given[at]), "a value is given that the text has no placeholder for");
        at += 1;
    }
}

const fn has(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if same(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: Template = Template {
        names: &["name"],
        ko: &[Part::Value("name"), Part::Choice("name", "을", "를"), Part::Text(" 지웠어요.")],
        en: &[Part::Text("Deleted "), Part::Value("name"), Part::Text(".")],
    };
    const TOWARD: Template = Template {
        names: &["name"],
        ko: &[Part::Value("name"), Part::Choice("name", "으로", "로")],
        en: &[Part::Value("name")],
    };
    const TRIES: Template = Template {
        names: &["n"],
        ko: &[Part::Value("n"), Part::Text("회")],
        en: &[Part::Value("n"), Part::Text(" "), Part::Choice("n", "try", "tries")],
    };

    fn korean(template: &Template, value: &str) -> String {
        fill(Locale::Ko, template, &[(template.names[0], &value)])
    }

    #[test]
    fn a_particle_follows_the_final_consonant() {
        assert_eq!(korean(&OBJECT, "댓글"), "댓글을 지웠어요.");
        assert_eq!(korean(&OBJECT, "메모"), "메모를 지웠어요.");
    }

    #[test]
    fn a_particle_follows_numbers_and_letters_as_they_are_read() {
        for (word, particle) in
            [("answer.csv", "를"), ("3", "을"), ("2", "를"), ("10", "을"), ("Kim", "을"), ("API", "를")]
        {
            assert_eq!(korean(&OBJECT, word), format!("{word}{particle} 지웠어요."));
        }
    }

    #[test]
    fn a_particle_looks_through_closing_quotes() {
        assert_eq!(korean(&OBJECT, "‘새벽판독실’"), "‘새벽판독실’을 지웠어요.");
    }

    #[test]
    fn toward_treats_a_final_rieul_as_open() {
        for (word, particle) in [("서울", "로"), ("부산", "으로"), ("대구", "로"), ("7", "로"), ("6", "으로")]
        {
            assert_eq!(korean(&TOWARD, word), format!("{word}{particle}"));
        }
    }

    #[test]
    fn the_leading_score_of_a_chart_has_the_ending_that_fits_its_last_digit() {
        for (score, ending) in [("0.93494", "예요"), ("0.93490", "이에요")] {
            let text = crate::tf!(Locale::Ko, k::ui::chart::STEPS_FINDING, n = 5, name = "가람", score = score);
            assert!(text.contains(&format!("가람, {score}{ending}. ")), "{text}");
        }
    }

    #[test]
    fn english_counts_one_and_many() {
        assert_eq!(crate::tf!(Locale::En, TRIES, n = 1), "1 try");
        assert_eq!(crate::tf!(Locale::En, TRIES, n = 0), "0 tries");
        assert_eq!(crate::tf!(Locale::Ko, TRIES, n = 2), "2회");
    }
}

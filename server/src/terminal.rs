//! The terminal: its language, and what is said in it.

use std::io::Write as _;

use scoring::Lang;

/// Korean where the terminal is, by the variables in the order POSIX gives them.
pub fn lang() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    language(set)
}

/// The first value that is not empty decides.
fn language(mut values: impl Iterator<Item = String>) -> Lang {
    let value = values.find(|value| !value.is_empty()).unwrap_or_default();
    if value.split(['_', '.', '@']).next() == Some("ko") { Lang::Ko } else { Lang::En }
}

/// Prints a command's answer. Whoever reads may have left (`… | head`): that is no failure of the command.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints why a command failed.
#[expect(clippy::print_stderr, reason = "this is the command line's error")]
pub fn say_error(error: &anyhow::Error) {
    // Some causes repeat theirs.
    let text = error
        .chain()
        .map(ToString::to_string)
        .reduce(|text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") });
    eprintln!("madang: {}", text.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminals_language_is_that_of_its_first_variable_with_a_value() {
        let of = |values: &[&str]| language(values.iter().map(|&value| value.to_owned()));
        assert_eq!(of(&["", "ko_KR.UTF-8"]), Lang::Ko);
        assert_eq!(of(&["C", "ko_KR.UTF-8"]), Lang::En);
        assert_eq!(of(&["kok_IN"]), Lang::En);
        assert_eq!(of(&[]), Lang::En);
    }
}

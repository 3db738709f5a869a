//! Code in the colours of its language: syntect knows the languages, and of its many scopes a few kinds are told apart.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

use super::harmless::escape;

/// Bytes of code in a text that are coloured, and those of a line: what is longer was not written to be read.
const BYTES_MAX: usize = 20_000;
const LINE_MAX: usize = 500;
/// How long one text may keep the reader; the patterns of a language may go back and forth on a line that was made for it.
const TIME_MAX: Duration = Duration::from_millis(250);

/// Scopes by their beginnings, the more exact ones first, and the class of what they hold.
const KINDS: [(&str, Option<&str>); 14] = [
    ("comment", Some("code-comment")),
    ("string", Some("code-string")),
    ("constant.numeric", Some("code-number")),
    ("constant.language", Some("code-word")),
    ("keyword.operator.logical", Some("code-word")),
    ("keyword.operator.word", Some("code-word")),
    ("keyword.operator", None),
    ("keyword", Some("code-word")),
    ("storage", Some("code-word")),
    ("entity.name", Some("code-name")),
    ("support.function", Some("code-name")),
    ("variable.function", Some("code-name")),
    ("markup.inserted", Some("code-added")),
    ("markup.deleted", Some("code-removed")),
];

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);
static SCOPES: LazyLock<Vec<(Scope, Option<&str>)>> =
    LazyLock::new(|| KINDS.into_iter().filter_map(|(begins, class)| Some((Scope::new(begins).ok()?, class))).collect());

/// What one text may still cost.
pub(super) struct Colours {
    bytes: usize,
    until: Instant,
}

impl Colours {
    pub(super) fn new() -> Self {
        Self { bytes: BYTES_MAX, until: Instant::now() + TIME_MAX }
    }

    /// HTML of a block of code; nothing where its language is not known or it costs too much, and it stays as it is.
    pub(super) fn html(&mut self, info: &str, code: &str) -> Option<String> {
        let name = info.split([' ', ',', '{']).next().filter(|name| !name.is_empty())?;
        let syntax = SYNTAXES.find_syntax_by_token(name)?;
        self.bytes = self.bytes.checked_sub(code.len())?;
        let coloured = self.coloured(syntax, code)?;
        Some(format!("<pre><code>{coloured}</code></pre>\n"))
    }

    fn coloured(&self, syntax: &SyntaxReference, code: &str) -> Option<String> {
        let (mut state, mut stack) = (ParseState::new(syntax), ScopeStack::new());
        let mut html = String::with_capacity(code.len() * 2);
        for line in code.split_inclusive('\n') {
            if line.len() > LINE_MAX || Instant::now() > self.until {
                return None;
            }
            let ops = state.parse_line(line, &SYNTAXES).ok()?;
            write_line(&mut html, line, &ops, &mut stack)?;
        }
        Some(html)
    }
}

fn write_line(html: &mut String, line: &str, ops: &[(usize, ScopeStackOp)], stack: &mut ScopeStack) -> Option<()> {
    for (part, op) in ScopeRegionIterator::new(ops, line) {
        stack.apply(op).ok()?;
        match class(stack).filter(|_| !part.trim().is_empty()) {
            Some(class) => write!(html, "<span class=\"{class}\">{}</span>", escape(part)).ok()?,
            None => html.push_str(&escape(part)),
        }
    }
    Some(())
}

/// The class of what the innermost scope says of which something is known.
fn class(stack: &ScopeStack) -> Option<&'static str> {
    let known = |scope: &Scope| SCOPES.iter().find(|(begins, _)| begins.is_prefix_of(*scope));
    stack.as_slice().iter().rev().find_map(known).and_then(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(info: &str, code: &str) -> Option<String> {
        Colours::new().html(info, code)
    }

    #[test]
    fn code_has_the_colours_of_its_language() {
        let python = html("python", "def auc(y):  # AUC\n    return \"0.9\" if y else 1\n").unwrap();
        for part in [
            "<span class=\"code-word\">def</span>",
            "<span class=\"code-name\">auc</span>",
            "<span class=\"code-number\">1</span>",
            "<span class=\"code-word\">return</span>",
        ] {
            assert!(python.contains(part), "{python}");
        }
        assert!(python.contains("code-comment") && python.contains("code-string"), "{python}");
        let diff = html("diff", "- 하루 10회\n+ 하루 3회\n").unwrap();
        assert!(diff.contains("code-removed") && diff.contains("code-added"), "{diff}");
    }

    #[test]
    fn what_has_no_language_or_is_not_made_to_be_read_stays_as_it_is() {
        assert_eq!(html("", "x = 1"), None);
        assert_eq!(html("klingon", "x = 1"), None);
        assert_eq!(html("python", &"x".repeat(LINE_MAX + 1)), None);
        assert_eq!(html("python", &"x = 1\n".repeat(BYTES_MAX)), None);
        let mut colours = Colours { until: Instant::now() + Duration::from_mins(1), ..Colours::new() };
        let half = "x = 1\n".repeat(BYTES_MAX / 11);
        assert!(colours.html("python", &half).is_some());
        assert!(colours.html("python", &half).is_none(), "blocks of one text are counted together");
    }

    #[test]
    fn text_of_code_is_never_markup() {
        let html = html("python", "print('<script>alert(1)</script>&amp;')").unwrap();
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;") && html.contains("&amp;amp;"), "{html}");
    }
}

//! LaTeX formulas as MathML.

use std::iter::Peekable;
use std::str::Chars;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::harmless::escape;
use super::refused::NESTING_MAX;

/// Longest formula in bytes.
const FORMULA_MAX: usize = 10_000;

/// Turns the formulas of one text into MathML.
pub(super) struct Formulas(Option<LatexToMathML>);

impl Formulas {
    pub(super) fn new() -> Self {
        Self(LatexToMathML::new(MathCoreConfig::default()).ok())
    }

    /// MathML of a formula; one that cannot be read stays as its source in a code element.
    pub(super) fn html(&self, latex: &str, display: bool) -> String {
        let style = if display { MathDisplay::Block } else { MathDisplay::Inline };
        let converter = self.0.as_ref().filter(|_| is_convertible(latex));
        let converted = converter.and_then(|converter| converter.convert_with_local_state(latex, style).ok());
        match converted.map(|result| result.mathml) {
            Some(mathml) if display => format!("<div class=\"formula\">{mathml}</div>"),
            Some(mathml) => mathml,
            None => format!("<code>{}</code>", escape(latex)),
        }
    }
}

/// Whether the converter, which recurses without a limit of its own, may have this formula.
pub(super) fn is_convertible(latex: &str) -> bool {
    latex.len() <= FORMULA_MAX && depth(latex) <= NESTING_MAX
}

/// What opened a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opener {
    Brace,
    /// Only straight after a command, where it is an option: `\sqrt[3]`. Elsewhere `[` is a plain sign.
    Bracket,
    Left,
    Begin,
}

/// An open group, and how much deeper the converter is in it.
struct Level {
    opener: Opener,
    /// Commands in a row, each of which may be the argument of the one before: `\hat\hat\hat x`.
    waiting: usize,
    /// Commands that take all that follows in the group: `\displaystyle a \displaystyle b`.
    reaching: usize,
}

impl Level {
    fn new(opener: Opener) -> Self {
        Self { opener, waiting: 0, reaching: 0 }
    }
}

/// How deep converting recurses, at most.
fn depth(latex: &str) -> usize {
    // The formula itself is the first level, which nothing closes.
    let mut open = vec![Level::new(Opener::Begin)];
    let mut deepest: usize = 0;
    let mut rest = latex.chars().peekable();
    while let Some(letter) = rest.next() {
        let last = open.len() - 1;
        match letter {
            '\\' => {
                let mut name = String::new();
                while let Some(letter) = rest.next_if(|c| c.is_ascii_alphabetic() || name.is_empty()) {
                    let is_sign = !letter.is_ascii_alphabetic();
                    name.push(letter);
                    if is_sign {
                        break;
                    }
                }
                match name.as_str() {
                    "left" => open.push(Level::new(Opener::Left)),
                    "right" => close(&mut open, Opener::Left),
                    "begin" => {
                        pass_name(&mut rest);
                        open.push(Level::new(Opener::Begin));
                    }
                    "end" => {
                        pass_name(&mut rest);
                        close(&mut open, Opener::Begin);
                    }
                    "displaystyle" | "textstyle" | "scriptstyle" | "scriptscriptstyle" | "color" => {
                        open[last].reaching += 1;
                    }
                    // Spaces, line ends and escaped signs, which take nothing.
                    "\\" | "," | ";" | ":" | ">" | "!" | " " | "{" | "}" | "|" | "%" | "_" | "&" | "#" | "$" => {
                        open[last].waiting = 0;
                    }
                    _ => open[last].waiting += 1,
                }
            }
            '^' | '_' => open[last].waiting += 1,
            '{' => open.push(Level::new(Opener::Brace)),
            '[' if open[last].waiting > 0 => open.push(Level::new(Opener::Bracket)),
            '}' => close(&mut open, Opener::Brace),
            ']' if open[last].opener == Opener::Bracket => close(&mut open, Opener::Bracket),
            '%' => {
                let _ = rest.by_ref().find(|c| *c == '\n');
            }
            '*' => {}
            letter if letter.is_whitespace() => {}
            _ => open[last].waiting = 0,
        }
        deepest = deepest.max(open.iter().map(|level| 1 + level.waiting + level.reaching).sum());
        if deepest > NESTING_MAX + 1 {
            break;
        }
    }
    deepest - usize::from(deepest > 0)
}

/// Passes an environment's name in its braces, which are no group.
fn pass_name(rest: &mut Peekable<Chars<'_>>) {
    let mut ahead = rest.clone();
    if ahead.next() == Some('{') && ahead.find(|c| !c.is_ascii_alphabetic() && *c != '*') == Some('}') {
        *rest = ahead;
    }
}

/// Closes the innermost group of this kind with all that is open in it; a closing without an opening closes nothing.
fn close(open: &mut Vec<Level>, opener: Opener) {
    if let Some(at) = open.iter().skip(1).rposition(|level| level.opener == opener) {
        open.truncate(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_groups_and_commands_that_wait_or_reach_but_not_what_stands_side_by_side() {
        for (latex, expected) in [
            ("x + y", 0),
            (r"\frac{1}{n}", 2),
            (r"\frac{a}{b} + \frac{c}{d} + \frac{e}{f}", 2),
            (r"x^{y^{z}}", 4),
            (r"\hat\hat\hat x", 3),
            (r"\sqrt[3]{\sqrt[3]{x}}", 4),
            (r"\left( \left( a \right) \right)", 2),
            (r"\begin{matrix} \begin{matrix} a \end{matrix} \end{matrix}", 2),
            (r"\displaystyle a \displaystyle b", 2),
            ("\\hat%}\n\\hat x", 2),
            (r"\{ \{ \{ [0, 1) ]", 0),
        ] {
            assert_eq!(depth(latex), expected, "{latex}");
        }
    }
}

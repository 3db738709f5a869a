//! Why a text is not converted, told to whoever can mend it, with the bounds that it names.

use std::fmt;

use domain::error::FieldProblem;

/// Longest text in bytes.
pub(super) const SIZE_MAX: usize = 200_000;
/// Deepest nesting of quotes, lists, emphasis and links, and of groups in a formula.
pub(super) const NESTING_MAX: usize = 50;

/// Why a text is not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Long,
    Deep,
    Much,
}

/// A text that is not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub why: Why,
    /// Where it begins; lines are counted from 1.
    pub line: usize,
}

impl Refused {
    /// The same for who has written it into a form.
    pub const fn problem(self) -> FieldProblem {
        match self.why {
            Why::Long => FieldProblem::BodyLong,
            Why::Deep => FieldProblem::BodyDeep,
            Why::Much => FieldProblem::BodyMuch,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        match self.why {
            Why::Long => write!(f, "the text has more than {SIZE_MAX} bytes; divide it or shorten it"),
            Why::Deep => write!(
                f,
                "line {line}: quotes, lists, emphasis, links or a formula's groups are nested more than {NESTING_MAX} deep \
                 (or the formula is too long); close or remove some"
            ),
            Why::Much => write!(f, "line {line}: the text has too many marks or table cells; divide it or shorten it"),
        }
    }
}

//! TOML read strictly: a key that nobody asks for is refused by name, and all that is wrong is told at once, with its line.
//! The types themselves stay lenient, so that an older program can read what a newer one has stored.

use domain::Text;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problems::{Problem, Problems, said};
use super::strict::{Node, Pass};

/// A TOML file with its lines.
pub(crate) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    root: Spanned<DeValue<'a>>,
}

impl<'a> Document<'a> {
    /// # Errors
    /// Every place where the text is no TOML.
    pub(crate) fn parse(file: &'a str, text: &'a str) -> Result<Self, Problems> {
        let text = text.trim_start_matches('\u{feff}');
        let (root, mut errors) = DeTable::parse_recoverable(text);
        errors.sort_by_key(|error| error.span().map(|span| span.start));
        let document = Self { file, text, root: Spanned::new(root.span(), DeValue::Table(root.into_inner())) };
        let problem = |error: &toml::de::Error| {
            let what = error.message();
            let text = said(format!("TOML로 읽지 못했어요: {what}"), format!("This is no TOML: {what}"));
            Problem::at(file, error.span().map(|span| document.line_at(span.start)), text)
        };
        let mut problems: Vec<Problem> = errors.iter().map(problem).collect();
        let mut zeros = Vec::new();
        find_zeros(&document.root, &mut zeros);
        problems.extend(zeros.into_iter().map(|at| Problem::at(file, Some(document.line_at(at)), zero())));
        Problems::check(problems)?;
        Ok(document)
    }

    /// The whole file but the keys `others`, which are read on their own.
    pub(crate) fn read<T: DeserializeOwned>(&self, others: &[&str], problems: &mut Vec<Problem>) -> Option<T> {
        self.value(Node { path: String::new(), value: &self.root, others, pass: &Pass::default() }, problems)
    }

    /// What stands under a key of the file, if it does.
    pub(crate) fn key<T: DeserializeOwned>(&self, key: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let value = self.find(key)?.1;
        self.value(Node { path: key.to_owned(), value, others: &[], pass: &Pass::default() }, problems)
    }

    /// How many entries a list has.
    pub(crate) fn count(&self, key: &str) -> usize {
        self.find(key).and_then(|(_, value)| value.get_ref().as_array().map(|list| list.iter().count())).unwrap_or(0)
    }

    /// The line of a key such as `quota.per_day` or `stage.0.ends`, or of what is nearest above it.
    pub(crate) fn line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some((start, _)) = self.find(path) {
                return Some(self.line_at(start));
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// A problem at a key.
    pub(crate) fn problem(&self, path: &str, text: Text) -> Problem {
        Problem::at(self.file, self.line(path), text)
    }

    fn line_at(&self, start: usize) -> usize {
        self.text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Where a key begins, and its value.
    fn find(&self, path: &str) -> Option<(usize, &Spanned<DeValue<'a>>)> {
        path.split('.').try_fold((0, &self.root), |(_, value), step| match value.get_ref() {
            DeValue::Table(table) => {
                let (key, value) = table.iter().find(|(key, _)| key.get_ref() == step)?;
                Some((key.span().start, value))
            }
            DeValue::Array(list) => list.get(step.parse::<usize>().ok()?).map(|value| (value.span().start, value)),
            _ => None,
        })
    }

    /// What is wrong is noted and passed over, and the rest is read again.
    fn value<T: DeserializeOwned>(&self, node: Node<'_>, problems: &mut Vec<Problem>) -> Option<T> {
        let before = problems.len();
        let read = loop {
            let wrong = match T::deserialize(node.clone()) {
                Ok(value) => break Some(value),
                Err(wrong) => wrong,
            };
            let known = wrong.missing.as_ref().is_some_and(|path| node.pass.over.borrow().contains(path));
            let problem = self.problem(&wrong.path, wrong.text.clone());
            if !known && !problems.contains(&problem) {
                problems.push(problem);
            }
            if !node.pass.over.borrow_mut().insert(wrong.key()) {
                break None;
            }
        };
        let unknown = node.pass.unknown.take();
        problems.extend(unknown.into_iter().map(|(path, text)| self.problem(&path, text)));
        read.filter(|_| problems.len() == before)
    }
}

/// Where a key or text with U+0000 stands, which PostgreSQL keeps in no text.
fn find_zeros(value: &Spanned<DeValue<'_>>, found: &mut Vec<usize>) {
    match value.get_ref() {
        DeValue::String(text) if text.contains('\0') => found.push(value.span().start),
        DeValue::Array(list) => list.iter().for_each(|value| find_zeros(value, found)),
        DeValue::Table(table) => {
            for (key, value) in table {
                if key.get_ref().contains('\0') {
                    found.push(key.span().start);
                }
                find_zeros(value, found);
            }
        }
        _ => {}
    }
}

/// What is said of U+0000.
pub(crate) fn zero() -> Text {
    said(
        "쓸 수 없는 문자(U+0000)가 있어요. 지워 주세요.",
        "This holds a character that cannot be kept (U+0000); remove it.",
    )
}

#[cfg(test)]
mod tests {
    use domain::competitions::Settings;
    use scoring::Lang;

    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let document = match Document::parse("competition.toml", text) {
            Ok(document) => document,
            Err(wrong) => return wrong.0.iter().map(|problem| problem.message(Lang::En)).collect(),
        };
        assert!(document.read::<Settings>(&["stage"], &mut problems).is_none());
        problems.iter().map(|problem| problem.message(Lang::En)).collect()
    }

    const RIGHT: &str = "title = { ko = \"가\" }\nlead = { ko = \"나\" }\nties = \"exact\"\nmetric = { id = \"rmse\" }\n\
        columns = { id = \"id\", target = [\"y\"] }\n";

    #[test]
    fn every_unknown_key_is_told_at_once_with_its_line_and_the_one_that_was_meant() {
        let text = format!(
            "\u{feff}{RIGHT}file_mbs = 3\n[quota]\nper_dya = 3\n[[metric.combine]]\nweight = 1\nid = \"rmse\"\nparam = 1\n[policy]\nwhatever = 1\n"
        )
        .replace("metric = { id = \"rmse\" }\n", "metric.id = \"combined\"\n");
        let found = problems(&text);
        assert_eq!(found[0], "competition.toml:6: There is no key “file_mbs”. Did you mean “file_mb”?", "{found:?}");
        assert!(found.contains(&"competition.toml:8: There is no key “per_dya”. Did you mean “per_day”?".to_owned()));
        assert!(
            found.iter().any(|one| one.contains(":12: There is no key “param”. Did you mean “params”?")),
            "{found:?}"
        );
        assert!(found.iter().any(|one| one.contains("“whatever”. The keys here: external_data, final_selection")));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_key_that_earlier_folders_have_is_passed_over() {
        let text = format!("{RIGHT}[policy]\npublic_share = 0.36\nfinal_selection = 3\n");
        let mut problems = Vec::new();
        let settings: Option<Settings> =
            Document::parse("competition.toml", &text).unwrap().read(&["stage"], &mut problems);
        assert_eq!((settings.map(|settings| settings.policy.final_selection), problems), (Some(3), Vec::new()));
    }

    #[test]
    fn every_value_of_the_wrong_kind_is_told_at_once_with_its_line() {
        let text =
            RIGHT.replace("{ ko = \"가\" }", "\"가\"").replace("\"exact\"", "\"exatc\"").replace("[\"y\"]", "\"y\"");
        let found = problems(&format!("{text}file_mb = -1\n[team]\nmin = \"two\"\n[quota]\nper_day = 1.5\n"));
        let expected = [
            "competition.toml:1: Write it in both languages: { ko = \"…\", en = \"…\" }",
            "competition.toml:3: “exatc” is none of the words that may stand here: exact, shown",
            "competition.toml:5: This must be a list in [ ]; it is the text “y”.",
            "competition.toml:6: This must be a whole number, 0 or more; it is -1.",
            "competition.toml:8: This must be a whole number; it is the text “two”.",
            "competition.toml:10: This must be a whole number; it is 1.5.",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_missing_key_and_text_that_is_no_toml_are_told_with_their_line() {
        let found = problems(&RIGHT.replace("id = \"id\", ", ""));
        assert_eq!(found, ["competition.toml:5: The key “id” is missing."]);
        let found = problems("title = \n[quota\n");
        assert!(found[0].starts_with("competition.toml:1: This is no TOML: "), "{found:?}");
    }
}

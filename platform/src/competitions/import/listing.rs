//! What lies in a folder: every file by its path, what is left out, and what has no place in a competition at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;

use crate::competitions::folder::problems::{Problem, said};

/// Files that systems and programs leave lying.
const LITTER: [&str; 3] = ["thumbs.db", "desktop.ini", "__macosx"];

/// The files of a folder.
#[derive(Default)]
pub(crate) struct Listing {
    files: BTreeMap<String, PathBuf>,
    pub(super) problems: Vec<Problem>,
}

impl Listing {
    /// Looks at everything and follows nothing: a symbolic link could lead to any file of this machine.
    pub(super) fn of(folder: &Path) -> Self {
        let mut listing = Self::default();
        listing.walk(folder, "");
        listing
    }

    fn walk(&mut self, folder: &Path, above: &str) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(Problem::system(above, &error)),
        };
        for entry in entries {
            let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                Ok(found) => found,
                Err(error) => {
                    self.problems.push(Problem::system(above, &error));
                    continue;
                }
            };
            let name = entry.file_name();
            let path = format!("{above}{}", name.to_string_lossy().nfc());
            if kind.is_symlink() {
                self.problems.push(Problem::of(path, said(
                    "심볼릭 링크는 가져오지 않아요. 폴더 밖의 파일이 새어 나갈 수 있으니 파일을 복사해 넣어 주세요.",
                    "A symbolic link is not followed: it could give away a file from outside the folder. Put a copy in its place.",
                )));
            } else if name.to_str().is_none() {
                self.problems.push(Problem::of(
                    path,
                    said(
                        "파일 이름이 UTF-8이 아니에요. 이름을 바꿔 주세요.",
                        "The name of this file is not UTF-8; rename it.",
                    ),
                ));
            } else if kind.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"));
            } else if !kind.is_file() {
                self.problems.push(Problem::of(
                    path,
                    said(
                        "파일도 폴더도 아니에요. 폴더에서 꺼내 주세요.",
                        "This is neither a file nor a folder; take it out.",
                    ),
                ));
            } else if let Some(twin) = self.files.insert(path.clone(), entry.path()) {
                let twin = twin.display().to_string();
                self.problems.push(Problem::of(
                    path,
                    said(
                        format!("이름이 똑같아 보이는 파일이 둘이에요: {twin}. 하나의 이름을 바꿔 주세요."),
                        format!("Two files have names that look the same: {twin}. Rename one."),
                    ),
                ));
            }
        }
    }

    /// The file at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&Path> {
        self.files.get(path).map(PathBuf::as_path)
    }

    /// The names of the files right in a folder, without what was left lying there.
    pub(super) fn within<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Path)> {
        self.files.iter().filter_map(move |(path, file)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.contains('/') && !is_litter(name)).then_some((name, file.as_path()))
        })
    }

    /// What is imported by no rule: of a folder within a folder only its own name.
    pub(super) fn left_out(&self, is_used: impl Fn(&str) -> bool) -> Vec<Problem> {
        let mut names: Vec<String> = Vec::new();
        for path in self.files.keys().filter(|path| !is_used(path)) {
            let name = match path.match_indices('/').nth(usize::from(is_known_folder(path))) {
                Some((end, _)) => format!("{}/", &path[..end]),
                None => path.clone(),
            };
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        let told = |name: String| Problem::of(name, said("가져오지 않았어요.", "This was left out."));
        names.into_iter().map(told).collect()
    }
}

fn is_known_folder(path: &str) -> bool {
    [crate::competitions::folder::DATA, crate::competitions::folder::PAGES]
        .iter()
        .any(|folder| path.starts_with(&format!("{folder}/")))
}

/// Whether a file is hidden, or was left by a system or an open office program.
pub(super) fn is_litter(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$") || LITTER.contains(&name.to_ascii_lowercase().as_str())
}

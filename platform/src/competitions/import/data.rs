//! What participants get, and pictures: files of any size, of which only a piece is in memory at a time.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use scoring::{Hash, Ids, Solution};
use sha2::{Digest as _, Sha256};

use super::listing::Listing;
use crate::competitions::folder::problems::{Problem, said};
use crate::competitions::folder::{DATA, PAGES, SAMPLE, SOLUTION};
use crate::markdown::images;

/// Largest picture in bytes.
const IMAGE_MAX: u64 = 10 * 1024 * 1024;

/// A table up to this size has its ids compared with the solution's.
const COMPARED_MAX: u64 = 64 * 1024 * 1024;

/// A file to be stored under its hash.
#[derive(Debug, Clone)]
pub(super) struct DataSource {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Whether everyone may have it, or participants only.
    pub(super) is_open: bool,
}

impl DataSource {
    fn read(name: &str, path: &Path, is_open: bool) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let bytes = io::copy(&mut File::open(path)?, &mut hash)?;
        let sha256 = Hash(hash.finalize().into()).to_string();
        Ok(Self { name: name.to_owned(), path: path.to_path_buf(), bytes, sha256, is_open })
    }
}

/// The sample and what lies in `data/`.
pub(super) fn files(listing: &Listing, problems: &mut Vec<Problem>) -> Vec<DataSource> {
    let mut files = Vec::new();
    let solution = listing.get(SOLUTION).and_then(|path| DataSource::read(SOLUTION, path, false).ok());
    let sample = listing.get(SAMPLE).map(|path| (SAMPLE, path, true));
    let data = listing.within(DATA).map(|(name, path)| (name, path, false));
    for (name, path, is_open) in sample.into_iter().chain(data) {
        let place = if is_open { name.to_owned() } else { format!("{DATA}/{name}") };
        if !is_open && name == SAMPLE {
            problems.push(Problem::of(
                place,
                said(
                    "제출 양식은 폴더 맨 위에 하나만 두세요. 이 파일을 지워 주세요.",
                    "The sample submission lies at the top of the folder alone; take this one out.",
                ),
            ));
            continue;
        }
        match DataSource::read(name, path, is_open) {
            Ok(file) if solution.as_ref().is_some_and(|solution| solution.sha256 == file.sha256) => {
                problems.push(Problem::of(
                    place,
                    said(
                        "정답과 똑같은 파일이에요. 참가자가 받게 되니 꺼내 주세요.",
                        "This is the solution itself; participants would get it. Take it out.",
                    ),
                ));
            }
            Ok(file) => files.push(file),
            Err(error) => problems.push(Problem::system(place, &error)),
        }
    }
    files
}

/// The pictures beside the pages.
pub(super) fn pictures(listing: &Listing, problems: &mut Vec<Problem>) -> Vec<DataSource> {
    let mut pictures = Vec::new();
    for (name, path) in listing.within(PAGES) {
        let place = || format!("{PAGES}/{name}");
        if name.to_ascii_lowercase().ends_with(".svg") {
            problems.push(Problem::of(
                place(),
                said(
                    "SVG 그림은 받지 않아요. PNG로 저장해 넣어 주세요.",
                    "SVG is not taken, for it can hold programs; save it as PNG.",
                ),
            ));
            continue;
        }
        let Some(is_one) = images::kind(name) else { continue };
        match DataSource::read(name, path, true).and_then(|file| head(path).map(|head| (file, head))) {
            Ok((file, _)) if file.bytes > IMAGE_MAX => problems.push(Problem::of(
                place(),
                said("그림은 10 MB까지예요. 줄여서 넣어 주세요.", "A picture has at most 10 MB; make it smaller."),
            )),
            Ok((_, head)) if !is_one(&head) => problems.push(Problem::of(
                place(),
                said(
                    "이름과 달리 그 형식의 그림이 아니에요. PNG, JPEG, WebP로 다시 저장해 주세요.",
                    "This is not the kind of picture its name says; save it anew as PNG, JPEG or WebP.",
                ),
            )),
            Ok((file, _)) => pictures.push(file),
            Err(error) => problems.push(Problem::system(place(), &error)),
        }
    }
    pictures
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(head)
}

/// Tables of the test rows whose ids are not those of the solution: nobody could predict them right.
pub(super) fn strangers(files: &[DataSource], solution: &Solution, id_column: &str) -> Vec<Problem> {
    let tables = files.iter().filter(|file| {
        let is_table = file.name.to_ascii_lowercase().ends_with(".csv");
        !file.is_open && is_table && file.bytes <= COMPARED_MAX
    });
    tables.filter_map(|file| compared(file, solution.ids(), id_column)).collect()
}

/// A table without any of the solution's ids is another one, unless it is called the test's.
fn compared(file: &DataSource, wanted: &Ids, id_column: &str) -> Option<Problem> {
    let ids = Ids::from_csv(&std::fs::read(&file.path).ok()?, id_column).ok()?;
    let unknown: Vec<&str> =
        ids.iter().enumerate().filter(|(at, id)| wanted.position(id, *at).is_none()).map(|(_, id)| id).collect();
    let known = ids.len() - unknown.len();
    if known == 0 && !file.name.to_ascii_lowercase().starts_with("test") {
        return None;
    }
    let place = format!("{DATA}/{}", file.name);
    if let Some(first) = unknown.first() {
        let count = unknown.len();
        return Some(Problem::of(
            place,
            said(
                format!("정답에 없는 id가 {count}개 있어요(예: {first}). 정답과 함께 확인해 주세요."),
                format!("Of its ids the solution does not know {count}, such as {first}; check both files."),
            ),
        ));
    }
    let lacking = wanted.len().saturating_sub(known);
    (lacking > 0).then(|| {
        Problem::of(
            place,
            said(
                format!("정답의 id 가운데 {lacking}개가 없어요. 정답과 함께 확인해 주세요."),
                format!("It lacks {lacking} of the solution's ids; check both files."),
            ),
        )
    })
}

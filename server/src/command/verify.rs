//! `madang verify`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use scoring::{FileErrors, Hash, Lang, commitment, solution_hash};

use super::Answer;
use super::input::{columns, read};
use crate::terminal;

/// Check that a solution is the one a competition bound itself to
#[derive(Args)]
pub struct VerifyArgs {
    /// What the evaluation page showed from the start
    #[arg(long)]
    commitment: Hash,
    /// Published with the results
    #[arg(long)]
    salt: Hash,
    #[arg(long, required_unless_present = "hash")]
    solution: Option<PathBuf>,
    /// The id column, where it is neither called id nor the first
    #[arg(long)]
    id: Option<String>,
    /// The solution's SHA-256, published with the results
    #[arg(long)]
    hash: Option<Hash>,
}

impl VerifyArgs {
    pub fn run(self) -> anyhow::Result<Answer> {
        let Self { commitment, salt, solution, id, hash } = self;
        verify(commitment, salt, solution.as_deref(), id.as_deref(), hash, terminal::lang())
    }
}

/// Whether salt and solution are the ones a competition bound itself to. The solution is given as its file, or as its
/// published hash.
///
/// # Errors
/// The file cannot be read or is no table.
fn verify(
    promised: Hash,
    salt: Hash,
    solution: Option<&Path>,
    id: Option<&str>,
    hash: Option<Hash>,
    lang: Lang,
) -> anyhow::Result<Answer> {
    let of_file = solution
        .map(|path| {
            let bytes = read(path)?;
            let (id, _) = columns(&bytes, id);
            let wrong = |errors: FileErrors| anyhow::anyhow!(errors.listing_of(&path.display().to_string(), lang));
            solution_hash(&bytes, &id).map_err(wrong)
        })
        .transpose()?;
    if let (Some(of_file), Some(hash)) = (of_file, hash)
        && of_file != hash
    {
        let what =
            lang.pick("파일이 공개된 해시의 정답과 달라요.", "The file is not the solution whose hash was published.");
        let text = format!("{what}\nfile      {of_file}\npublished {hash}");
        return Ok(Answer { text, ok: false });
    }
    let hash = of_file.or(hash).context("give --solution or --hash")?;
    let found = commitment(salt, hash);
    let ok = found == promised;
    let verdict = if ok {
        lang.pick("약속한 정답이 맞아요.", "This is what was promised.")
    } else {
        lang.pick("약속한 정답이 아니에요.", "This is NOT what was promised.")
    };
    Ok(Answer { text: format!("{verdict}\nsolution   {hash}\ncommitment {found}\npromised   {promised}"), ok })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_is_verified_by_its_file_or_by_its_hash_and_another_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, other) = (folder.path().join("solution.csv"), folder.path().join("other.csv"));
        std::fs::write(&file, "id,y\na,1\nb,0\n").expect("written");
        std::fs::write(&other, "id,y\na,1\nb,1\n").expect("written");
        let salt = Hash([7; 32]);
        let hash = solution_hash(b"id,y\nb,0\na,1\n", "id").expect("a table");
        let promised = commitment(salt, hash);
        let ok = |solution: Option<&Path>, hash| {
            verify(promised, salt, solution, None, hash, Lang::Ko).expect("readable").ok
        };
        assert!(ok(Some(&file), None));
        assert!(ok(None, Some(hash)));
        assert!(ok(Some(&file), Some(hash)));
        // The order of the columns is none of it.
        std::fs::write(&file, "y,id\n1,a\n0,b\n").expect("written");
        assert!(ok(Some(&file), None));
        assert!(!ok(Some(&other), None));
        assert!(!ok(Some(&other), Some(hash)));
        assert!(!verify(promised, Hash([8; 32]), Some(&file), None, None, Lang::Ko).expect("readable").ok);
        assert!(verify(promised, salt, None, None, None, Lang::Ko).is_err());
    }
}

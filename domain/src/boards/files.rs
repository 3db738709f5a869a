//! Pictures and attachments of posts.

use uuid::Uuid;

use crate::address;
use crate::ids::PostFileId;

/// Files of one post, and their bytes together.
pub const POST_FILES_MAX: usize = 10;
pub const POST_BYTES_MAX: i64 = 30 << 20;
/// Files of one person that belong to no post yet.
pub const WAITING_FILES_MAX: i64 = 20;
/// Files that one form may bring.
pub const FILES_AT_ONCE: usize = 5;
/// Pixels of a picture that anybody has it decoded for.
pub const PIXELS_MAX: u64 = 40_000_000;
/// The longest side of a picture as it is kept, in pixels.
pub const PICTURE_SIDE: u32 = 2_000;
/// Characters of what stands for a picture that cannot be seen.
const WORDS_MAX: usize = 60;

/// A picture or an attachment of a post, or of none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct PostFile {
    pub id: PostFileId,
    /// As it is kept.
    pub name: String,
    /// Shown where the text names it; else listed under it.
    pub is_picture: bool,
    pub bytes: i64,
    /// Readers who have taken it, each once a day.
    pub downloads: i64,
}

impl PostFile {
    pub fn address(&self, slug: &str) -> String {
        address::file::post_file(slug, self.id)
    }

    /// What a text shows the picture by.
    pub fn markdown(&self, slug: &str) -> String {
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        let words: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS_MAX).collect();
        format!("![{words}]({})", self.address(slug))
    }
}

/// The file of this competition that an address is of.
pub fn file_of_address(slug: &str, path: &str) -> Option<PostFileId> {
    let id: Uuid = path.rsplit('/').next()?.parse().ok()?;
    let id = PostFileId(id);
    (address::file::post_file(slug, id) == path).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_found_by_the_words_that_show_it_whatever_it_is_called() {
        let id = PostFileId::random();
        let file = |name: &str| PostFile { id, name: name.into(), is_picture: true, bytes: 1, downloads: 0 };
        let address = format!("/competitions/a%20b/boards/files/{id}");
        assert_eq!(file("점수 (1).png").markdown("a b"), format!("![점수 1]({address})"));
        assert_eq!(file("](javascript:x)![.png").markdown("a b"), format!("![javascript x]({address})"));
        assert_eq!(file_of_address("a b", &address), Some(id));
        for other in [
            "/competitions/c/boards/files/x",
            &address.to_uppercase(),
            &format!("{address}/"),
            "",
            &format!("{address}?a"),
        ] {
            assert_eq!(file_of_address("a b", other), None, "{other}");
        }
        assert_eq!(file_of_address("c", &address), None);
    }
}

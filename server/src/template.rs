//! A page that is the same for everyone but for a few parts: the rest of it is kept, packed, and joined with each reader's own.

use std::ops::Range;
use std::sync::OnceLock;

use app::mine::{MARKS, Mine};
use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};
use memchr::memmem;

/// Rows that are packed together: the reader's own row goes out unpacked with its neighbours in the group.
const GROUP: usize = 10;
/// The most that one stored block of a deflate stream holds (RFC 1951, 3.2.4).
const STORED: usize = 65_535;

pub struct Template(Vec<Part>);

enum Part {
    Shared(Shared),
    /// Which of the reader's parts stands here.
    Mark(usize),
}

struct Shared {
    plain: Bytes,
    /// Where each team's row is.
    rows: Vec<(i64, Range<usize>)>,
    packed: OnceLock<Bytes>,
}

impl Template {
    /// Takes a page apart at its marks and between its rows.
    pub fn new(page: &Bytes) -> Self {
        let mut marks: Vec<(usize, usize)> = (0..)
            .zip(MARKS)
            .flat_map(|(mark, text)| memmem::find_iter(page, text).map(move |at| (at, mark)).collect::<Vec<_>>())
            .collect();
        marks.sort_unstable();
        let (mut parts, mut from) = (Vec::new(), 0);
        for (at, mark) in marks {
            parts.extend(groups(page.slice(from..at)));
            parts.push(Part::Mark(mark));
            from = at + MARKS[mark].len();
        }
        parts.extend(groups(page.slice(from..)));
        Self(parts)
    }

    /// Bytes that are kept, packed ones included once somebody asked for them.
    pub fn size(&self) -> usize {
        let plain = |part: &Part| match part {
            Part::Shared(shared) => shared.plain.len(),
            Part::Mark(_) => 0,
        };
        self.0.iter().map(plain).sum::<usize>() * 5 / 4
    }

    /// The reader's page as it is.
    pub fn plain(&self, mine: &Mine) -> Vec<u8> {
        let mut page = Vec::with_capacity(self.size());
        self.pieces(mine, |piece| match piece {
            Piece::Kept(shared) => page.extend_from_slice(&shared.plain),
            Piece::Own(bytes) => page.extend_from_slice(bytes),
        });
        page
    }

    /// The reader's page as one gzip member (RFC 1952): what is kept was packed before, what is the reader's own is stored.
    pub fn gzip(&self, mine: &Mine) -> Vec<u8> {
        let mut page = Vec::with_capacity(self.size() / 2);
        page.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        let (mut sum, mut length) = (Hasher::new(), 0_usize);
        self.pieces(mine, |piece| match piece {
            Piece::Kept(shared) => {
                page.extend_from_slice(shared.packed.get_or_init(|| deflated(&shared.plain)));
                sum.update(&shared.plain);
                length += shared.plain.len();
            }
            Piece::Own(bytes) => {
                store(&mut page, bytes);
                sum.update(bytes);
                length += bytes.len();
            }
        });
        // An empty last block, then the sum and the length modulo 2^32.
        page.extend([3, 0]);
        page.extend(sum.finalize().to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the format says modulo")]
        page.extend((length as u32).to_le_bytes());
        page
    }

    /// Calls `write` with the page's pieces in their order.
    fn pieces<'a>(&'a self, mine: &'a Mine, mut write: impl FnMut(Piece<'a>)) {
        let mut own = mine.rows.iter();
        for part in &self.0 {
            let shared = match part {
                Part::Shared(shared) => shared,
                Part::Mark(mark) => {
                    write(Piece::Own(mine.marks.get(*mark).map_or(&[][..], String::as_bytes)));
                    continue;
                }
            };
            let theirs = |(team, _): &&(i64, Range<usize>)| Some(*team) == mine.team;
            let mut from = 0;
            for (_, range) in shared.rows.iter().filter(theirs) {
                let Some(row) = own.next() else { break };
                write(Piece::Own(&shared.plain[from..range.start]));
                write(Piece::Own(row.as_bytes()));
                from = range.end;
            }
            write(if from == 0 { Piece::Kept(shared) } else { Piece::Own(&shared.plain[from..]) });
        }
    }
}

enum Piece<'a> {
    Kept(&'a Shared),
    Own(&'a [u8]),
}

/// A piece of the page, cut between rows where it has many.
fn groups(page: Bytes) -> Vec<Part> {
    let rows = team_rows(&page);
    let (mut parts, mut from) = (Vec::new(), 0);
    for group in rows.chunks(GROUP) {
        let to = group.last().map_or(page.len(), |(_, range)| range.end);
        let rows = group.iter().map(|(team, range)| (*team, range.start - from..range.end - from)).collect();
        parts.push(Part::Shared(Shared { plain: page.slice(from..to), rows, packed: OnceLock::new() }));
        from = to;
    }
    if from < page.len() {
        parts.push(Part::Shared(Shared { plain: page.slice(from..), rows: Vec::new(), packed: OnceLock::new() }));
    }
    parts
}

/// Each row with a team's number and where it is.
fn team_rows(page: &[u8]) -> Vec<(i64, Range<usize>)> {
    const NUMBER: &[u8] = b"data-team=\"";
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(start) = memmem::find(&page[at..], b"<tr").map(|found| at + found) {
        let Some(end) = memmem::find(&page[start..], b"</tr>").map(|found| start + found + b"</tr>".len()) else {
            break;
        };
        let tag = page[start..end].split(|byte| *byte == b'>').next().unwrap_or_default();
        let digits = memmem::find(tag, NUMBER).map(|found| &tag[found + NUMBER.len()..]);
        let number = digits.and_then(|digits| {
            let digits = digits.split(|byte| *byte == b'"').next()?;
            std::str::from_utf8(digits).ok()?.parse().ok()
        });
        rows.extend(number.map(|number| (number, start..end)));
        at = end;
    }
    rows
}

/// A piece of a deflate stream that refers to nothing before it and ends at a whole byte.
fn deflated(plain: &[u8]) -> Bytes {
    let mut packer = Compress::new(Compression::new(6), false);
    let mut packed = Vec::with_capacity(plain.len() / 2 + 64);
    loop {
        let read = usize::try_from(packer.total_in()).unwrap_or(plain.len());
        let ended = packer.compress_vec(plain.get(read..).unwrap_or_default(), &mut packed, FlushCompress::Full);
        let all_read = usize::try_from(packer.total_in()).is_ok_and(|read| read == plain.len());
        if ended.is_err() || (all_read && packed.len() < packed.capacity()) {
            return packed.into();
        }
        packed.reserve(plain.len() / 2 + 64);
    }
}

/// Adds bytes as they are.
fn store(page: &mut Vec<u8>, bytes: &[u8]) {
    for block in bytes.chunks(STORED) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        page.push(0);
        page.extend(length.to_le_bytes());
        page.extend((!length).to_le_bytes());
        page.extend_from_slice(block);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Read as _;

    use super::*;

    fn row(team: i64, class: &str) -> String {
        format!("<tr {class}data-team=\"{team}\" data-rank=\"1\"><td>팀 {team}</td></tr>")
    }

    fn page() -> Bytes {
        let mut page = format!("<header>{}</header><table><tr><th>이름</th></tr>", MARKS[0]);
        for team in (101..140).chain([105]) {
            page += &row(team, "");
        }
        page += "<tr class=\"baseline\" data-team=\"baseline-0\"><td></td></tr></table>";
        let _ = write!(page, "{}<p>{}</p>", "꼬리 ".repeat(40_000), MARKS[2]);
        page.into()
    }

    fn mine(team: i64) -> Mine {
        let marks = ["<b>나</b>".to_owned(), String::new(), "내 순위 ".repeat(20_000)];
        Mine { marks, team: Some(team), rows: vec![row(team, "class=\"own\" "), row(team, "id=\"again\" ")] }
    }

    #[test]
    fn a_readers_page_is_the_shared_one_with_the_readers_parts_in_their_places() {
        let template = Template::new(&page());
        for team in [101, 105, 110, 111, 139, 999] {
            let mine = mine(team);
            let shared = String::from_utf8(page().to_vec()).unwrap();
            let expected = shared
                .replace(MARKS[0], &mine.marks[0])
                .replace(MARKS[2], &mine.marks[2])
                .replacen(&row(team, ""), &row(team, "class=\"own\" "), 1)
                .replacen(&row(team, ""), &row(team, "id=\"again\" "), 1);
            assert_eq!(String::from_utf8(template.plain(&mine)).unwrap(), expected, "{team}");
        }
    }

    #[test]
    fn the_packed_page_unpacks_to_the_same_bytes() {
        let template = Template::new(&page());
        // Twice: what is packed for the first reader serves the second.
        for team in [105, 139, 999] {
            let mine = mine(team);
            let packed = template.gzip(&mine);
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
            assert!(unpacked == template.plain(&mine), "{team}");
        }
    }

    #[test]
    fn the_rows_of_teams_are_found_and_no_others() {
        let text = format!("<tr><td></td></tr>{}<tr data-team=\"baseline-1\"></tr>{}", row(7, ""), row(8, "id=\"x\" "));
        let teams: Vec<i64> = team_rows(text.as_bytes()).into_iter().map(|(team, _)| team).collect();
        assert_eq!(teams, [7, 8]);
    }
}

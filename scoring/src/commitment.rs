//! Binds an organizer to a solution before anyone may see it.
//!
//! From the start a competition shows `SHA-256(salt ‖ SHA-256(canonical solution))`; with the results it publishes the salt and
//! the inner hash. Then anyone can see that the pair is the one that was promised, also where the solution itself must stay
//! in the house; and whoever has the file can see that it is the one that was scored with.

use sha2::{Digest as _, Sha256};

use crate::csv::{FileErrors, Table};
use crate::hash::Hash;

/// The hash of a solution in its canonical form: UTF-8 without mark, LF, the id column first and the others by name, rows by id,
/// fields trimmed and quoted only where they must be. Saving the same table anew does not change it.
///
/// # Errors
/// Why the bytes are no table, or that the id column is missing.
pub fn solution_hash(bytes: &[u8], id_column: &str) -> Result<Hash, FileErrors> {
    let table = Table::read(bytes)?;
    let id = table.column(id_column)?;
    let mut order: Vec<usize> = (0..table.header.len()).collect();
    order.sort_by_key(|&column| (column != id, &table.header[column]));
    let arrange = |row: &Vec<String>| order.iter().map(|&column| row[column].clone()).collect::<Vec<_>>();
    let mut rows: Vec<_> = table.rows.iter().map(arrange).collect();
    rows.sort();
    let canonical = Table { header: arrange(&table.header), rows };
    Ok(Hash::of(canonical.write()))
}

/// What is shown from the start.
pub fn commitment(salt: Hash, solution: Hash) -> Hash {
    Hash(Sha256::new().chain_update(salt.0).chain_update(solution.0).finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> Hash {
        solution_hash(text.as_bytes(), "id").unwrap()
    }

    #[test]
    fn saving_the_same_table_anew_keeps_its_hash_and_any_other_value_changes_it() {
        let first = hash("id,y,usage\na,1,Public\nb,0,Private\n");
        assert_eq!(first, hash("\u{feff}usage,id,y\r\nPrivate,b,0\r\nPublic,\"a\", 1"));
        for other in
            ["id,y,usage\na,1,Public\nb,1,Private\n", "id,y,usage\na,1,Private\nb,0,Private\n", "id,y\na,1\nb,0\n"]
        {
            assert_ne!(first, hash(other));
        }
    }

    #[test]
    fn a_commitment_can_be_recomputed_with_any_sha256() {
        // printf 'id,y\na,1\n' | sha256sum, and the same of 32 zero bytes followed by those 32 bytes.
        let solution = hash("id,y\na,1\n");
        assert_eq!(solution.to_string(), "174843b9d52cb6d0c0fbedd82347288071bc664c5cb458316cefc52753e4e114");
        assert_eq!(
            commitment(Hash([0; 32]), solution).to_string(),
            "c40c8277d61c29faa7860d9fb78261673807c779833fdee63810aac34516fa8f"
        );
    }
}

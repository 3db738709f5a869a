-- When somebody showed that they read mail at an address. Accounts of before count as such: their addresses were their names all along,
-- and where letters go to a folder nobody could confirm them.
ALTER TABLE users ADD COLUMN verified_at TIMESTAMPTZ;
UPDATE users SET verified_at = created_at;
-- The language of a person's letters; and when their account was deleted, of which only what others need stays.
ALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT 'ko';
ALTER TABLE users ADD COLUMN deleted_at TIMESTAMPTZ;

-- What people know a session of theirs by: browser and system, the network without its last part, and when it began.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN began_at TIMESTAMPTZ;

-- Letters to somebody without an account, and what somebody did, are found when their account is deleted or asked for.
CREATE INDEX letters_address ON letters (address);
CREATE INDEX audit_actor ON audit (actor_id);

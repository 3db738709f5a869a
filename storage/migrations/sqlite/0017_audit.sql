-- What was recorded before the chain, as it was.
ALTER TABLE audit RENAME TO audit_before;
DROP INDEX audit_competition;

-- Every deed, in the order of their commits, each bound to the one before it; never changed, never deleted. Ids refer to nothing:
-- an entry outlives what it is about. Hashes are hexadecimal; before and after are the very text that was hashed.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor_id BLOB,
  via TEXT NOT NULL,
  origin TEXT,
  deed TEXT NOT NULL,
  competition_id BLOB,
  team_id BLOB,
  user_id BLOB,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_competition ON audit (competition_id, seq);
CREATE INDEX audit_team ON audit (team_id, seq);
CREATE INDEX audit_user ON audit (user_id, team_id);

-- The last entry; whoever adds one holds this row until the commit.
CREATE TABLE audit_head (seq INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO audit_head (seq, hash) VALUES (0, '0000000000000000000000000000000000000000000000000000000000000000');

-- What is personal in an entry, which has its salted hash alone; may be deleted.
CREATE TABLE audit_details (
  hash TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  person_id BLOB,
  salt TEXT NOT NULL,
  value TEXT NOT NULL
);
CREATE INDEX audit_details_seq ON audit_details (seq);
CREATE INDEX audit_details_person ON audit_details (person_id);

-- From here on each database has its own words.
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END;
CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END;
CREATE TRIGGER audit_details_unchanged BEFORE UPDATE ON audit_details BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END;
-- REPLACE deletes without asking the triggers above.
CREATE TRIGGER audit_unreplaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END;

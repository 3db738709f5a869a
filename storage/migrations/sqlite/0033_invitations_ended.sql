-- An address that was taken back stays, so that it is written to once.
ALTER TABLE application_invitations ADD COLUMN ended_at TEXT;
-- What an upgrade has kept as rules before their values were filled in.
DELETE FROM rules_versions WHERE markdown LIKE '%{{%';

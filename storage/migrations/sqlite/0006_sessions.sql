-- A session belongs to a person and ends with the credentials it began with. Those of before name nobody: they end now.
DELETE FROM sessions;
ALTER TABLE users ADD COLUMN credentials_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN user_id BLOB REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE sessions ADD COLUMN credentials_version INTEGER;
CREATE INDEX sessions_user ON sessions (user_id);

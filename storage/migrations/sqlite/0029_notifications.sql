-- What somebody was told in person. A row is written once for each message of the outbox and person: the key says so.
CREATE TABLE notifications (
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  news TEXT NOT NULL,
  -- Of whom it tells.
  who_id BLOB REFERENCES users (id) ON DELETE SET NULL,
  at TEXT NOT NULL,
  read_at TEXT,
  PRIMARY KEY (user_id, seq)
);
CREATE INDEX notifications_at ON notifications (at);
-- What somebody wants no letters about.
CREATE TABLE unmailed_topics (
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  PRIMARY KEY (user_id, topic)
);
-- When the leaders were told of a required notice: once, whatever becomes of it.
ALTER TABLE notices ADD COLUMN told_at TEXT;
UPDATE notices SET told_at = created_at WHERE required;

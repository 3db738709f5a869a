-- What somebody was told in person. A row is written once for each message of the outbox and person: the key says so.
CREATE TABLE notifications (
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  seq BIGINT NOT NULL,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  news TEXT NOT NULL,
  -- Of whom it tells.
  who_id UUID REFERENCES users (id) ON DELETE SET NULL,
  at TIMESTAMPTZ NOT NULL,
  read_at TIMESTAMPTZ,
  PRIMARY KEY (user_id, seq)
);
CREATE INDEX notifications_at ON notifications (at);
-- What somebody wants no letters about.
CREATE TABLE unmailed_topics (
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  PRIMARY KEY (user_id, topic)
);
-- When the leaders were told of a required notice: once, whatever becomes of it.
ALTER TABLE notices ADD COLUMN told_at TIMESTAMPTZ;
UPDATE notices SET told_at = created_at WHERE required;

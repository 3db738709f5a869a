-- What somebody is told of without a mark: it is among their notifications, read already.
CREATE TABLE quiet_topics (
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  PRIMARY KEY (user_id, topic)
);
-- Every page of whoever is signed in counts these.
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;

-- Who has read a required notice, and when first.
CREATE TABLE post_readers (
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (post_id, user_id)
);
CREATE INDEX post_readers_of_user ON post_readers (user_id);
CREATE INDEX posts_required ON posts (board_id, number) WHERE required AND removed_at IS NULL;

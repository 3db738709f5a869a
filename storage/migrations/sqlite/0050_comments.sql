-- What people think of posts and comments, without a word.
CREATE TABLE reactions (
  -- A post or a comment of it.
  subject BLOB NOT NULL,
  post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  PRIMARY KEY (subject, user_id, kind)
);
CREATE INDEX reactions_of_user ON reactions (user_id);
CREATE INDEX reactions_of_post ON reactions (post_id);

-- Whom posts and comments name with an @, a person or a team, once a text.
CREATE TABLE mentions (
  subject BLOB NOT NULL,
  -- The person's or the team's id.
  target BLOB NOT NULL,
  post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id BLOB REFERENCES users (id) ON DELETE CASCADE,
  team_id BLOB REFERENCES teams (id) ON DELETE CASCADE,
  -- As it stood in the text, which a new name does not change.
  name TEXT NOT NULL,
  -- The version of the text that first named them.
  version INTEGER NOT NULL,
  PRIMARY KEY (subject, target)
);
CREATE INDEX mentions_of_post ON mentions (post_id);
CREATE INDEX mentions_of_user ON mentions (user_id);
CREATE INDEX mentions_of_team ON mentions (team_id);
CREATE INDEX users_by_public_name ON users (lower(public_name));

-- Questions that belong together, each by the other's number on the same board: the same one that was asked before, and the one as which
-- a secret one was published.
ALTER TABLE posts ADD COLUMN same_as BIGINT;
ALTER TABLE posts ADD COLUMN published_as BIGINT;
CREATE INDEX posts_same ON posts (board_id, same_as) WHERE same_as IS NOT NULL;
CREATE INDEX posts_published ON posts (board_id, published_as) WHERE published_as IS NOT NULL;

-- Texts that organizers answer with again and again.
CREATE TABLE canned_answers (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  markdown TEXT NOT NULL
);
CREATE INDEX canned_answers_of_competition ON canned_answers (competition_id, title);

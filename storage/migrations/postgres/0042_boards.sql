-- Boards: one kind of thing with several uses, of a competition or of the whole site. Notices were the first, and move there.
CREATE TABLE boards (
  id UUID PRIMARY KEY,
  competition_id UUID REFERENCES competitions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  -- The number of the newest post, whether it is still there or not.
  numbered BIGINT NOT NULL,
  -- Posts that have a line in the list, whoever reads it.
  listed BIGINT NOT NULL
);
CREATE UNIQUE INDEX boards_of_competition ON boards (competition_id, kind);
CREATE UNIQUE INDEX boards_of_site ON boards (kind) WHERE competition_id IS NULL;

CREATE TABLE posts (
  id UUID PRIMARY KEY,
  board_id UUID NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  renderer BIGINT NOT NULL,
  -- Title and text as a search compares them.
  sought TEXT NOT NULL,
  category TEXT NOT NULL,
  author_id UUID NOT NULL REFERENCES users (id),
  -- For which team the author wrote: a secret post is its too.
  team_id UUID REFERENCES teams (id) ON DELETE SET NULL,
  by_staff BOOLEAN NOT NULL,
  anonymous BOOLEAN NOT NULL,
  secret BOOLEAN NOT NULL,
  pinned BOOLEAN NOT NULL,
  required BOOLEAN NOT NULL,
  -- Comments so far, whether they are still there or not, and those that are.
  numbered BIGINT NOT NULL,
  comments BIGINT NOT NULL,
  files BIGINT NOT NULL,
  views BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ,
  removed_at TIMESTAMPTZ,
  hidden_at TIMESTAMPTZ,
  hidden_why TEXT NOT NULL,
  answered_at TIMESTAMPTZ,
  -- The number of the official answer, which stands first; 0 is none.
  answer BIGINT NOT NULL,
  told_at TIMESTAMPTZ,
  UNIQUE (board_id, number)
);
CREATE INDEX posts_of_author ON posts (author_id, board_id, number);
CREATE INDEX posts_of_team ON posts (team_id, board_id, number);
CREATE INDEX posts_by_renderer ON posts (renderer);

CREATE TABLE comments (
  id UUID PRIMARY KEY,
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  -- The number of the comment that it answers, or its own.
  thread BIGINT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  renderer BIGINT NOT NULL,
  author_id UUID NOT NULL REFERENCES users (id),
  team_id UUID REFERENCES teams (id) ON DELETE SET NULL,
  by_staff BOOLEAN NOT NULL,
  official BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ,
  removed_at TIMESTAMPTZ,
  hidden_at TIMESTAMPTZ,
  hidden_why TEXT NOT NULL,
  UNIQUE (post_id, number)
);
CREATE INDEX comments_in_order ON comments (post_id, thread, number);
CREATE INDEX comments_of_author ON comments (author_id);
CREATE INDEX comments_of_team ON comments (team_id);
CREATE INDEX comments_by_renderer ON comments (renderer);

-- What posts and comments said before they were changed.
CREATE TABLE revisions (
  subject UUID NOT NULL,
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  markdown TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (subject, version)
);

-- Who is told of a post's comments.
CREATE TABLE follows (
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (post_id, user_id)
);
CREATE INDEX follows_of_user ON follows (user_id);

-- A post or a comment that somebody has asked the organizers to look at.
CREATE TABLE reports (
  subject UUID NOT NULL,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  post_id UUID NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  settled_at TIMESTAMPTZ,
  PRIMARY KEY (subject, user_id)
);
CREATE INDEX reports_of_user ON reports (user_id);
CREATE INDEX reports_waiting ON reports (competition_id, at) WHERE settled_at IS NULL;

-- Who may not write on a competition's boards until then.
CREATE TABLE board_blocks (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  until TIMESTAMPTZ NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);

-- A competition's own id serves as that of its notice board: no other board has it. No revision of the converter is 0, so that the next
-- start converts each once more and makes it findable.
INSERT INTO boards (id, competition_id, kind, numbered, listed)
  SELECT c.id, c.id, 'notice', (SELECT MAX(n.number) FROM notices n WHERE n.competition_id = c.id),
    (SELECT COUNT(*) FROM notices n WHERE n.competition_id = c.id AND n.removed_at IS NULL)
  FROM competitions c WHERE EXISTS (SELECT 1 FROM notices n WHERE n.competition_id = c.id);
INSERT INTO posts (id, board_id, number, title, markdown, html, renderer, sought, category, author_id, by_staff, anonymous, secret,
    pinned, required, numbered, comments, files, views, version, created_at, updated_at, removed_at, hidden_why, answer, told_at)
  SELECT n.id, n.competition_id, n.number, n.title, n.markdown, n.html, 0, '', '', n.author_id, TRUE, FALSE, FALSE,
    n.pinned, n.required, 0, 0, 0, n.views, 1, n.created_at, n.updated_at, n.removed_at, '', 0, n.told_at
  FROM notices n;
DROP TABLE notices;

-- From here on each database has its own words.
-- The pieces of title and text by which a search finds them (storage/src/boards/grams.rs).
ALTER TABLE posts ADD COLUMN grams TEXT[] NOT NULL DEFAULT '{}';
CREATE INDEX posts_grams ON posts USING gin (grams) WITH (fastupdate = off);
-- What is deleted is in none of the lists.
CREATE INDEX posts_listed ON posts (board_id, pinned, number) WHERE removed_at IS NULL;
CREATE INDEX posts_of_category ON posts (board_id, category, number) WHERE removed_at IS NULL;
CREATE INDEX posts_waiting ON posts (board_id, number) WHERE removed_at IS NULL AND answered_at IS NULL;

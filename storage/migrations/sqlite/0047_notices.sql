-- A required notice is to be read by every team's leader, or by all who take part.
ALTER TABLE posts ADD COLUMN for_all BOOLEAN NOT NULL DEFAULT FALSE;

-- Notices that go up at their moment. They are no posts before, so that no list, number or search can know of them.
CREATE TABLE scheduled_notices (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  -- Whose waiting files it has, and who may still change it.
  author_id BLOB NOT NULL REFERENCES users (id),
  title TEXT NOT NULL,
  markdown TEXT NOT NULL,
  category TEXT NOT NULL,
  pinned BOOLEAN NOT NULL,
  required BOOLEAN NOT NULL,
  for_all BOOLEAN NOT NULL,
  -- Ids of attachments, as a list in JSON.
  files TEXT NOT NULL,
  at TEXT NOT NULL,
  written_at TEXT NOT NULL
);
CREATE INDEX scheduled_notices_of_competition ON scheduled_notices (competition_id, at);
CREATE INDEX scheduled_notices_of_author ON scheduled_notices (author_id);

-- What a live question was before it was hidden, so that it is that again when it is shown.
ALTER TABLE live_questions ADD COLUMN shown_as TEXT NOT NULL DEFAULT '';

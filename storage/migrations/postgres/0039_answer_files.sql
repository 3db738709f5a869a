-- Files that answer questions of applications. A row is there before its file and until that is gone, so that none is left lying.
CREATE TABLE answer_files (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id),
  question TEXT NOT NULL,
  name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  -- From when on the file is to be removed; nothing while it is an answer.
  remove_at TIMESTAMPTZ
);
-- One to a question.
CREATE UNIQUE INDEX answer_files_kept ON answer_files (competition_id, user_id, question) WHERE remove_at IS NULL;
CREATE INDEX answer_files_due ON answer_files (remove_at) WHERE remove_at IS NOT NULL;
CREATE INDEX answer_files_user ON answer_files (user_id);

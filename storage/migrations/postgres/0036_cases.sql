-- Cases: a suspicion against a team, its statement, the decision. Whatever happens in one is an entry, which nobody changes.
CREATE TABLE cases (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  team_id UUID NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  by_vote BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  due_at TIMESTAMPTZ,
  votes_until TIMESTAMPTZ,
  outcome TEXT,
  voted TEXT,
  opened_at TIMESTAMPTZ NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL,
  UNIQUE (competition_id, number)
);
CREATE INDEX cases_listed ON cases (competition_id, changed_at);
CREATE INDEX cases_team ON cases (team_id, opened_at);

CREATE TABLE case_entries (
  id UUID PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  author_id UUID REFERENCES users (id),
  markdown TEXT NOT NULL,
  is_shown BOOLEAN NOT NULL,
  outcome TEXT,
  until TIMESTAMPTZ,
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX case_entries_case ON case_entries (case_id, id);
CREATE INDEX case_entries_author ON case_entries (author_id, kind);
-- Each judge votes once.
CREATE UNIQUE INDEX case_entries_vote ON case_entries (case_id, author_id) WHERE kind = 'vote';

CREATE TABLE case_files (
  id UUID PRIMARY KEY,
  entry_id UUID NOT NULL REFERENCES case_entries (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes BIGINT NOT NULL
);
CREATE INDEX case_files_entry ON case_files (entry_id, id);

-- Who was in the team when the case was opened, and the judges who are asked to vote.
CREATE TABLE case_people (
  case_id UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id),
  is_judge BOOLEAN NOT NULL,
  PRIMARY KEY (case_id, user_id)
);
CREATE INDEX case_people_user ON case_people (user_id, is_judge);

-- What the case is about.
CREATE TABLE case_submissions (
  case_id UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  submission_id UUID NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
  PRIMARY KEY (case_id, submission_id)
);
CREATE INDEX case_submissions_submission ON case_submissions (submission_id);

ALTER TABLE submissions ADD COLUMN voided BOOLEAN NOT NULL DEFAULT FALSE;

-- Live questions. A session is the hours in which they are taken; its version rises with each change, and that row is the lock.
CREATE TABLE live_sessions (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  opens_at TIMESTAMPTZ NOT NULL,
  closes_at TIMESTAMPTZ NOT NULL,
  version BIGINT NOT NULL,
  -- Questions that were asked, which is the last one's number.
  questions BIGINT NOT NULL,
  UNIQUE (competition_id, number)
);
CREATE INDEX live_sessions_closing ON live_sessions (closes_at);

CREATE TABLE live_questions (
  session_id UUID NOT NULL REFERENCES live_sessions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  -- Kept also of those that are asked without a name: organizers see who.
  author_id UUID NOT NULL REFERENCES users (id),
  team_id UUID REFERENCES teams (id) ON DELETE SET NULL,
  by_staff BOOLEAN NOT NULL,
  named BOOLEAN NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  pinned BOOLEAN NOT NULL,
  votes BIGINT NOT NULL,
  answer TEXT NOT NULL,
  hidden_reason TEXT NOT NULL,
  moved_to BIGINT,
  asked_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (session_id, number)
);
CREATE INDEX live_questions_author ON live_questions (author_id, session_id);

-- One vote a person for a question.
CREATE TABLE live_votes (
  session_id UUID NOT NULL,
  user_id UUID NOT NULL REFERENCES users (id),
  number BIGINT NOT NULL,
  PRIMARY KEY (session_id, user_id, number),
  FOREIGN KEY (session_id, number) REFERENCES live_questions (session_id, number) ON DELETE CASCADE
);
CREATE INDEX live_votes_user ON live_votes (user_id);

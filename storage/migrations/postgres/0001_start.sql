CREATE TABLE users (
  id UUID PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  affiliation TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  is_admin BOOLEAN NOT NULL,
  is_demo BOOLEAN NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  data TEXT NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  id UUID PRIMARY KEY,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ,
  last_used_at TIMESTAMPTZ
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE competitions (
  id UUID PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  settings JSONB NOT NULL,
  banner TEXT,
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE organizers (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (competition_id, user_id)
);

CREATE TABLE pages (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  PRIMARY KEY (competition_id, name, locale)
);

CREATE TABLE data_files (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  is_open BOOLEAN NOT NULL,
  PRIMARY KEY (competition_id, name)
);

CREATE TABLE stages (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  key TEXT NOT NULL,
  name JSONB NOT NULL,
  starts_at TIMESTAMPTZ NOT NULL,
  ends_at TIMESTAMPTZ,
  reveal_at TIMESTAMPTZ,
  takes_submissions BOOLEAN NOT NULL,
  solution_key TEXT,
  public_rows BIGINT NOT NULL,
  private_rows BIGINT NOT NULL,
  board_version BIGINT NOT NULL,
  UNIQUE (competition_id, key)
);

CREATE TABLE baselines (
  stage_id UUID NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  name JSONB NOT NULL,
  public_score DOUBLE PRECISION,
  private_score DOUBLE PRECISION,
  PRIMARY KEY (stage_id, position)
);

CREATE TABLE participations (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  agreed_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);

CREATE TABLE teams (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  leader_id UUID NOT NULL REFERENCES users (id),
  submission_key TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  ended TEXT,
  UNIQUE (competition_id, number),
  UNIQUE (competition_id, name_key)
);

-- One team a competition for each user: the key says so.
CREATE TABLE members (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id UUID NOT NULL REFERENCES users (id),
  team_id UUID NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  joined_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX members_team ON members (team_id, joined_at);

CREATE TABLE invitations (
  team_id UUID PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
  code TEXT NOT NULL UNIQUE,
  expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE submissions (
  id UUID PRIMARY KEY,
  stage_id UUID NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  team_id UUID NOT NULL REFERENCES teams (id),
  user_id UUID NOT NULL REFERENCES users (id),
  number BIGINT NOT NULL,
  dry_run BOOLEAN NOT NULL,
  door TEXT NOT NULL,
  file_name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  memo TEXT NOT NULL,
  idempotency_key TEXT,
  status TEXT NOT NULL,
  counts BOOLEAN NOT NULL,
  note JSONB,
  public_score DOUBLE PRECISION,
  private_score DOUBLE PRECISION,
  created_at TIMESTAMPTZ NOT NULL,
  scoring_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  UNIQUE (team_id, dry_run, number),
  UNIQUE (team_id, idempotency_key)
);
CREATE INDEX submissions_board ON submissions (stage_id, status, created_at);
CREATE INDEX submissions_team ON submissions (team_id, created_at);

CREATE TABLE jobs (
  id UUID PRIMARY KEY,
  submission_id UUID NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
  team_id UUID NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  run_at TIMESTAMPTZ NOT NULL,
  lease_until TIMESTAMPTZ,
  last_error TEXT,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX jobs_waiting ON jobs (state, run_at);
CREATE INDEX jobs_submission ON jobs (submission_id);

CREATE TABLE notices (
  id UUID PRIMARY KEY,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  author_id UUID NOT NULL REFERENCES users (id),
  pinned BOOLEAN NOT NULL,
  required BOOLEAN NOT NULL,
  views BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ,
  removed_at TIMESTAMPTZ,
  UNIQUE (competition_id, number)
);

-- What was done by whom; never changed, never deleted.
CREATE TABLE audit (
  id UUID PRIMARY KEY,
  at TIMESTAMPTZ NOT NULL,
  actor_id UUID,
  competition_id UUID,
  action TEXT NOT NULL,
  subject TEXT NOT NULL
);
CREATE INDEX audit_competition ON audit (competition_id, at);

CREATE TABLE users (
  id BLOB PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  affiliation TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  is_admin BOOLEAN NOT NULL,
  is_demo BOOLEAN NOT NULL,
  created_at TEXT NOT NULL
);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  data TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  last_used_at TEXT
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE competitions (
  id BLOB PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,
  banner TEXT,
  created_at TEXT NOT NULL
);

CREATE TABLE organizers (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (competition_id, user_id)
);

CREATE TABLE pages (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  PRIMARY KEY (competition_id, name, locale)
);

CREATE TABLE data_files (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  is_open BOOLEAN NOT NULL,
  PRIMARY KEY (competition_id, name)
);

CREATE TABLE stages (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT,
  reveal_at TEXT,
  takes_submissions BOOLEAN NOT NULL,
  solution_key TEXT,
  public_rows INTEGER NOT NULL,
  private_rows INTEGER NOT NULL,
  board_version INTEGER NOT NULL,
  UNIQUE (competition_id, key)
);

CREATE TABLE baselines (
  stage_id BLOB NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  public_score REAL,
  private_score REAL,
  PRIMARY KEY (stage_id, position)
);

CREATE TABLE participations (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  agreed_at TEXT NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);

CREATE TABLE teams (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  leader_id BLOB NOT NULL REFERENCES users (id),
  submission_key TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ended TEXT,
  UNIQUE (competition_id, number),
  UNIQUE (competition_id, name_key)
);

-- One team a competition for each user: the key says so.
CREATE TABLE members (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id),
  team_id BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  joined_at TEXT NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX members_team ON members (team_id, joined_at);

CREATE TABLE invitations (
  team_id BLOB PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
  code TEXT NOT NULL UNIQUE,
  expires_at TEXT NOT NULL
);

CREATE TABLE submissions (
  id BLOB PRIMARY KEY,
  stage_id BLOB NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  team_id BLOB NOT NULL REFERENCES teams (id),
  user_id BLOB NOT NULL REFERENCES users (id),
  number INTEGER NOT NULL,
  dry_run BOOLEAN NOT NULL,
  door TEXT NOT NULL,
  file_name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  memo TEXT NOT NULL,
  idempotency_key TEXT,
  status TEXT NOT NULL,
  counts BOOLEAN NOT NULL,
  note TEXT,
  public_score REAL,
  private_score REAL,
  created_at TEXT NOT NULL,
  scoring_at TEXT,
  finished_at TEXT,
  UNIQUE (team_id, dry_run, number),
  UNIQUE (team_id, idempotency_key)
);
CREATE INDEX submissions_board ON submissions (stage_id, status, created_at);
CREATE INDEX submissions_team ON submissions (team_id, created_at);

CREATE TABLE jobs (
  id BLOB PRIMARY KEY,
  submission_id BLOB NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
  team_id BLOB NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  run_at TEXT NOT NULL,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL
);
CREATE INDEX jobs_waiting ON jobs (state, run_at);
CREATE INDEX jobs_submission ON jobs (submission_id);

CREATE TABLE notices (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  title TEXT NOT NULL,
  markdown TEXT NOT NULL,
  html TEXT NOT NULL,
  author_id BLOB NOT NULL REFERENCES users (id),
  pinned BOOLEAN NOT NULL,
  required BOOLEAN NOT NULL,
  views INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT,
  removed_at TEXT,
  UNIQUE (competition_id, number)
);

-- What was done by whom; never changed, never deleted.
CREATE TABLE audit (
  id BLOB PRIMARY KEY,
  at TEXT NOT NULL,
  actor_id BLOB,
  competition_id BLOB,
  action TEXT NOT NULL,
  subject TEXT NOT NULL
);
CREATE INDEX audit_competition ON audit (competition_id, at);

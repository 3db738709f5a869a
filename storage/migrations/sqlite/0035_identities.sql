-- Accounts at institutions that open accounts of ours: who vouches for them, and what they are called there.
CREATE TABLE identities (
  id BLOB PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  linked_at TEXT NOT NULL,
  UNIQUE (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- Who came from an institution and has something to say yet, for minutes. An id is the hash of what the browser's cookie holds.
CREATE TABLE arrivals (
  id TEXT PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- What the institution has said of them; an address is here only where it vouches for it.
  email TEXT,
  name TEXT NOT NULL,
  -- Where they wanted to go.
  next TEXT NOT NULL,
  until TEXT NOT NULL
);
CREATE INDEX arrivals_until ON arrivals (until);

ALTER TABLE sessions ADD COLUMN by_institution BOOLEAN NOT NULL DEFAULT FALSE;

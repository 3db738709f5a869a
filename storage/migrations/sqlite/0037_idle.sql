-- Idle teams: from when a team's days are counted where that is not when it was made, when it was last reported active, and when its
-- leader was warned.
ALTER TABLE teams ADD COLUMN counted_from TEXT;
ALTER TABLE teams ADD COLUMN active_at TEXT;
ALTER TABLE teams ADD COLUMN idle_warned_at TEXT;
-- By which a service that is no person reports of a competition's teams.
CREATE TABLE service_tokens (
  competition_id BLOB PRIMARY KEY REFERENCES competitions (id) ON DELETE CASCADE,
  hash BLOB NOT NULL,
  created_at TEXT NOT NULL
);

-- Idle teams: from when a team's days are counted where that is not when it was made, when it was last reported active, and when its
-- leader was warned.
ALTER TABLE teams ADD COLUMN counted_from TIMESTAMPTZ;
ALTER TABLE teams ADD COLUMN active_at TIMESTAMPTZ;
ALTER TABLE teams ADD COLUMN idle_warned_at TIMESTAMPTZ;
-- By which a service that is no person reports of a competition's teams.
CREATE TABLE service_tokens (
  competition_id UUID PRIMARY KEY REFERENCES competitions (id) ON DELETE CASCADE,
  hash BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);

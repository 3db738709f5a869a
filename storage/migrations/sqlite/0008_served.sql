-- When a worker last took a submission of the team: the queue serves first who has waited longest.
ALTER TABLE teams ADD COLUMN last_served_at TEXT;
UPDATE teams SET last_served_at = (SELECT MAX(s.scoring_at) FROM submissions s WHERE s.team_id = teams.id);
-- How often a job was taken since it last came back: a worker that dies with it never says so.
ALTER TABLE jobs ADD COLUMN unreturned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE certainties ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
-- How often a score was computed anew: two rescorings at once must not overwrite each other.
ALTER TABLE submissions ADD COLUMN rescored INTEGER NOT NULL DEFAULT 0;
ALTER TABLE baselines ADD COLUMN rescored INTEGER NOT NULL DEFAULT 0;
-- Whose a repeated request is, wherever its author has gone meanwhile.
CREATE INDEX submissions_key ON submissions (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- A team's usage of its quota is counted from the index alone.
CREATE INDEX submissions_usage ON submissions (team_id, stage_id, dry_run, counts, created_at, status);

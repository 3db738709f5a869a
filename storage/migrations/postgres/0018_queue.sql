-- One queue for jobs of every kind. `subject` is what a job is about; a scoring's is its submission, and it goes with it.
-- `attempts` counts how often it was taken and fences what is written: it never falls. `attempts_left` bounds it.
CREATE TABLE queue (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  subject UUID NOT NULL,
  submission_id UUID REFERENCES submissions (id) ON DELETE CASCADE,
  team_id UUID,
  competition_id UUID REFERENCES competitions (id) ON DELETE CASCADE,
  payload TEXT,
  priority BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  attempts_left BIGINT NOT NULL,
  unreturned BIGINT NOT NULL DEFAULT 0,
  run_at TIMESTAMPTZ NOT NULL,
  lease_until TIMESTAMPTZ,
  unique_key TEXT,
  last_error TEXT,
  created_at TIMESTAMPTZ NOT NULL
);
INSERT INTO queue (id, kind, subject, submission_id, team_id, competition_id, priority, state, attempts, attempts_left, unreturned,
  run_at, lease_until, last_error, created_at)
SELECT j.id, 'score', j.submission_id, j.submission_id, j.team_id, t.competition_id, 10, j.state, j.attempts, 5 - j.unreturned,
  j.unreturned, j.run_at, j.lease_until, j.last_error, j.created_at
FROM jobs j JOIN submissions s ON s.id = j.submission_id JOIN stages t ON t.id = s.stage_id;
DROP TABLE jobs;
ALTER TABLE queue RENAME TO jobs;
CREATE INDEX jobs_waiting ON jobs (state, run_at);
CREATE INDEX jobs_submission ON jobs (submission_id);
-- What a scoring needs none of costs it nothing.
CREATE INDEX jobs_subject ON jobs (subject) WHERE submission_id IS NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;

-- Claims of reports are jobs now; what is made stays, what was being made is made anew.
DELETE FROM certainties WHERE report IS NULL;
ALTER TABLE certainties DROP COLUMN claimed_until;
ALTER TABLE certainties DROP COLUMN attempts;

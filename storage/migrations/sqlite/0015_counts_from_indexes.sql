-- What a person submitted for other teams than theirs is found without reading what they submitted for it.
DROP INDEX submissions_user;
CREATE INDEX submissions_user ON submissions (user_id, stage_id, dry_run, counts, team_id, created_at, status);
-- A member's submissions are counted without reading them.
CREATE INDEX submissions_member ON submissions (team_id, user_id, dry_run);

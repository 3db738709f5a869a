-- The version of its stage's leaderboard that first shows a submission's score: what changed since a kept one is found by it.
ALTER TABLE submissions ADD COLUMN board_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX submissions_changed ON submissions (stage_id, board_version);
-- The version since which nothing kept of a leaderboard holds, and the one since which names or members are others.
ALTER TABLE stages ADD COLUMN rebuilt_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stages ADD COLUMN named_version BIGINT NOT NULL DEFAULT 0;
-- One row, written to see whether the database can be written.
CREATE TABLE pulse (beats BIGINT NOT NULL);
INSERT INTO pulse (beats) VALUES (0);

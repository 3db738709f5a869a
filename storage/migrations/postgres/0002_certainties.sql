-- How certain a stage's final ranking is; computed once a version of its leaderboard, by whichever worker claims it.
CREATE TABLE certainties (
  stage_id UUID PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  board_version BIGINT NOT NULL,
  claimed_until TIMESTAMPTZ NOT NULL,
  report JSONB
);

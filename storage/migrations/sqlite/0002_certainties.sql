-- How certain a stage's final ranking is; computed once a version of its leaderboard, by whichever worker claims it.
CREATE TABLE certainties (
  stage_id BLOB PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  board_version INTEGER NOT NULL,
  claimed_until TEXT NOT NULL,
  report TEXT
);

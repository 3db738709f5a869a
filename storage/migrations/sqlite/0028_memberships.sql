-- Who was in which team from when until when; `members` says who is.
CREATE TABLE memberships (
  team_id BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  joined_at TEXT NOT NULL,
  left_at TEXT,
  PRIMARY KEY (team_id, user_id, joined_at)
);
CREATE INDEX memberships_user ON memberships (user_id);
INSERT INTO memberships (team_id, user_id, joined_at) SELECT team_id, user_id, joined_at FROM members;
-- Who had left by then, as the audit record has it: in a team of from before the record they were from its beginning.
INSERT INTO memberships (team_id, user_id, joined_at, left_at)
  SELECT gone.team_id, gone.user_id, gone.joined_at, MAX(gone.left_at) FROM (
    SELECT t.id AS team_id, u.id AS user_id, a.at AS left_at,
      COALESCE((SELECT MAX(e.at) FROM audit e WHERE e.team_id = a.team_id AND e.user_id = a.user_id AND e.seq < a.seq
        AND e.deed IN ('team.create', 'team.join')), t.created_at) AS joined_at
    FROM audit a JOIN teams t ON t.id = a.team_id JOIN users u ON u.id = a.user_id
    WHERE a.deed IN ('team.leave', 'team.remove')
  ) AS gone GROUP BY gone.team_id, gone.user_id, gone.joined_at
  ON CONFLICT (team_id, user_id, joined_at) DO NOTHING;

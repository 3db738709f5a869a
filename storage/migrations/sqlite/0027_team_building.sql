-- Invitations into teams by mail, which wait for whoever has the letter: its link is the way in.
CREATE TABLE team_invitations (
  id BLOB PRIMARY KEY,
  team_id BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  letter_id BLOB NOT NULL UNIQUE REFERENCES letters (id) ON DELETE CASCADE,
  invited_by BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  UNIQUE (team_id, email)
);
CREATE INDEX team_invitations_inviter ON team_invitations (invited_by);

-- Who asks to be let into a team. One that was refused stays, without its message, until they are in a team: nobody asks one twice.
CREATE TABLE join_requests (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  team_id BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  message TEXT NOT NULL,
  created_at TEXT NOT NULL,
  refused_at TEXT,
  UNIQUE (user_id, team_id)
);
CREATE INDEX join_requests_team ON join_requests (team_id, created_at);

-- Merges that a team's leader has offered to another team.
CREATE TABLE merge_offers (
  id BLOB PRIMARY KEY,
  from_team BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  to_team BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  UNIQUE (from_team, to_team)
);
CREATE INDEX merge_offers_to ON merge_offers (to_team, created_at);

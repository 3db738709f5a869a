-- Cards of recruiting posts: for which team people are sought, or that somebody seeks a team, and whom. Whether a card is still open
-- is worked out when it is read; what is kept is only whether somebody has closed it.
CREATE TABLE recruit_cards (
  post_id UUID PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  -- Nothing where the post's author seeks a team.
  team_id UUID REFERENCES teams (id) ON DELETE CASCADE,
  -- Keys of the roles that are wanted or offered, with spaces between.
  roles TEXT NOT NULL,
  closed_at TIMESTAMPTZ
);
CREATE INDEX recruit_cards_open ON recruit_cards (competition_id, post_id) WHERE closed_at IS NULL;
CREATE INDEX recruit_cards_of_team ON recruit_cards (team_id);

-- An invitation is for an address, or for a person whose address the team does not know. Neither takes the place of the other: that
-- would tell whose address it is.
CREATE TABLE invitations_into_teams (
  id UUID PRIMARY KEY,
  team_id UUID NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  email TEXT,
  user_id UUID REFERENCES users (id) ON DELETE CASCADE,
  letter_id UUID NOT NULL UNIQUE REFERENCES letters (id) ON DELETE CASCADE,
  invited_by UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  UNIQUE (team_id, email),
  UNIQUE (team_id, user_id)
);
INSERT INTO invitations_into_teams (id, team_id, email, letter_id, invited_by, created_at, expires_at)
  SELECT id, team_id, email, letter_id, invited_by, created_at, expires_at FROM team_invitations;
DROP TABLE team_invitations;
ALTER TABLE invitations_into_teams RENAME TO team_invitations;
CREATE INDEX team_invitations_inviter ON team_invitations (invited_by);
CREATE INDEX team_invitations_person ON team_invitations (user_id);

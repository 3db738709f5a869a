-- What people are to competitions that they help to run. Organizers of before stay what they were; an owner is named by the operator.
CREATE TABLE roles (
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  given_at TEXT NOT NULL,
  PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX roles_user ON roles (user_id);
INSERT INTO roles (competition_id, user_id, role, given_at)
  SELECT o.competition_id, o.user_id, 'organizer', c.created_at FROM organizers o JOIN competitions c ON c.id = o.competition_id;
DROP TABLE organizers;
-- Roles that wait for whoever has an address, which was written to: the letter's link is the way to the role.
CREATE TABLE role_invitations (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  letter_id BLOB NOT NULL UNIQUE REFERENCES letters (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  UNIQUE (competition_id, email)
);
-- What a token may be used for; those of before read and submitted.
ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read submit';

-- Taking part is applied for: a row is an application, and whoever took part before has an approved one.
ALTER TABLE participations ADD COLUMN state TEXT NOT NULL DEFAULT 'approved';
-- Nothing where it is when they agreed.
ALTER TABLE participations ADD COLUMN applied_at TIMESTAMPTZ;
ALTER TABLE participations ADD COLUMN changed_at TIMESTAMPTZ;
-- Who waits has one; the least is the next.
ALTER TABLE participations ADD COLUMN waitlist_number BIGINT;
ALTER TABLE participations ADD COLUMN offer_until TIMESTAMPTZ;
-- What organizers said when they decided.
ALTER TABLE participations ADD COLUMN reason TEXT;
-- Personal: they go when the application is withdrawn, and some time after the competition.
ALTER TABLE participations ADD COLUMN answers JSONB;
-- The language in which they applied, which they are written to in.
ALTER TABLE participations ADD COLUMN locale TEXT NOT NULL DEFAULT 'ko';
CREATE INDEX participations_waitlist ON participations (competition_id, state, waitlist_number);
-- Addresses that organizers have asked, where a competition is by invitation.
CREATE TABLE application_invitations (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  invited_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (competition_id, email)
);

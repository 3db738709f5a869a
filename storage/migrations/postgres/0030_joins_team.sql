-- The team whose link somebody applied by: where a team takes one place, they need none of their own to enter it.
ALTER TABLE participations ADD COLUMN joins_team UUID REFERENCES teams (id) ON DELETE SET NULL;
CREATE INDEX participations_joins_team ON participations (joins_team);

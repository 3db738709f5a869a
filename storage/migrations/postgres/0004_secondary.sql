-- What stands beside a score, by name: secondary metrics and what explains the score. The private ones are as secret as it.
ALTER TABLE submissions ADD COLUMN secondary_public JSONB;
ALTER TABLE submissions ADD COLUMN secondary_private JSONB;

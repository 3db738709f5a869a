-- What stands beside a baseline's score, as with submissions. Those imported before have none until they are scored again.
ALTER TABLE baselines ADD COLUMN secondary_public TEXT;
ALTER TABLE baselines ADD COLUMN secondary_private TEXT;

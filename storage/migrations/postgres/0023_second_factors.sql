-- A second factor: the secret that a person's device shares with us, and the last step of time whose code was taken.
CREATE TABLE second_factors (
  user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret BYTEA NOT NULL,
  step BIGINT NOT NULL,
  since TIMESTAMPTZ NOT NULL
);

-- Hashes of the codes for whoever has lost that device. Each goes with its use.
CREATE TABLE recovery_codes (
  user_id UUID NOT NULL REFERENCES second_factors (user_id) ON DELETE CASCADE,
  hash BYTEA NOT NULL,
  PRIMARY KEY (user_id, hash)
);

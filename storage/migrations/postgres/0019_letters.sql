-- Mail that waits, was sent or failed: a row for each person that it goes to, written with the deed that it tells of.
CREATE TABLE letters (
  id UUID PRIMARY KEY,
  user_id UUID REFERENCES users (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  reply_to TEXT,
  kind TEXT NOT NULL,
  locale TEXT NOT NULL,
  -- What it says, in JSON; nothing once it was sent.
  payload TEXT NOT NULL,
  message_id TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  -- Since when it is tried: it was made, or put back after it had failed.
  queued_at TIMESTAMPTZ NOT NULL,
  -- When it is tried next; while somebody sends it, when another may.
  due_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  -- Until when its link opens something, and when it did.
  link_until TIMESTAMPTZ,
  link_used_at TIMESTAMPTZ
);
CREATE INDEX letters_due ON letters (state, due_at);
CREATE INDEX letters_ended ON letters (state, ended_at);
CREATE INDEX letters_user ON letters (user_id);

-- Hashes of the keys of letters' links: one for each time that a letter was taken to be sent, and the keys themselves nowhere.
CREATE TABLE letter_keys (
  hash BYTEA PRIMARY KEY,
  letter_id UUID NOT NULL REFERENCES letters (id) ON DELETE CASCADE
);
CREATE INDEX letter_keys_letter ON letter_keys (letter_id);

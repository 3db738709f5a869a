-- What was said to whom: events of the pages, and what notifications and mails are made of. Written as the last thing before a commit,
-- under the head: the order of numbers is that of the commits, so that whoever has heard one has missed none before it.
CREATE TABLE outbox (
  seq BIGINT PRIMARY KEY,
  -- Who hears it, as domain::audience writes it.
  audience TEXT NOT NULL,
  payload TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX outbox_audience ON outbox (audience, seq);
CREATE INDEX outbox_at ON outbox (at);
CREATE TABLE outbox_head (seq BIGINT NOT NULL);
INSERT INTO outbox_head (seq) VALUES (0);

-- Pictures that pages and notices show, under their names in the folder.
CREATE TABLE images (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (competition_id, name)
);

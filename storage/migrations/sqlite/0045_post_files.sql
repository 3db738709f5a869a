-- Pictures and attachments of posts. A row is there before its file and until that is gone, so that none is left lying.
CREATE TABLE post_files (
  id BLOB PRIMARY KEY,
  competition_id BLOB NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id),
  -- Nothing until a post names or lists it.
  post_id BLOB REFERENCES posts (id) ON DELETE CASCADE,
  -- Shown where the text names it; else listed under it.
  is_picture BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- In pixels; 0 of what is no picture.
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  downloads INTEGER NOT NULL,
  at TEXT NOT NULL,
  -- From when on the file is to be removed; nothing while it is a post's.
  remove_at TEXT
);
CREATE INDEX post_files_of_post ON post_files (post_id, id) WHERE post_id IS NOT NULL;
CREATE INDEX post_files_due ON post_files (remove_at, id) WHERE remove_at IS NOT NULL;
CREATE INDEX post_files_user ON post_files (user_id, id);

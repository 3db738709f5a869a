-- A letter is sent by a job of the one queue: what its own claim needed goes, and what waits gets its job, under the letter's id.
INSERT INTO jobs (id, kind, subject, priority, state, attempts, attempts_left, run_at, last_error, created_at)
SELECT id, 'mail', id, CASE WHEN link_until IS NULL THEN 0 ELSE 1 END, 'waiting', attempts,
  CASE WHEN attempts < 30 THEN 30 - attempts ELSE 1 END, due_at, last_error, created_at
FROM letters WHERE state = 'waiting';
UPDATE letters SET last_error = NULL WHERE state = 'waiting';
DROP INDEX letters_due;
ALTER TABLE letters DROP COLUMN due_at;
ALTER TABLE letters DROP COLUMN queued_at;

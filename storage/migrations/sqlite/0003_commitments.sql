-- What binds an organizer to a stage's solution: shown from the start; salt and hash are published with the results.
CREATE TABLE commitments (
  stage_id BLOB PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  commitment TEXT NOT NULL,
  salt TEXT NOT NULL,
  solution_sha256 TEXT NOT NULL
);

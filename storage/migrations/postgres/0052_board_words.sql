-- Words that nobody but the organizers may write on a competition's boards, a line each.
CREATE TABLE board_words (
  competition_id UUID PRIMARY KEY REFERENCES competitions (id) ON DELETE CASCADE,
  words TEXT NOT NULL
);

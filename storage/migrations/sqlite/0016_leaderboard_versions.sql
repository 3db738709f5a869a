-- Leaderboards are called so everywhere now. An index keeps its name: it stands on the column, whatever that is called.
ALTER TABLE stages RENAME COLUMN board_version TO leaderboard_version;
ALTER TABLE submissions RENAME COLUMN board_version TO leaderboard_version;
ALTER TABLE certainties RENAME COLUMN board_version TO leaderboard_version;

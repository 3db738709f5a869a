-- Which revision of the Markdown converter has made a notice's HTML; an older one is converted anew at the next start.
ALTER TABLE notices ADD COLUMN renderer BIGINT NOT NULL DEFAULT 1;

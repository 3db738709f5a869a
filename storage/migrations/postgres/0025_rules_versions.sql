-- The rules under each of their versions, for whoever agreed to an earlier one.
CREATE TABLE rules_versions (
  competition_id UUID NOT NULL REFERENCES competitions (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  locale TEXT NOT NULL,
  markdown TEXT NOT NULL,
  PRIMARY KEY (competition_id, version, locale)
);
INSERT INTO rules_versions (competition_id, version, locale, markdown)
  SELECT competition_id, 1, locale, markdown FROM pages WHERE name = 'rules';
-- Which one somebody agreed to.
ALTER TABLE participations ADD COLUMN rules_version BIGINT NOT NULL DEFAULT 1;

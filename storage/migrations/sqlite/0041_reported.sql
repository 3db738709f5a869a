-- When a service last reported of a competition's teams, and since when it has without a gap: one that is silent says nothing of anybody.
ALTER TABLE service_tokens ADD COLUMN reported_at TEXT;
ALTER TABLE service_tokens ADD COLUMN reporting_since TEXT;

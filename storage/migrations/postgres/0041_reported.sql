-- When a service last reported of a competition's teams: one that is silent says nothing of anybody.
ALTER TABLE service_tokens ADD COLUMN reported_at TIMESTAMPTZ;

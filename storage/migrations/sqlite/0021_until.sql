-- What deletes itself, and who invited.
ALTER TABLE audit_details ADD COLUMN until TEXT;
CREATE INDEX audit_details_until ON audit_details (until);
ALTER TABLE role_invitations ADD COLUMN invited_by BLOB REFERENCES users (id) ON DELETE CASCADE;

-- From here on each database has its own words.
-- Addresses of clients that are recorded already end too; nothing else of a detail ever changes.
DROP TRIGGER audit_details_unchanged;
UPDATE audit_details SET until = strftime('%Y-%m-%dT%H:%M:%S+00:00', a.at, '+366 days') FROM audit a WHERE a.origin = audit_details.hash;
CREATE TRIGGER audit_details_unchanged BEFORE UPDATE ON audit_details BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END;

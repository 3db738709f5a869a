-- What deletes itself, and who invited.
ALTER TABLE audit_details ADD COLUMN until TEXT;
CREATE INDEX audit_details_until ON audit_details (until);
ALTER TABLE role_invitations ADD COLUMN invited_by BLOB REFERENCES users (id) ON DELETE CASCADE;

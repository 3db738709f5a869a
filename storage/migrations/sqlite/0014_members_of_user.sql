-- The teams of a person, without reading every member.
CREATE INDEX members_user ON members (user_id);

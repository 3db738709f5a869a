-- Which competition has caused a letter; of those that were sent before, nobody knows any more.
ALTER TABLE letters ADD COLUMN competition_id UUID REFERENCES competitions (id) ON DELETE CASCADE;
CREATE INDEX letters_competition ON letters (competition_id, state, id);
UPDATE letters SET competition_id = (SELECT c.id FROM competitions c WHERE letters.payload LIKE '%"page":"/competitions/' || c.slug || '/%')
  WHERE payload LIKE '%"page":"/competitions/%';
-- Who gave a role: nobody where it was the operator, or long ago. Whoever was invited entered it themselves.
ALTER TABLE roles ADD COLUMN given_by UUID REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX roles_given_by ON roles (given_by);
UPDATE roles SET given_by = (SELECT u.id FROM audit a JOIN users u ON u.id = a.actor_id
  WHERE a.deed = 'role.set' AND a.competition_id = roles.competition_id AND a.user_id = roles.user_id AND a.actor_id <> a.user_id
  AND NOT EXISTS (SELECT 1 FROM audit b WHERE b.deed = 'role.set' AND b.competition_id = a.competition_id AND b.user_id = a.user_id
    AND b.seq > a.seq));

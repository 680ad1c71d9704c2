-- The two indexes of kids are partial, so that the check of a family's deletion could use neither.
CREATE INDEX kid_family ON families.kid (parent_id);

-- The index of categories leaves deleted stories out, so that the check of a category's deletion could not use it.
CREATE INDEX story_category_key ON stories.story (category);

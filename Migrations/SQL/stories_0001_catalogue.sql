CREATE TABLE stories.category (
    slug        text PRIMARY KEY,
    name        text NOT NULL,
    description text NOT NULL,
    position    smallint NOT NULL
);

CREATE TABLE stories.theme (
    slug        text PRIMARY KEY,
    name        text NOT NULL,
    description text NOT NULL,
    position    smallint NOT NULL
);

-- What lists show. The text is in a table of its own, so that no list can touch it.
CREATE TABLE stories.story (
    id               uuid PRIMARY KEY,
    slug             text NOT NULL UNIQUE,
    title            text NOT NULL CHECK (title <> ''),
    description      text NOT NULL,
    origin           text,
    language         text NOT NULL CHECK (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
    cover_image_url  text,
    background_color text NOT NULL CHECK (background_color ~ '^#[0-9A-F]{6}$'),
    age_min          smallint NOT NULL CHECK (age_min >= 0),
    age_max          smallint NOT NULL,
    category         text NOT NULL REFERENCES stories.category,
    season           text CHECK (season IN ('spring', 'summer', 'autumn', 'winter')),
    recommended      boolean NOT NULL DEFAULT false,
    ai_generated     boolean NOT NULL DEFAULT false,
    word_count       integer NOT NULL CHECK (word_count >= 0),
    duration_seconds integer NOT NULL CHECK (duration_seconds >= 0),
    created_at       timestamptz NOT NULL DEFAULT now(),
    deleted_at       timestamptz,
    CHECK (age_min <= age_max)
);
CREATE INDEX story_listing ON stories.story (title, id) WHERE deleted_at IS NULL;
CREATE INDEX story_category ON stories.story (category, title, id) WHERE deleted_at IS NULL;

CREATE TABLE stories.story_theme (
    story uuid NOT NULL REFERENCES stories.story ON DELETE CASCADE,
    theme text NOT NULL REFERENCES stories.theme,
    PRIMARY KEY (story, theme)
);
CREATE INDEX story_theme_theme ON stories.story_theme (theme, story);

CREATE TABLE stories.story_text (
    story      uuid PRIMARY KEY REFERENCES stories.story ON DELETE CASCADE,
    paragraphs text[] NOT NULL CHECK (cardinality(paragraphs) > 0)
);

CREATE TABLE stories.question (
    story          uuid NOT NULL REFERENCES stories.story ON DELETE CASCADE,
    position       smallint NOT NULL,
    question       text NOT NULL,
    options        text[] NOT NULL CHECK (cardinality(options) >= 2),
    correct_option smallint NOT NULL CHECK (correct_option >= 0 AND correct_option < cardinality(options)),
    PRIMARY KEY (story, position)
);

import Postgres

extension CatalogueSeed {
    static func writingCategories(_ tags: RawJSON) -> Statement {
        """
        INSERT INTO stories.category AS old (slug, name, description, position)
        SELECT tag->>'slug', tag->>'name', tag->>'description', place
        FROM jsonb_array_elements(\(tags)) WITH ORDINALITY AS tags (tag, place)
        ON CONFLICT (slug) DO UPDATE
        SET (name, description, position) = (excluded.name, excluded.description, excluded.position)
        WHERE (old.name, old.description, old.position)
            IS DISTINCT FROM (excluded.name, excluded.description, excluded.position)
        """
    }

    static func writingThemes(_ tags: RawJSON) -> Statement {
        """
        INSERT INTO stories.theme AS old (slug, name, description, position)
        SELECT tag->>'slug', tag->>'name', tag->>'description', place
        FROM jsonb_array_elements(\(tags)) WITH ORDINALITY AS tags (tag, place)
        ON CONFLICT (slug) DO UPDATE
        SET (name, description, position) = (excluded.name, excluded.description, excluded.position)
        WHERE (old.name, old.description, old.position)
            IS DISTINCT FROM (excluded.name, excluded.description, excluded.position)
        """
    }

    static func writingStories(_ stories: RawJSON) -> Statement {
        """
        INSERT INTO stories.story AS old (id, slug, title, description, origin, language, background_color,
            age_min, age_max, category, season, recommended, word_count, duration_seconds)
        SELECT id, slug, title, description, origin, language, "backgroundColor",
               "ageMin", "ageMax", category, season, recommended, "wordCount", "durationSeconds"
        FROM jsonb_to_recordset(\(stories)) AS seed (id uuid, slug text, title text, description text, origin text,
            language text, "backgroundColor" text, "ageMin" smallint, "ageMax" smallint, category text, season text,
            recommended boolean, "wordCount" integer, "durationSeconds" integer)
        ON CONFLICT (slug) DO UPDATE
        SET (title, description, origin, language, background_color,
             age_min, age_max, category, season, recommended, word_count, duration_seconds)
            = (excluded.title, excluded.description, excluded.origin, excluded.language, excluded.background_color,
               excluded.age_min, excluded.age_max, excluded.category, excluded.season, excluded.recommended,
               excluded.word_count, excluded.duration_seconds)
        WHERE (old.title, old.description, old.origin, old.language, old.background_color,
               old.age_min, old.age_max, old.category, old.season, old.recommended,
               old.word_count, old.duration_seconds)
            IS DISTINCT FROM (excluded.title, excluded.description, excluded.origin, excluded.language,
               excluded.background_color, excluded.age_min, excluded.age_max, excluded.category, excluded.season,
               excluded.recommended, excluded.word_count, excluded.duration_seconds)
        """
    }

    static func writingTexts(_ stories: RawJSON) -> Statement {
        """
        INSERT INTO stories.story_text AS old (story, paragraphs)
        SELECT id, text FROM jsonb_to_recordset(\(stories)) AS seed (id uuid, text text[])
        ON CONFLICT (story) DO UPDATE SET paragraphs = excluded.paragraphs
        WHERE old.paragraphs <> excluded.paragraphs
        """
    }

    static func removingThemes(_ stories: RawJSON) -> Statement {
        """
        DELETE FROM stories.story_theme AS old
        USING jsonb_to_recordset(\(stories)) AS seed (id uuid, themes text[])
        WHERE old.story = seed.id AND old.theme <> ALL (seed.themes)
        """
    }

    static func addingThemes(_ stories: RawJSON) -> Statement {
        """
        INSERT INTO stories.story_theme (story, theme)
        SELECT id, unnest(themes) FROM jsonb_to_recordset(\(stories)) AS seed (id uuid, themes text[])
        ON CONFLICT DO NOTHING
        """
    }

    static func removingQuestions(_ stories: RawJSON) -> Statement {
        """
        DELETE FROM stories.question AS old
        USING jsonb_to_recordset(\(stories)) AS seed (id uuid, questions jsonb)
        WHERE old.story = seed.id AND old.position > jsonb_array_length(seed.questions)
        """
    }

    static func writingQuestions(_ stories: RawJSON) -> Statement {
        """
        INSERT INTO stories.question AS old (story, position, question, options, correct_option)
        SELECT id, place, question, options, "correctOption"
        FROM jsonb_to_recordset(\(stories)) AS seed (id uuid, questions jsonb),
             ROWS FROM (
                 jsonb_to_recordset(questions) AS (question text, options text[], "correctOption" smallint)
             ) WITH ORDINALITY AS item (question, options, "correctOption", place)
        ON CONFLICT (story, position) DO UPDATE
        SET (question, options, correct_option) = (excluded.question, excluded.options, excluded.correct_option)
        WHERE (old.question, old.options, old.correct_option)
            IS DISTINCT FROM (excluded.question, excluded.options, excluded.correct_option)
        """
    }
}

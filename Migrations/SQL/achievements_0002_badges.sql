-- Badges are data: what is counted, and how much of it earns the badge.
CREATE TABLE achievements.badge (
    slug        text PRIMARY KEY,
    title       text NOT NULL,
    description text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('count', 'streak', 'categories')),
    threshold   integer NOT NULL CHECK (threshold > 0),
    position    smallint NOT NULL UNIQUE
);
INSERT INTO achievements.badge (position, slug, title, description, kind, threshold) VALUES
    (1, 'first-story', 'First Story', 'Finish your first story', 'count', 1),
    (2, 'explorer', 'Explorer', 'Finish 5 stories', 'count', 5),
    (3, 'bookworm', 'Bookworm', 'Finish 10 stories', 'count', 10),
    (4, 'story-lover', 'Story Lover', 'Finish 25 stories', 'count', 25),
    (5, 'story-master', 'Story Master', 'Finish 50 stories', 'count', 50),
    (6, 'story-legend', 'Story Legend', 'Finish 100 stories', 'count', 100),
    (7, 'streak-3', 'Three in a Row', 'Finish a story on 3 days in a row', 'streak', 3),
    (8, 'streak-7', 'Week Warrior', 'Finish a story on 7 days in a row', 'streak', 7),
    (9, 'streak-14', 'Fortnight Friend', 'Finish a story on 14 days in a row', 'streak', 14),
    (10, 'streak-30', 'Month of Stories', 'Finish a story on 30 days in a row', 'streak', 30),
    (11, 'streak-100', 'Hundred Nights', 'Finish a story on 100 days in a row', 'streak', 100),
    (12, 'all-categories', 'Wide Reader', 'Finish a story of each of the 6 categories', 'categories', 6);

CREATE TABLE achievements.earned_badge (
    kid       uuid NOT NULL REFERENCES achievements.kid,
    badge     text NOT NULL REFERENCES achievements.badge,
    earned_at timestamptz NOT NULL,
    PRIMARY KEY (kid, badge)
);
CREATE INDEX earned_badge_badge ON achievements.earned_badge (badge);

-- How far each child is with each badge. An earned badge stays earned.
CREATE VIEW achievements.badge_progress AS
SELECT kid.kid, kid.parent, badge.slug AS badge, badge.threshold,
       CASE badge.kind WHEN 'count' THEN kid.stories
                       WHEN 'streak' THEN kid.longest_streak
                       WHEN 'categories' THEN kid.categories END AS progress
FROM achievements.kid CROSS JOIN achievements.badge;

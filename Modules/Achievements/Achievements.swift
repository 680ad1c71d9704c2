enum EmptyAchievements {}

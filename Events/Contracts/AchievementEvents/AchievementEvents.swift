enum EmptyAchievement {}

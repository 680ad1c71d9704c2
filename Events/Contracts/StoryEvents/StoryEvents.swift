enum EmptyStory {}

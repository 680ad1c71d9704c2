enum EmptyStories {}

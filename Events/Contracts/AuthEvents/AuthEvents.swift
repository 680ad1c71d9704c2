enum EmptyAuth {}

enum EmptySubscriptions {}

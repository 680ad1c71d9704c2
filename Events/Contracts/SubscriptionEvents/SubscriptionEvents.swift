enum EmptySubscription {}

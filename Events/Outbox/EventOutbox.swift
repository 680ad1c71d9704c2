enum EmptyEventOutbox {}

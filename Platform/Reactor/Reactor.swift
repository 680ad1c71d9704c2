enum EmptyReactor {}

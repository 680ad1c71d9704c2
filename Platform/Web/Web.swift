enum EmptyWeb {}

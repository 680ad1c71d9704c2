enum EmptyStrictJSON {}

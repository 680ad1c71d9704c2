enum EmptyFamily {}

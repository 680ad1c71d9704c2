enum EmptyEvents {}

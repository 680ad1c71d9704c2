enum EmptyPayments {}

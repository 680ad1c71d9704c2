enum EmptyPayment {}

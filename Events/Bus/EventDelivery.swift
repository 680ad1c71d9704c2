enum EmptyEventDelivery {}

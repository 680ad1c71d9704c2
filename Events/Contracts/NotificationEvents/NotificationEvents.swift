enum EmptyNotification {}

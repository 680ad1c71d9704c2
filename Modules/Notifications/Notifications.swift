enum EmptyNotifications {}

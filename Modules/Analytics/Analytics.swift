enum EmptyAnalytics {}

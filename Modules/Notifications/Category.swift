import Postgres

/// What a notification is about. The raw values are stored and sent to clients.
enum Category: String, Sendable, Codable, CaseIterable, PostgresCodable {
    case welcome
    case badgeEarned = "badge-earned"
    case paymentReceipt = "payment-receipt"
    case paymentFailed = "payment-failed"
}

/// On which way a notification reaches somebody.
enum Channel: String, Sendable {
    case inApp = "in-app"
    case mail
}

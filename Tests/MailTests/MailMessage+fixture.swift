import Foundation
import Mail

extension MailAddress {
    static var storytime: MailAddress {
        get throws { try MailAddress("hello@storytime.example", name: "Storytime") }
    }
}

extension MailMessage {
    /// A message in which a test varies what it is about.
    static func fixture(
        to: String = "ada@family.example",
        name: String? = nil,
        subject: String = "Good night",
        text: String = "Sleep well.\n",
        html: String? = nil,
        id: String = "job-42",
        headers: [String: String] = [:]
    ) throws -> MailMessage {
        try MailMessage(
            to: MailAddress(to, name: name),
            subject: subject,
            text: text,
            html: html,
            id: id,
            date: Date(timeIntervalSince1970: 1_741_082_400),
            headers: headers
        )
    }
}

import Foundation

/// The folder that the server puts mails into.
package struct Mailbox: Sendable {
    let folder: String

    /// The mails to an address with a subject, as text.
    package func mails(to address: String, subject: String = "") throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".eml") }.sorted()
            .map { Self.decoded(try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
            .filter { mail in
                let lines = mail.split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
                return lines.contains { $0.hasPrefix("To:") && $0.contains(address) }
                    && lines.contains { $0.hasPrefix("Subject:") && $0.contains(subject) }
            }
    }

    /// Waits for the code that confirms an address.
    package func confirmationCode(for address: String) async throws -> String {
        try await awaited("a mail with a code to \(address)") {
            try mails(to: address).lazy.compactMap(Self.code).first
        }
    }

    private static func code(in mail: String) -> String? {
        guard let link = mail.range(of: "/confirm?token=") else { return nil }
        return String(mail[link.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    }

    /// Undoes as much of quoted-printable as these mails need.
    private static func decoded(_ mail: String) -> String {
        mail.replacing("=\r\n", with: "").replacing("=3D", with: "=")
    }
}

import Foundation

/// The folder that the server puts mails into.
package struct Mailbox: Sendable {
    let folder: String

    /// The mails to an address whose subject begins like this, as text.
    package func mails(to address: String, subject: String = "") throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".eml") }.sorted()
            .map { Self.decoded(try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
            .filter { mail in
                Self.header("To", of: mail).contains(address) && Self.header("Subject", of: mail).hasPrefix(subject)
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

    private static func header(_ name: String, of mail: String) -> Substring {
        mail.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }?.dropFirst(name.count + 2) ?? ""
    }

    /// Undoes as much of quoted-printable as these mails need.
    private static func decoded(_ mail: String) -> String {
        mail.replacing("=\r\n", with: "").replacing("=3D", with: "=")
    }
}

import Dispatch
import Foundation
import Mail

/// A mail server of our own, in another process.
struct MailServer {
    struct Envelope: Decodable {
        let sender: String
        let recipients: [String]
        let content: String
        let client: String
        let encrypted: Bool
    }

    private struct Start: Decodable {
        let port: Int
        let authority: String?
    }

    private let start: Start
    private let output: FileHandle

    /// A file with the certificate to trust.
    var authority: String { start.authority ?? "" }

    /// Hands the body a server that lives as long as the body runs.
    ///
    /// The server ends when its input does, also after a crash.
    static func run(
        _ behaviour: String = "accept",
        _ arguments: String...,
        body: (MailServer) async throws -> Void
    ) async throws {
        let process = Python.process("smtp.py", ["--behaviour", behaviour] + arguments)
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer { try? input.fileHandleForWriting.close() }
        let start = try await output.fileHandleForReading.nextLine(as: Start.self)
        try await body(MailServer(start: start, output: output.fileHandleForReading))
    }

    /// A mailer that hands its messages to this server.
    func mailer(
        login: String = "",
        scheme: String = "smtp",
        options: String = "?starttls=none",
        _ adjust: (inout SMTPConfiguration) -> Void = { _ in }
    ) throws -> Mailer {
        let url = "\(scheme)://\(login)localhost:\(start.port)/client.test\(options)"
        var configuration = try SMTPConfiguration(url: url)
        adjust(&configuration)
        return .smtp(configuration, from: try .storytime)
    }

    /// The next message it accepted.
    ///
    /// Written before the server says so, hence there once `send` has returned.
    func accepted() async throws -> Envelope { try await output.nextLine(as: Envelope.self) }

    /// Returns once a hanging server has been asked for something.
    func hasBeenAsked() async throws { _ = try await output.nextLine(as: [String: Bool].self) }
}

extension FileHandle {
    /// Reads on a thread of Dispatch: a blocked thread of the cooperative pool might be the one the sender needs.
    fileprivate func nextLine<Line: Decodable & Sendable>(as type: Line.Type) async throws -> Line {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try JSONDecoder().decode(type, from: self.blockingLine()) })
            }
        }
    }

    private func blockingLine() throws -> Data {
        var line = Data()
        while let byte = try read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) { line += byte }
        return line
    }
}

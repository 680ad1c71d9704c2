import Foundation
import Mail
import Testing

struct DirectoryMailerTests {
    @Test func messageSentTwiceIsOneFile() async throws {
        try await withFolder { folder in
            let mailer = Mailer.directory(folder.path(percentEncoded: false), from: try .storytime)
            try await mailer.check()
            try await mailer.send(.fixture(subject: "First try"))
            try await mailer.send(.fixture(subject: "Second try"))
            try await mailer.send(.fixture(id: "job-43"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted() == [
                    "job-42.eml", "job-43.eml",
                ]
            )
            let mail = try ParsedMail(String(contentsOf: folder.appending(path: "job-42.eml"), encoding: .utf8))
            #expect(mail["Subject"] == "Second try")
        }
    }

    @Test func folderIsForItsOwnerOnly() async throws {
        try await withFolder { folder in
            try await Mailer.directory(folder.path(percentEncoded: false), from: .storytime).send(.fixture())
            let permissions = try FileManager.default.attributesOfItem(atPath: folder.path(percentEncoded: false))[
                .posixPermissions
            ]
            #expect(permissions as? Int == 0o700)
        }
    }

    @Test func unusableFolderIsAnError() async throws {
        let mailer = Mailer.directory("/dev/null/mail", from: try .storytime)
        await #expect(throws: (any Error).self) { try await mailer.send(.fixture()) }
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: parent) }
        try await body(parent.appending(path: "mail"))
    }
}

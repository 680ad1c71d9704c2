import Foundation
import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// The drill: what is backed up can be restored, and Storytime goes on with it.
@Suite(.timeLimit(.minutes(3))) struct BackupTests {
    @Test func `an evening survives backup and restore, and goes on`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mia")
            let stories = try await parent.client.stories()
            try await parent.client.finish(stories[0], with: kid)
            try await storytime.settle()
            let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }

            let dump = try await storytime.runScript("Deploy/backup", ["create", folder]).succeeded().output.trimmed
            let verified = try await storytime.runScript("Deploy/backup", ["verify", dump]).succeeded().output
            #expect(verified.contains("clean") && verified.hasSuffix("can be restored\n"))
            let refused = try await storytime.runScript("Deploy/backup", ["restore", dump])
            #expect(refused.end == .code(1) && refused.errors.contains("into an empty one"))
            // What happens after the backup is not in it.
            try await parent.client.finish(stories[1], with: kid)
            _ = await server.stop()

            try await withDatabase { empty in
                let url = try TestDatabase.url(for: empty.configuration.databaseName ?? "")
                let there = ["STORYTIME_DATABASE_URL": url]
                try await storytime.runScript("Deploy/backup", ["restore", dump], environment: there).succeeded()
                let restored = try await storytime.serve(environment: there)
                let client = Client(port: restored.port, token: parent.client.token)
                #expect(try await client.get("/v1/kids/\(kid)/achievements")["storiesCompleted"] == 1)
                try await client.finish(stories[2], with: kid)
                try await eventually("the restored database goes on") {
                    try await client.get("/v1/kids/\(kid)/achievements")["storiesCompleted"] == 2
                }
                let audit = try await storytime.run(["outbox", "audit"], environment: there).succeeded()
                #expect(audit.output.hasSuffix("clean\n"))
            }
        }
    }

    @Test func `a dump that was damaged is refused, old ones go`() async throws {
        try await withStorytime { storytime in
            let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for day in 1...3 {
                for end in ["", ".sha256"] {
                    try Data().write(to: URL(filePath: "\(folder)/storytime-2020010\(day).dump\(end)"))
                }
            }
            let few = ["BACKUP_KEEP": "2"]
            let create = try await storytime.runScript("Deploy/backup", ["create", folder], environment: few)
                .succeeded()
            let dump = create.output.trimmed
            let kept = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".dump") }
            #expect(Set(kept) == ["storytime-20200103.dump", URL(filePath: dump).lastPathComponent])

            let file = try FileHandle(forUpdating: URL(filePath: dump))
            try file.seek(toOffset: 1_000)
            try file.write(contentsOf: Data("damaged".utf8))
            try file.close()
            let verify = try await storytime.runScript("Deploy/backup", ["verify", dump])
            #expect(verify.end == .code(1) && verify.errors.contains("checksum differs"))
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

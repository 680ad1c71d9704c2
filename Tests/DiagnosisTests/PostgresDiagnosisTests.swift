import Postgres
import TestSupport
import Testing

@testable import Diagnosis

@Suite(.timeLimit(.minutes(2))) struct PostgresDiagnosisTests {
    @Test func `a migrated database has all its indexes`() async throws {
        try await withMigratedDatabase { database in
            let findings = await PostgresDiagnosis(database.configuration).findings()
            #expect(findings.first?.severity == .ok)
            let concern = [
                "version", "standby", "encoding", "clock", "indexes.invalid", "indexes.missing", "wraparound",
            ]
            for name in concern {
                let found = findings.filter { $0.check == "postgres.\(name)" }
                #expect(found.count == 1 && found[0].severity == .ok, "\(name): \(found)")
            }
            #expect(!findings.contains { $0.message.contains("cannot be asked") })
        }
    }

    @Test func `what is missing, broken and left open is named with its remedy`() async throws {
        try await withDatabase { database in
            try await database.transaction { tx in
                try await tx.execute("CREATE TABLE parent (id int PRIMARY KEY)")
                try await tx.execute(
                    """
                    CREATE TABLE child (a int, parent int REFERENCES parent, b int REFERENCES parent,
                                        c int REFERENCES parent)
                    """
                )
                try await tx.execute("CREATE INDEX ON child (b, a)")
                try await tx.execute("CREATE INDEX ON child (c) WHERE a > 1")
                try await tx.execute("INSERT INTO child (a) VALUES (1), (1)")
            }
            // A concurrent build that fails leaves its index behind.
            await #expect(throws: DatabaseError.self) {
                try await database.command("CREATE UNIQUE INDEX CONCURRENTLY broken ON child (a)")
            }
            let findings = await PostgresDiagnosis(database.configuration).findings()
            let missing = findings.filter { $0.check == "postgres.indexes.missing" }
            #expect(
                missing.compactMap(\.fix).sorted() == [
                    "CREATE INDEX CONCURRENTLY ON child (c)", "CREATE INDEX CONCURRENTLY ON child (parent)",
                ]
            )
            let invalid = findings.filter { $0.check == "postgres.indexes.invalid" }
            #expect(invalid.map(\.fix) == ["REINDEX INDEX CONCURRENTLY broken"])
        }
    }

    @Test func `a role without rights is told which`() async throws {
        // Only a superuser can take rights away.
        let cluster = try await PrivateCluster()
        do {
            let session = try await Session(cluster.configuration)
            for statement in [
                "CREATE ROLE nobody", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", "SET ROLE nobody",
            ] {
                try await session.run(statement)
            }
            let findings = await PostgresCheck.role.run(session)
            await session.close()
            #expect(findings.map(\.severity) == [.error, .warning, .warning])
            #expect(findings.allSatisfy { $0.fix?.contains("TO nobody") == true })
            try await cluster.remove()
        } catch {
            try await cluster.remove()
            throw error
        }
    }

    @Test func `a server that is away is a finding with a remedy`() async throws {
        let nowhere = try DatabaseConfiguration(url: "postgresql://nobody@127.0.0.1:1/none")
        let findings = await PostgresDiagnosis(nowhere).findings()
        #expect(findings.map(\.check) == ["postgres.reach"])
        #expect(findings[0].severity == .error && findings[0].fix?.contains("start the server") == true)
    }
}

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(2)))
struct LostConnectionTests {
    /// libpq closes the socket of a connection that the server has ended while nobody used it, and the number goes to
    /// whoever opens something next.
    @Test func `A connection that ends does no harm to the socket that gets its number`() async throws {
        try await withDatabase { database in
            for _ in 1...30 {
                let connection = try await Connection.open(
                    database.configuration,
                    role: "tests",
                    readOnly: false,
                    on: database.loop
                )
                let (loss, lost) = AsyncStream<Void>.makeStream()
                try await connection.start { _ in lost.finish() }
                let heir = Heir(waitingFor: connection.socket)
                let pid: Int = try await connection.run(["SELECT pg_backend_pid() AS pid"])[0]["pid"]
                let isTold: Bool = try await database.value("SELECT pg_terminate_backend(\(pid)::int) AS value")
                #expect(isTold)
                for await _ in loss {}
                #expect(await heir.end() == .unharmed)
            }
        }
    }
}

/// Takes the number of a descriptor the moment it is free, as any thread of a busy program may.
private final class Heir: Sendable {
    enum Fate { case unharmed, ended }

    private let isOver = Atomic(false)
    private let fates: AsyncStream<Fate>

    init(waitingFor number: Int32) {
        let (fates, fate) = AsyncStream<Fate>.makeStream()
        self.fates = fates
        Thread.detachNewThread { [self] in
            fate.yield(inherit(number))
            fate.finish()
        }
    }

    /// What became of the socket that took the number, if one could.
    func end() async -> Fate? {
        isOver.store(true, ordering: .relaxed)
        return await fates.first { _ in true }
    }

    private func inherit(_ number: Int32) -> Fate {
        var pair: [Int32] = [-1, -1]
        unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
        defer { for socket in pair { close(socket) } }
        while !isOver.load(ordering: .relaxed) {
            // The lowest number from there on that is free.
            let copy = fcntl(pair[0], F_DUPFD_CLOEXEC, number)
            while copy == number, !isOver.load(ordering: .relaxed) { sched_yield() }
            close(copy)
        }
        var byte: UInt8 = 0
        return unsafe recv(pair[1], &byte, 1, Int32(MSG_DONTWAIT)) == 0 ? .ended : .unharmed
    }
}

import Cache
import Logging
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CacheWarmerTests {
    @Test func `reads are made at start and again, and one that fails holds up no other`() async throws {
        struct Broken: Error {}
        let (good, bad) = (Counter(), Counter())
        let warmer = CacheWarmer(
            [
                .init("bad", every: .milliseconds(1)) {
                    bad.add()
                    throw Broken()
                },
                .init("good", every: .milliseconds(1)) { good.add() },
            ],
            after: AsyncStream { $0.finish() },
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await warmer.run() }
        try await eventually { good.count > 3 && bad.count > 3 }
        running.cancel()
        _ = await running.result
    }
}

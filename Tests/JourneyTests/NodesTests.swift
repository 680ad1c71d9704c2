import Foundation
import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// Several processes over one database. None of them looks for itself, so that whatever happens was told.
@Suite struct NodesTests {
    private let deaf = ["STORYTIME_OUTBOX_POLL": "3600"]

    @Test(.timeLimit(.minutes(5)))
    func `when the process that sequences is killed another goes on, and a frozen one does no harm`() async throws {
        try await withStorytime { storytime in
            var servers: [Server] = []
            for _ in 1...3 { servers.append(try await storytime.serve(environment: deaf)) }
            let parent = try await Parent.join(servers[0].client, storytime)
            let kid = try await parent.addKid("Mila")
            let stories = try await parent.client.stories()

            let first = try await leader(servers, storytime)
            try await read(stories[0], kid, parent, at: servers, storytime, total: 1)
            await first.kill()
            servers.removeAll { $0 === first }
            let second = try await successor(of: first, among: servers, storytime)
            try await read(stories[1], kid, parent, at: servers, storytime, total: 2)

            second.process.signal(SIGSTOP)
            let third = try #require(servers.first { $0 !== second })
            _ = try await successor(of: second, among: [third], storytime)
            try await read(stories[2], kid, parent, at: [third], storytime, total: 3)
            second.process.signal(SIGCONT)
            try await eventually("the thawed process notices") {
                second.log.contains("this node does not sequence any more")
            }
            try await read(stories[3], kid, parent, at: [second], storytime, total: 4)

            #expect(await third.stop() == .code(0))
            _ = try await successor(of: third, among: [second], storytime)
            try await read(stories[4], kid, parent, at: [second], storytime, total: 5)
            try await storytime.settle()
            #expect(try await parent.at(second).badges(of: kid) == ["first-story", "explorer"])
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `serving and delivering can be apart`() async throws {
        try await withStorytime { storytime in
            let api = try await storytime.serve("--only-api", environment: deaf)
            let worker = try await storytime.work(environment: deaf)
            let parent = try await Parent.join(api.client, storytime)
            let kid = try await parent.addKid("Mila")
            try await parent.client.finish(try await parent.client.stories()[0], with: kid)
            try await parent.client.badge("first-story", of: kid)

            let status = try await storytime.run("outbox", "status", "--json").json
            let nodes = (status["nodes"]?.array ?? []).map { node in
                let roles = (node["roles"]?.array ?? []).compactMap(\.string)
                return "\(node["pid"]?.integer ?? 0) \(roles.joined(separator: "+"))"
            }
            #expect(nodes == ["\(api.process.pid) http", "\(worker.process.pid) delivery"])
            #expect(status["sequencer"]?["pid"]?.integer == Int(worker.process.pid))
            let text = try await storytime.run("outbox", "status").output
            #expect(text.contains("pid \(worker.process.pid), fence 1"))
            #expect(await worker.stop() == .code(0))
            #expect(await api.stop() == .code(0))
            #expect(try await storytime.run("outbox", "status", "--json").json["nodes"] == [])
        }
    }

    /// Finishes a story and waits until it was counted, which takes an event and a listener.
    private func read(
        _ story: Story,
        _ kid: String,
        _ parent: Parent,
        at servers: [Server],
        _ storytime: Storytime,
        total: Int
    ) async throws {
        let server = try #require(servers.randomElement())
        try await parent.at(server).finish(story, with: kid)
        try await eventually("\(total) stories are counted") {
            try await parent.at(server).get("/v1/kids/\(kid)/achievements")["storiesCompleted"]?.integer == total
        }
    }

    /// The server that sequences.
    private func leader(_ servers: [Server], _ storytime: Storytime) async throws -> Server {
        try await awaited("somebody sequences") {
            let rows = try await storytime.database.read("SELECT pid FROM events.lease WHERE holder IS NOT NULL")
            let pid: Int? = try rows.first.map { try $0["pid"] }
            return servers.first { Int($0.process.pid) == pid }
        }
    }

    /// Waits for the next one that sequences, and prints how long that took; how long it may take is no test's business
    /// on a machine that does other things besides.
    private func successor(of server: Server, among servers: [Server], _ storytime: Storytime) async throws -> Server {
        let start = ContinuousClock.now
        let successor = try await awaited("another one sequences") {
            try? await leader(servers, storytime)
        }
        print("another node sequences after \(ContinuousClock.now - start)")
        return successor
    }
}

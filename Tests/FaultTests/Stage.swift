import JourneySupport

/// Knows which servers live, hands out turns, and remembers what was acknowledged.
actor Stage {
    private var living: [Server] = []
    private var turns = 0
    private var isAbandoned = false
    private var waitingForServer: [CheckedContinuation<Void, Never>] = []
    private var waitingForTurn: [CheckedContinuation<Void, Never>] = []
    private var missing: Int
    /// The evenings that a server has acknowledged.
    private(set) var acknowledged: Set<String> = []
    /// Connections that broke although nobody had killed their server.
    private(set) var unexplained: [String] = []

    /// A stage for so many evenings.
    init(evenings: Int) { missing = evenings }

    /// Nothing is left to wait for.
    var isOver: Bool { missing == 0 || isAbandoned }

    /// A new server lives, and so many evenings may begin.
    func raise(_ server: Server, turns: Int) {
        living.append(server)
        self.turns += turns
        for continuation in waitingForServer { continuation.resume() }
        waitingForServer = []
        while self.turns > 0, !waitingForTurn.isEmpty {
            self.turns -= 1
            waitingForTurn.removeFirst().resume()
        }
    }

    /// The server is about to die.
    func lower(_ server: Server) { living.removeAll { $0 === server } }

    /// One of the servers that live, not always the same; waits for it if need be.
    func server() async throws -> Server {
        while true {
            if isAbandoned { throw CancellationError() }
            if let server = living.randomElement() { return server }
            await withCheckedContinuation { waitingForServer.append($0) }
        }
    }

    /// Waits until an evening may begin.
    func turn() async {
        if turns > 0 || isAbandoned { turns -= 1 } else { await withCheckedContinuation { waitingForTurn.append($0) } }
    }

    func acknowledge(_ evening: String) {
        acknowledged.insert(evening)
        missing -= 1
    }

    func noteBroken(_ server: Server, _ error: any Error) {
        if living.contains(where: { $0 === server }) { unexplained.append("\(error)") }
    }

    /// Lets everybody go: something went wrong.
    func abandon() {
        isAbandoned = true
        for continuation in waitingForServer + waitingForTurn { continuation.resume() }
        (waitingForServer, waitingForTurn) = ([], [])
    }
}

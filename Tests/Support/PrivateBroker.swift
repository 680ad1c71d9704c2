import Foundation

/// A real RabbitMQ of the tests' own, on ports of this machine only. It takes some seconds to start.
package final class PrivateBroker: Sendable {
    private struct Start: Decodable {
        let port: Int
        let tlsPort: Int
        let authority: String
    }

    private let peer: Peer
    private let place: Start

    /// Starts one; it ends with the test process, or when told to.
    package init() async throws {
        peer = try Peer([Peer.checkout("Scripts/rabbitmq")])
        place = try JSONDecoder().decode(Start.self, from: Data(try await peer.nextLine().utf8))
    }

    /// The one that tests share which leave it alone; each has its own exchange and queue.
    package static var shared: PrivateBroker { get async throws { try await SharedBroker.instance.broker() } }

    /// Leads to it as a user who may do everything.
    package var url: String { url() }

    /// Leads to it as somebody.
    package func url(user: String = "storytime", password: String = "a%20quiet%20evening") -> String {
        "amqp://\(user):\(password)@127.0.0.1:\(place.port)"
    }

    /// Leads to it by TLS.
    package func encryptedURL(_ options: String = "", host: String = "localhost") -> String {
        "amqps://storytime:a%20quiet%20evening@\(host):\(place.tlsPort)\(options)"
    }

    /// A file with the certificate to trust.
    package var authority: String { place.authority }

    /// Ends it as a power cut would.
    package func kill() async throws { try await obey("kill") }
    /// Starts it anew, with what its disk kept.
    package func start() async throws { try await obey("start") }
    /// Stops its processor; connections stay.
    package func freeze() async throws { try await obey("freeze") }
    /// Lets it go on.
    package func thaw() async throws { try await obey("thaw") }
    /// Ends and removes it.
    package func remove() { peer.end() }

    private func obey(_ command: String) async throws {
        try peer.say(command)
        let answer = try await peer.nextLine()
        guard answer == "ok" else { throw PeerEnded(reason: "\(command) was answered by \(answer)") }
    }
}

/// Starts the broker when it is first asked for.
private actor SharedBroker {
    static let instance = SharedBroker()
    private var starting: Task<PrivateBroker, any Error>?

    func broker() async throws -> PrivateBroker {
        let task = starting ?? Task { try await PrivateBroker() }
        starting = task
        return try await task.value
    }
}

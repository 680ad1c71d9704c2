import Addresses
import Metrics
import Synchronization

/// How many connections may be open, in all and from one client's network.
///
/// Whoever comes too many is turned away at once: waiting would let those who hold connections starve the others.
final class ConnectionBounds: Sendable {
    private struct State {
        var open = 0
        var byNetwork: [AddressRange: Int] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int
    private let limitPerClient: Int
    private let proxies: TrustedProxies
    private let refused = Counter(label: "http.server.connections.refused")

    init(_ configuration: WebConfiguration) {
        limit = configuration.connections
        limitPerClient = configuration.connectionsPerClient
        proxies = configuration.trustedProxies
    }

    /// Counts a connection in until `leave`; false when there is no room for it.
    func enter(from peer: IPAddress?) -> Bool {
        let isAdmitted = state.withLock { state in
            guard state.open < limit else { return false }
            if let network = counted(peer) {
                guard state.byNetwork[network, default: 0] < limitPerClient else { return false }
                state.byNetwork[network, default: 0] += 1
            }
            state.open += 1
            return true
        }
        if !isAdmitted { refused.increment() }
        return isAdmitted
    }

    /// Counts out a connection that was counted in.
    func leave(from peer: IPAddress?) {
        state.withLock { state in
            state.open -= 1
            guard let network = counted(peer) else { return }
            let count = state.byNetwork[network, default: 1] - 1
            state.byNetwork[network] = count == 0 ? nil : count
        }
    }

    /// A trusted proxy brings everybody's requests, so it is not counted as one client.
    private func counted(_ peer: IPAddress?) -> AddressRange? {
        guard let peer, !proxies.contains(peer) else { return nil }
        return peer.network
    }
}

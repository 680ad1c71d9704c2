import Gzip
import HTTPTypes
import Synchronization

/// Replies that are the same for everybody, kept as the bytes that go out, plain and compressed.
///
/// Whoever asks for the same while it is being made shares it. Nothing is kept longer than its endpoint allows, and
/// never more bytes than there is room for.
final class SharedReplies: Sendable {
    private struct Entry {
        let response: Response
        let size: Int
        let expiry: ContinuousClock.Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var size = 0
        var flights: [String: Task<Response, any Error>] = [:]
    }

    private enum Step {
        case here(Response)
        case wait(Task<Response, any Error>)
    }

    private let state = Mutex(State())
    private let room: Int

    init(room: Int) { self.room = room }

    /// The reply of that name, made now unless it is here or on its way.
    func reply(
        _ key: String,
        for lifetime: Duration,
        _ make: @escaping @Sendable () async throws -> Response
    ) async throws -> Response {
        let step = state.withLock { state -> Step in
            if let entry = state.entries[key], entry.expiry > .now { return .here(entry.response) }
            if let flight = state.flights[key] { return .wait(flight) }
            // A task of its own, so that a client who leaves does not take the reply away from the others.
            let flight = Task { try await self.fly(key, lifetime, make) }
            state.flights[key] = flight
            return .wait(flight)
        }
        switch step {
        case .here(let response): return response
        case .wait(let flight): return try await flight.value
        }
    }

    private func fly(
        _ key: String,
        _ lifetime: Duration,
        _ make: @Sendable () async throws -> Response
    ) async throws -> Response {
        do {
            var response = try await make()
            guard response.status == .ok, case .bytes(let bytes) = response.body else {
                return land(key, response, nil)
            }
            let gzip = response.isWorthCompressing(bytes) ? Gzip.compress(bytes) : nil
            response.encoded = Response.Encoded(tag: EntityTag(of: bytes), gzip: gzip)
            let size = key.utf8.count + bytes.count + (gzip?.count ?? 0)
            return land(key, response, Entry(response: response, size: size, expiry: .now + lifetime))
        } catch {
            state.withLock { _ = $0.flights.removeValue(forKey: key) }
            throw error
        }
    }

    private func land(_ key: String, _ response: Response, _ entry: Entry?) -> Response {
        state.withLock { state in
            state.flights[key] = nil
            guard let entry, entry.size <= room else { return }
            if state.size + entry.size > room { Self.makeRoom(&state, for: entry.size, in: room) }
            let old = state.entries.updateValue(entry, forKey: key)
            state.size += entry.size - (old?.size ?? 0)
        }
        return response
    }

    /// Whatever ends soonest goes first.
    private static func makeRoom(_ state: inout State, for size: Int, in room: Int) {
        for (key, entry) in state.entries.sorted(by: { $0.value.expiry < $1.value.expiry }) {
            state.entries[key] = nil
            state.size -= entry.size
            // Half of it, so that this does not happen again at once.
            if state.size + size <= room / 2 { return }
        }
    }
}

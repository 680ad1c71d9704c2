import Gzip
import HTTPTypes
import Synchronization

/// Replies that are the same for everybody, kept as the bytes that go out, plain and compressed.
///
/// Whoever asks for the same while it is being made shares it, unless what it is made of has changed since it was begun.
/// Nothing is kept longer than its endpoint allows, and never more bytes than there is room for.
final class SharedReplies: Sendable {
    private struct Entry {
        let response: Response
        let version: Int
        let size: Int
        let expiry: ContinuousClock.Instant
    }

    private struct Flight {
        let version: Int
        let task: Task<Response, any Error>
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var size = 0
        var flights: [String: Flight] = [:]
    }

    private enum Step {
        case here(Response)
        case wait(Task<Response, any Error>)
    }

    private let state = Mutex(State())
    private let room: Int

    init(room: Int) { self.room = room }

    /// The reply of that name, made now unless one of this version, or of a later one, is here or on its way.
    func reply(
        _ key: String,
        _ version: Int,
        for lifetime: Duration,
        _ make: @escaping @Sendable () async throws -> Response
    ) async throws -> Response {
        let step = state.withLock { state -> Step in
            if let entry = state.entries[key], entry.version >= version, entry.expiry > .now {
                return .here(entry.response)
            }
            if let flight = state.flights[key], flight.version >= version { return .wait(flight.task) }
            // A task of its own, so that a client who leaves does not take the reply away from the others.
            let task = Task { try await self.fly(key, version, lifetime, make) }
            state.flights[key] = Flight(version: version, task: task)
            return .wait(task)
        }
        switch step {
        case .here(let response): return response
        case .wait(let task): return try await task.value
        }
    }

    private func fly(
        _ key: String,
        _ version: Int,
        _ lifetime: Duration,
        _ make: @Sendable () async throws -> Response
    ) async throws -> Response {
        do {
            var response = try await make()
            guard case .bytes(let bytes) = response.body else { throw StreamIsShared(key: key) }
            guard response.status == .ok else {
                land(key, version, nil)
                return response
            }
            let gzip = response.isWorthCompressing(bytes) ? Gzip.compress(bytes) : nil
            response.encoded = Response.Encoded(tag: response.partTag ?? EntityTag(of: bytes), gzip: gzip)
            let size = key.utf8.count + bytes.count + (gzip?.count ?? 0)
            land(key, version, Entry(response: response, version: version, size: size, expiry: .now + lifetime))
            return response
        } catch {
            land(key, version, nil)
            throw error
        }
    }

    /// Takes the flight off the list, and keeps what it brought unless a later one has taken its place.
    private func land(_ key: String, _ version: Int, _ entry: Entry?) {
        state.withLock { state in
            guard state.flights[key]?.version == version else { return }
            state.flights[key] = nil
            guard let entry, entry.size <= room else { return }
            if state.size + entry.size > room { Self.makeRoom(&state, for: entry.size, in: room) }
            let old = state.entries.updateValue(entry, forKey: key)
            state.size += entry.size - (old?.size ?? 0)
        }
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

/// A stream flows once and cannot be shared: a mistake of the module's author.
private struct StreamIsShared: Error, CustomStringConvertible {
    let key: String
    var description: String { "The reply to \(key) is a stream; do not declare it as shared" }
}

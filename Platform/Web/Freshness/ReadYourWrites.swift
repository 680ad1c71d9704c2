public import FoundationEssentials
import HTTPTypes
import Identifiers

/// Lets clients read what they wrote, although some of it becomes visible only a moment later.
///
/// Whatever handled a write names it in `Storytime-Position`. A client that sends the name back in `Storytime-Wait-For`
/// is answered when the projections of that endpoint have taken the write in, or when the time is up, and
/// `Storytime-Freshness` says which. This layer knows the header fields only; App fills in how writes are named and
/// waited for. Requests that neither change something nor bring the header pass untouched.
public struct ReadYourWrites: Sendable {
    /// What a handler came to.
    public typealias Answer = Result<Response, any Error>
    /// The rest of the way to the handler.
    public typealias Handle = @Sendable () async -> Answer

    /// How projections stand to writes at the time of an answer.
    public enum Standing: Sendable, Hashable {
        /// They have taken in everything that the writes have set in motion so far.
        case fresh
        /// So many deliveries of events to projections are still to be made.
        case stale(behind: Int)
        /// Nothing is known of one of the writes.
        case unknown
    }

    /// The longest wait.
    let limit: Duration
    let collecting: @Sendable (Handle) async -> (Answer, writes: [UUID])
    let waiting:
        @Sendable (_ writes: [UUID], _ projections: [String], _ limit: Duration, Handle) async -> (
            Answer, Standing
        )

    /// The two halves of the way.
    ///
    /// - Parameters:
    ///   - limit: The longest wait; a client may ask for less.
    ///   - collecting: Runs a handler and names the writes that it has committed and others will hear of, also when it
    ///     failed afterwards.
    ///   - waiting: Waits until the projections have taken the writes in, for at most the limit, and then runs the
    ///     handler in such a way that it does not read anything older.
    public init(
        limit: Duration = .milliseconds(500),
        collecting: @escaping @Sendable (Handle) async -> (Answer, writes: [UUID]),
        waiting: @escaping @Sendable ([UUID], [String], Duration, Handle) async -> (Answer, Standing)
    ) {
        self.limit = limit
        self.collecting = collecting
        self.waiting = waiting
    }

    /// The layer that does it.
    public var layer: Layer {
        Layer { request, next in
            let collects = !request.method.isSafe
            let wish = request.route.endpoint.letsClientsWait ? request.headers[.waitFor] : nil
            guard collects || wish != nil else { return try await next(request) }
            let handle: Handle = { await Answer { try await next(request) } }
            let collected: Handle = { collects ? await collect(handle) : await handle() }
            guard let wish else { return try await collected().get() }
            return try await wait(as: WaitFor(wish), request.route.endpoint.projections, collected).get()
        }
    }

    private func collect(_ handle: Handle) async -> Answer {
        let (answer, writes) = await collecting(handle)
        guard !writes.isEmpty else { return answer }
        return answer.adding(.position, writes.suffix(WaitFor.maximum).map(\.canonical).joined(separator: ", "))
    }

    private func wait(as wish: WaitFor, _ projections: [String], _ handle: Handle) async -> Answer {
        let patience = min(wish.timeout ?? limit, limit)
        let (answer, standing) = await waiting(wish.writes, projections, patience, handle)
        return answer.adding(.freshness, standing.text)
    }
}

extension ReadYourWrites.Standing {
    /// The value of `Storytime-Freshness`, an item of RFC 9651.
    var text: String {
        switch self {
        case .fresh: "fresh"
        case .stale(let behind): "stale;behind=\(behind)"
        case .unknown: "stale;unknown"
        }
    }
}

extension ReadYourWrites.Answer {
    /// The same with one more header field, also when it is a problem of the client's. What is our own fault stays as it
    /// is, to be logged as what it is.
    fileprivate func adding(_ name: HTTPField.Name, _ value: String) -> Self {
        switch self {
        case .success(var response):
            response.headers[name] = value
            return .success(response)
        case .failure(let error):
            guard var problem = (error as? any ProblemConvertible)?.problem, problem.code.status.kind != .serverError
            else { return self }
            problem.headers[name] = value
            return .failure(problem)
        }
    }
}

extension HTTPRequest.Method {
    /// True for methods that change nothing (RFC 9110 §9.2.1).
    var isSafe: Bool { self == .get || self == .head || self == .options || self == .trace }
}

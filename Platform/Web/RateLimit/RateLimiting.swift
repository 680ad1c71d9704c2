import Addresses
import HTTPTypes
public import Identifiers

/// Lets no client do more than the limits in the table allow, and tells each how much is left.
///
/// | who asks | what counts |
/// |---|---|
/// | an account | its plan's limit, and the endpoint's own if it has one |
/// | an administrator, of administration | the endpoint's own |
/// | anyone else, by address | the endpoint's own, or the default |
/// | whoever has a bad token, or asks for what is not there, by address | the default |
///
/// The server counts every request to what is limited before it looks further, so also those that get no answer but a
/// problem. Only App knows who counts. A request that is refused counts against nothing.
public struct RateLimiting: Sendable {
    /// One request more under one limit, for one client.
    public struct Charge: Sendable, Hashable {
        /// The limit in force.
        public let limit: RateLimit
        /// Whose request it is.
        public let client: String

        /// A charge.
        public init(_ limit: RateLimit, to client: String) {
            self.limit = limit
            self.client = client
        }
    }

    /// How a client stands with one limit after its request.
    public struct Standing: Sendable, Hashable {
        /// The limit in force.
        public let limit: RateLimit
        /// How many requests are left.
        public let remaining: Int
        /// When it is more again. A request that comes then is let in unless others were faster.
        public let reset: Duration

        /// A standing.
        public init(_ limit: RateLimit, remaining: Int, reset: Duration) {
            self.limit = limit
            self.remaining = max(0, remaining)
            self.reset = reset
        }
    }

    /// What became of a request's charges: all of them were made, or none.
    public struct Verdict: Sendable, Hashable {
        /// The limits that refuse the request; none when it is let in.
        public let refused: [Standing]
        /// How the client stands with every limit that is known.
        public let standings: [Standing]

        /// A verdict.
        public init(refused: [Standing] = [], standings: [Standing]) {
            self.refused = refused
            self.standings = standings
        }
    }

    let configuration: RateLimitConfiguration
    let planQuota: @Sendable (UserID) async -> Int?
    let admit: @Sendable ([Charge]) async -> Verdict

    /// The parts that App knows.
    ///
    /// - Parameters:
    ///   - planQuota: How many requests a minute an account's plan allows; nil when that cannot be found out.
    ///   - admit: Makes all of the charges, or none.
    public init(
        _ configuration: RateLimitConfiguration,
        planQuota: @escaping @Sendable (UserID) async -> Int?,
        admit: @escaping @Sendable ([Charge]) async -> Verdict
    ) {
        self.configuration = configuration
        self.planQuota = planQuota
        self.admit = admit
    }

    /// Who asks, and for what; nil for what is not there, or not for whoever it is.
    struct Asker: Sendable {
        let route: Route?
        let identity: Identity?
        let address: IPAddress?
    }

    /// Counts a request and answers it, or refuses it.
    func count(_ asker: Asker, _ answer: () async throws -> Response) async throws -> Response {
        let verdict = await admit(await charges(for: asker))
        let fields = verdict.standings.fields
        if let problem = Problem(refusedBy: verdict.refused, fields) { throw problem }
        do {
            var response = try await answer()
            response.headers.append(contentsOf: fields)
            return response
        } catch let error as any ProblemConvertible where error.problem.code.status.kind != .serverError {
            var problem = error.problem
            problem.headers.append(contentsOf: fields)
            throw problem
        }
    }

    private func charges(for asker: Asker) async -> [Charge] {
        let own = asker.route?.endpoint.limit.map { configuration.inForce($0) }
        guard let identity = asker.identity else {
            let client = asker.address.map { "\($0.network)" } ?? "unknown"
            return [Charge(own ?? configuration.inForce(.fallback), to: "address:\(client)")]
        }
        let client = "user:\(identity.user)"
        let ownCharge = own.map { Charge($0, to: client) }
        if asker.route?.endpoint.access == .administrator, let ownCharge { return [ownCharge] }
        let plan = configuration.inForce(.plan, quota: await planQuota(identity.user))
        return [Charge(plan, to: client)] + [ownCharge].compactMap(\.self)
    }
}

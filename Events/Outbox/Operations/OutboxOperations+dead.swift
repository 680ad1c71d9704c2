import EventDelivery
import Events
import FoundationEssentials
import Postgres
import StrictJSON

extension OutboxOperations {
    /// Dead letters by listener and cause, the largest group first.
    public func deadLetterGroups(_ filter: DeadLetterFilter = DeadLetterFilter()) async throws -> [DeadLetterGroup] {
        try await look { tx in
            let matches = try await Self.matching(filter, in: tx)
            return try await tx.query(
                """
                SELECT g.*, \(raw: DeadLetter.columns),
                       (SELECT count(*) FROM events.deviation p
                        WHERE p.listener = g.of AND p.key = ANY (g.keys) AND p.state = 'parked') AS held_behind
                FROM (SELECT d.listener AS of, d.cause AS kind, count(*) AS count, array_agg(DISTINCT e.name) AS names,
                             array_agg(DISTINCT d.key) AS keys, min(d.failed_at) AS oldest,
                             max(d.failed_at) AS newest, max(d.position) AS last
                      FROM unnest(\(matches.map(\.listener)), \(matches.map(\.position))) AS m (listener, position)
                      JOIN events.deviation d USING (listener, position)
                      JOIN events.log l USING (position) JOIN events.event e USING (seq)
                      GROUP BY d.listener, d.cause) g
                JOIN events.deviation d ON d.listener = g.of AND d.position = g.last
                JOIN events.log l ON l.position = d.position JOIN events.event e USING (seq)
                ORDER BY g.count DESC, g.of, g.kind
                """
            ).map { try DeadLetterGroup($0) }
        }
    }

    /// The deliveries that a filter means, oldest event first.
    public func deadLetters(
        _ filter: DeadLetterFilter = DeadLetterFilter(),
        limit: Int = 100
    ) async throws -> [DeadLetter] {
        try await look { tx in
            let matches = try await Self.matching(filter, limit: limit, in: tx)
            return try await tx.query(
                """
                SELECT \(raw: DeadLetter.columns)
                FROM unnest(\(matches.map(\.listener)), \(matches.map(\.position))) AS m (listener, position)
                JOIN events.deviation d USING (listener, position)
                JOIN events.log l USING (position) JOIN events.event e USING (seq)
                ORDER BY d.position, d.listener
                """
            ).map { try DeadLetter($0) }
        }
    }

    /// An event's deliveries that are held back, whole: of one listener, or of all.
    public func deadLetter(_ event: String, of listener: String? = nil) async throws -> [DeadLetterDetails] {
        let filter = DeadLetterFilter(heldOf: event, listener)
        return try await look { tx in
            let matches = try await Self.matching(filter, in: tx)
            return try await tx.query(
                """
                SELECT \(raw: DeadLetter.columns), e.payload, e.version, r.payload AS new_payload,
                       r.version AS new_version, r.edited_by, r.reason, r.edited_at,
                       (SELECT count(*) FROM events.deviation p
                        WHERE p.listener = d.listener AND p.key = d.key AND p.state = 'parked'
                          AND p.position > d.position) AS held_behind
                FROM unnest(\(matches.map(\.listener)), \(matches.map(\.position))) AS m (listener, position)
                JOIN events.deviation d USING (listener, position)
                JOIN events.log l USING (position) JOIN events.event e USING (seq)
                LEFT JOIN events.edit r USING (listener, position)
                ORDER BY d.listener
                """
            ).map { try DeadLetterDetails($0) }
        }
    }

    /// A delivery, as the operations address it.
    struct Address: Sendable {
        let listener: String
        let position: Int
        let key: String
    }

    /// The deliveries that a filter means, oldest event first.
    static func matching(
        _ filter: DeadLetterFilter,
        limit: Int = 1_000_000,
        in tx: borrowing Transaction
    ) async throws -> [Address] {
        let position = filter.event.flatMap { Int($0) }
        let id = filter.event.flatMap { UUID(uuidString: $0) }
        if let event = filter.event, position == nil, id == nil { throw OutboxError.unknownEvent(event) }
        return try await tx.query(
            """
            SELECT d.listener, d.position, d.key
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            WHERE d.state = ANY (\(filter.states.map(\.rawValue)))
              AND (\(filter.listener)::text IS NULL OR d.listener = \(filter.listener))
              AND (\(position)::bigint IS NULL OR d.position = \(position))
              AND (\(id)::uuid IS NULL OR e.id = \(id))
              AND (\(filter.name)::text IS NULL OR e.name = \(filter.name))
              AND (\(filter.key)::text IS NULL OR d.key = \(filter.key))
              AND (\(filter.cause)::text IS NULL OR d.cause = \(filter.cause))
              AND (\(filter.olderThan?.inSeconds)::float8 IS NULL
                   OR d.failed_at <= now() - make_interval(secs => \(filter.olderThan?.inSeconds)))
              AND (\(filter.newerThan?.inSeconds)::float8 IS NULL
                   OR d.failed_at >= now() - make_interval(secs => \(filter.newerThan?.inSeconds)))
            ORDER BY d.position, d.listener LIMIT \(limit)
            """
        ).map { Address(listener: try $0["listener"], position: try $0["position"], key: try $0["key"]) }
    }
}

extension DeadLetterFilter {
    /// An event's deliveries in whatever state they are held.
    fileprivate init(heldOf event: String, _ listener: String?) {
        states = Set(State.allCases)
        self.event = event
        self.listener = listener
    }
}

extension DeadLetterGroup {
    init(_ row: Row) throws {
        sample = try DeadLetter(row)
        listener = sample.listener
        cause = sample.cause ?? ""
        errorType = sample.errorType ?? ""
        message = Fault.normalised(sample.error ?? "")
        count = try row["count"]
        heldBehind = try row["held_behind"]
        names = try row["names"]
        oldest = try row["oldest"]
        newest = try row["newest"]
    }
}

extension DeadLetterDetails {
    init(_ row: Row) throws {
        letter = try DeadLetter(row)
        heldBehind = try row["held_behind"]
        let recorded: RawJSON = try row["payload"]
        let payload = try JSON(parsing: recorded.utf8)
        self.payload = payload
        version = try row["version"]
        let replacement: RawJSON? = try row["new_payload"]
        edit = try replacement.map { replacement in
            let edited = try JSON(parsing: replacement.utf8)
            return PayloadEdit(
                payload: edited,
                version: try row["new_version"],
                changes: JSONChange.between(payload, edited),
                editedBy: try row["edited_by"],
                reason: try row["reason"],
                editedAt: try row["edited_at"]
            )
        }
    }
}

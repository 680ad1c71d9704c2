public import FoundationEssentials
public import ServiceContextModule

/// Why something happens: who asked, in which request, because of which event, in which trace.
///
/// It travels in the task's `ServiceContext`, so that what is recorded deep inside a transaction can name its cause
/// without every method in between passing it on. Nothing decides by it; it only explains.
public struct Origin: Sendable, Hashable {
    /// Who acts: `user:…`, `operator:…` or `system`.
    public var actor: String?
    /// The HTTP request that started it (`X-Request-ID`).
    public var requestID: String?
    /// Common to everything that one first cause set in motion.
    public var correlationID: UUID?
    /// The event whose listener is running.
    public var causationID: UUID?
    /// The W3C trace context header of the span at work.
    public var traceparent: String?

    /// An origin; every part may be unknown.
    public init(
        actor: String? = nil,
        requestID: String? = nil,
        correlationID: UUID? = nil,
        causationID: UUID? = nil,
        traceparent: String? = nil
    ) {
        self.actor = actor
        self.requestID = requestID
        self.correlationID = correlationID
        self.causationID = causationID
        self.traceparent = traceparent
    }

    /// The origin of the running task, in the span that is at work; empty when nobody set one.
    public static var current: Origin {
        var origin = ServiceContext.current?.origin ?? Origin()
        if let trace = ServiceContext.current?.traceContext { origin.traceparent = trace.header }
        return origin
    }

    /// Runs `body` with this origin in the task's context, and in its trace if it is part of one.
    public func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        var context = ServiceContext.current ?? .topLevel
        context.origin = self
        if let trace = traceparent.flatMap({ TraceContext($0) }) { context.traceContext = trace }
        return try await ServiceContext.withValue(context, operation: body)
    }
}

extension ServiceContext {
    /// The cause that this context carries.
    public var origin: Origin? {
        get { self[OriginKey.self] }
        set { self[OriginKey.self] = newValue }
    }
}

private enum OriginKey: ServiceContextKey {
    typealias Value = Origin
    static let nameOverride: String? = "origin"
}

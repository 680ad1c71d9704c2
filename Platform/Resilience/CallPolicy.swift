/// Something that wraps a call to what may fail: tries it again, ends it, refuses it.
///
/// Policies are values and nest: `Retry().around(breaker).around(Deadline(.seconds(2)))` tries again what the breaker
/// admits, each attempt for two seconds.
public protocol CallPolicy: Sendable {
    /// Makes the call, or does not; returns what it returned.
    func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value
}

extension CallPolicy {
    /// This policy around another.
    public func around<Inner: CallPolicy>(_ inner: Inner) -> NestedPolicy<Self, Inner> {
        NestedPolicy(outer: self, inner: inner)
    }
}

/// One policy around another.
public struct NestedPolicy<Outer: CallPolicy, Inner: CallPolicy>: CallPolicy {
    /// What wraps the other.
    public let outer: Outer
    /// What wraps the call.
    public let inner: Inner

    /// Makes the call inside both.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await outer.call { [inner] in try await inner.call(body) }
    }
}

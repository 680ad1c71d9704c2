/// Which attempt at a call the task is making, for whoever tells of it, such as a span.
public enum Attempt {
    @TaskLocal static var number = 0

    /// How often the call was made before, by the ``Retry`` or the ``Hedge`` around it: 0 for the first time.
    public static var resends: Int { number }

    /// Makes the call as a later attempt than the one around it.
    static func resending<Value>(_ times: Int, _ body: () async throws -> Value) async rethrows -> Value {
        guard times > 0 else { return try await body() }
        return try await $number.withValue(number + times, operation: body)
    }
}

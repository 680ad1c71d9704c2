public import Cache
import Postgres
public import Web

extension Cache? {
    /// The JSON of a value, through the cache if there is one; nil when there is no such thing.
    ///
    /// The load reads the primary: a replica might bring what is older than an invalidation.
    public func encoded<Value: ResponseBody>(
        _ key: CacheKey,
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Encoded<Value>? {
        guard let self else { return try await load().map { try Encoded($0) } }
        let bytes = try await self.value(for: key, as: .bytes) {
            try await ReplicaFloor.primary.run { try await load().map { try Encoded($0).bytes } }
        }
        return bytes.map { Encoded(bytes: $0) }
    }
}

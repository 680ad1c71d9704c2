import FoundationEssentials

/// How a value becomes bytes for Redis, and a value again.
public struct CacheCodec<Value: Sendable>: Sendable {
    let encode: @Sendable (Value) throws -> [UInt8]
    let decode: @Sendable ([UInt8]) throws -> Value

    /// A codec of two functions. Bytes that cannot be decoded, such as those of an earlier build, count as missing.
    public init(
        encode: @escaping @Sendable (Value) throws -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) {
        self.encode = encode
        self.decode = decode
    }
}

extension CacheCodec where Value: Codable {
    /// JSON.
    public static var json: CacheCodec {
        CacheCodec { value in
            Array(try JSONEncoder().encode(value))
        } decode: { bytes in
            try JSONDecoder().decode(Value.self, from: Data(bytes))
        }
    }
}

extension CacheCodec where Value == [UInt8] {
    /// The bytes themselves.
    public static var bytes: CacheCodec { CacheCodec(encode: \.self, decode: \.self) }
}

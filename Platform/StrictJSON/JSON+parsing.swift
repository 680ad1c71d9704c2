extension JSON {
    /// Reads one value from strict RFC 8259 bytes: UTF-8 without byte order mark, no name twice in an object, no U+0000 and
    /// no lone surrogate in a string, limited nesting, nothing after the value.
    ///
    /// Whole numbers that fit `Int` become ``integer(_:)``; `1.0` and larger ones become ``number(_:)``.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, limits: limits)
        self = try parser.document()
    }

    /// Reads one value from any sequence of bytes; see ``init(parsing:limits:)-([UInt8],_)``.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(bytes), limits: limits)
    }
}

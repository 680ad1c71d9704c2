extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the element's type.
    public static var postgresType: PostgresType { PostgresType(oid: Element.postgresType.arrayOID, arrayOID: 0) }

    /// Sends a one-dimensional array (`array_send`: dimensions, whether there are NULLs, element type, each element).
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(Int32(isEmpty ? 0 : 1))
        let flags = encoder.bytes.count
        encoder.append(Int32(0))
        encoder.append(Element.postgresType.oid)
        guard !isEmpty else { return }
        encoder.append(Int32(count))
        encoder.append(Int32(1))
        for element in self {
            let start = encoder.bytes.count
            encoder.append(Int32(-1))
            encoder.isNull = false
            element.encode(into: &encoder)
            if encoder.isNull {
                encoder.replace(at: flags, with: Int32(1))
            } else {
                encoder.replace(at: start, with: Int32(clamping: encoder.bytes.count - start - 4))
            }
        }
        encoder.isNull = false
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// Reads a one-dimensional array; a NULL element needs an optional element type.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        guard !PostgresCell.plainTypes.contains(cell.type), !PostgresCell.textTypes.contains(cell.type) else {
            throw PostgresMismatch("has type oid \(cell.type), which is not an array")
        }
        let dimensions = try cell.integer(Int32.self)
        guard dimensions > 0 else {
            self = []
            return
        }
        guard dimensions == 1 else { throw PostgresMismatch("has \(dimensions) dimensions; only one can be read") }
        let type = try cell.integer(UInt32.self, at: 8)
        let count = Int(try cell.integer(Int32.self, at: 12))
        guard count >= 0, unsafe count <= cell.bytes.count / 4 else { throw PostgresMismatch("is not an array") }
        self = []
        reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            let length = Int(try cell.integer(Int32.self, at: offset))
            offset += 4
            if length < 0 {
                append(try Element.fromNull())
            } else {
                guard unsafe offset + length <= cell.bytes.count else { throw PostgresMismatch("is cut short") }
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: cell.bytes[offset..<offset + length])
                append(try Element(postgres: unsafe PostgresCell(type: type, bytes: bytes)))
                offset += length
            }
        }
    }
}

// The standard library sends scalars of synthesized types here; none of them needs a node.
extension JSONTreeEncoder {
    func encode(_ value: Bool) { node.content = .value(.json(.bool(value))) }
    func encode(_ value: String) { node.content = .value(.json(.string(value))) }
    func encode(_ value: Double) throws { node.content = .value(.json(try JSON(finite: value, at: codingPath))) }
    func encode(_ value: Float) throws { try encode(Double(value)) }
    func encode(_ value: Int) { node.content = .value(.json(.integer(value))) }
    func encode(_ value: Int8) throws { try encode(whole: value) }
    func encode(_ value: Int16) throws { try encode(whole: value) }
    func encode(_ value: Int32) throws { try encode(whole: value) }
    func encode(_ value: Int64) throws { try encode(whole: value) }
    func encode(_ value: UInt) throws { try encode(whole: value) }
    func encode(_ value: UInt8) throws { try encode(whole: value) }
    func encode(_ value: UInt16) throws { try encode(whole: value) }
    func encode(_ value: UInt32) throws { try encode(whole: value) }
    func encode(_ value: UInt64) throws { try encode(whole: value) }

    private func encode(whole value: some BinaryInteger) throws {
        node.content = .value(.json(try JSON(whole: value, at: codingPath)))
    }
}

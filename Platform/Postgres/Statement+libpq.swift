internal import CPostgres

/// Parameters and results are always binary.
private let binary: Int32 = 1

extension Statement {
    func prepare(as name: String, on connection: OpaquePointer) -> Bool {
        unsafe parameters.withTypes { types in
            unsafe PQsendPrepare(connection, name, sql, Int32(types.count), types.baseAddress) == 1
        }
    }

    func send(prepared name: String, on connection: OpaquePointer) -> Bool {
        unsafe parameters.withValues { count, values, lengths, formats in
            unsafe PQsendQueryPrepared(connection, name, count, values, lengths, formats, binary) == 1
        }
    }

    func sendUnprepared(on connection: OpaquePointer) -> Bool {
        unsafe parameters.withValues { count, values, lengths, formats in
            unsafe parameters.withTypes { types in
                unsafe PQsendQueryParams(
                    connection,
                    sql,
                    count,
                    types.baseAddress,
                    values,
                    lengths,
                    formats,
                    binary
                ) == 1
            }
        }
    }
}

extension Parameters {
    typealias Values = UnsafePointer<UnsafePointer<CChar>?>
    typealias Numbers = UnsafePointer<Int32>

    fileprivate func withTypes(_ body: (UnsafeBufferPointer<UInt32>) -> Bool) -> Bool {
        unsafe slots.map(\.type).withUnsafeBufferPointer(body)
    }

    /// Lends the values as libpq wants them: pointers, lengths and formats side by side.
    fileprivate func withValues(_ body: (Int32, Values?, Numbers?, Numbers?) -> Bool) -> Bool {
        guard count > 0 else { return body(0, nil, nil, nil) }
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * 2) { numbers in
                    unsafe fill(values, numbers, from: buffer)
                    let numbers = numbers.baseAddress
                    return unsafe body(
                        Int32(count),
                        values.baseAddress,
                        numbers,
                        numbers.map { unsafe Numbers($0 + count) }
                    )
                }
            }
        }
    }

    private func fill(
        _ values: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>,
        _ numbers: UnsafeMutableBufferPointer<Int32>,
        from buffer: UnsafeRawBufferPointer
    ) {
        // An empty buffer may have no address, and a nil pointer would mean NULL to libpq: "" must stay "".
        let empty = unsafe Self.empty
        var start = 0
        for index in 0..<count {
            let slot = slots[index]
            let base = unsafe buffer.baseAddress.map { unsafe ($0 + start).assumingMemoryBound(to: CChar.self) }
            unsafe values[index] = slot.isNull ? nil : unsafe base ?? empty
            unsafe numbers[index] = Int32(clamping: slot.end - start)
            unsafe numbers[count + index] = binary
            start = slot.end
        }
    }

    /// A valid address of nothing, for the life of the process.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe byte.initialize(to: 0)
        return unsafe UnsafePointer(byte)
    }()
}

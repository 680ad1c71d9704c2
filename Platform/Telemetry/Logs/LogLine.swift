import Logging
import StrictJSON

/// One log line while it is being put together.
struct LogLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var names: [String] = []

    init() { bytes.reserveCapacity(512) }

    /// Adds a member, unless there is one of this name.
    mutating func add(_ name: String, _ text: String) {
        if begin(name) { JSON.write(text, to: &bytes) }
    }

    /// Adds a member, unless there is one of this name.
    mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        if begin(name) { write(value) }
    }

    /// The line with its line break.
    func finished() -> [UInt8] { bytes + Array("}\n".utf8) }

    private mutating func begin(_ name: String) -> Bool {
        guard !names.contains(name) else { return false }
        if !names.isEmpty { bytes.append(UInt8(ascii: ",")) }
        names.append(name)
        JSON.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        return true
    }

    private mutating func write(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): JSON.write(text, to: &bytes)
        case .stringConvertible(let value): write(value)
        case .array, .dictionary: bytes += Self.json(value).bytes
        }
    }

    /// Numbers and truth values stay what they are.
    private mutating func write(_ value: any CustomStringConvertible & Sendable) {
        switch value {
        case let number as Int: bytes += Array(String(number).utf8)
        case let number as Double where number.isFinite: bytes += Array(number.description.utf8)
        case let truth as Bool: bytes += Array((truth ? "true" : "false").utf8)
        default: JSON.write(value.description, to: &bytes)
        }
    }

    private static func json(_ value: Logger.MetadataValue) -> JSON {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let members):
            .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }))
        }
    }
}

import Logging
import StrictJSON

/// One log line while it is being put together.
struct LogLine {
    private var bytes: [UInt8]
    private var names: [String]

    init() {
        (bytes, names) = ([UInt8(ascii: "{")], [])
        bytes.reserveCapacity(512)
        names.reserveCapacity(24)
    }

    /// Adds a member, unless there is one of this name.
    mutating func add(_ name: String, _ text: String) {
        if begin(name) { JSON.write(text, to: &bytes) }
    }

    /// Adds a member, unless there is one of this name.
    mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        if begin(name) { write(value) }
    }

    /// Adds the members of another line, whose names are new here.
    mutating func add(_ other: LogLine) {
        if !names.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: other.bytes.dropFirst())
        names.append(contentsOf: other.names)
    }

    /// The line with its line break.
    consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }

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
        case let number as Int: bytes.append(contentsOf: String(number).utf8)
        case let number as Double where number.isFinite: bytes.append(contentsOf: number.description.utf8)
        case let truth as Bool: bytes.append(contentsOf: (truth ? "true" : "false").utf8)
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

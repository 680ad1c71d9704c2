import Foundation

/// How commands print.
enum Output {
    /// Indented JSON with sorted keys and RFC 3339 dates.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// One JSON value a line.
    static func jsonLine(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Hands what was printed to whoever reads it, now rather than when a buffer is full.
    static func flush() { fflush(nil) }

    /// Columns as wide as what is in them; numbers to the right.
    static func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = zip(row, widths).map { cell, width in
                let padding = String(repeating: " ", count: width - cell.count)
                return Int(cell) == nil ? cell + padding : padding + cell
            }
            print(cells.joined(separator: "  ").trimmedEnd)
        }
    }

    /// How long ago a moment was, in words such as `3.2 s` or `4 min`.
    static func age(_ date: Date?) -> String {
        guard let date else { return "-" }
        return span(Date().timeIntervalSince(date))
    }

    /// A time in words such as `3.2 s` or `4 min`.
    static func span(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        return switch seconds {
        case ..<120: "\((seconds * 10).rounded() / 10) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3600)) h"
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}

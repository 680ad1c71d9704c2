/// What an operator tells all nodes to forget, as it travels through Redis: keys by line, or `*` for everything.
enum CacheNotice: Equatable {
    case all
    case keys([CacheKey])

    /// Reads a message; keys of groups that this build does not know are none of its business.
    init(_ payload: [UInt8]) {
        let text = String(decoding: payload, as: UTF8.self)
        if text == "*" {
            self = .all
        } else {
            self = .keys(text.split(separator: "\n").compactMap { try? CacheKey(parsing: String($0)) })
        }
    }

    var payload: [UInt8] {
        switch self {
        case .all: Array("*".utf8)
        case .keys(let keys): Array(keys.map(\.description).joined(separator: "\n").utf8)
        }
    }
}

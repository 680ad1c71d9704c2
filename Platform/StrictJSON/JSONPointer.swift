/// The way to one value inside a document (RFC 6901).
public struct JSONPointer: Sendable, Hashable {
    /// One step down.
    public enum Token: Sendable, Hashable {
        /// Into a member of an object.
        case name(String)
        /// Into an element of an array.
        case index(Int)
    }

    /// The steps from the root.
    public private(set) var tokens: [Token]

    /// A pointer of these steps; none means the whole document.
    public init(_ tokens: [Token] = []) { self.tokens = tokens }

    /// The whole document.
    public static let root = JSONPointer()

    /// The pointer one step further down.
    public func appending(_ token: Token) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The same place seen from one level further up.
    func prefixed(by token: Token) -> JSONPointer { JSONPointer([token] + tokens) }

    /// The pointer as a URI fragment, `#/kids/0/name`, which is how problem details carry it.
    public var fragment: String {
        var result = "#"
        for byte in description.utf8 {
            if Self.fragmentBytes.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static let fragmentBytes = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?".utf8
    )
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as text, `/kids/0/name`; empty for the whole document.
    public var description: String {
        tokens.reduce(into: "") { text, token in
            switch token {
            case .index(let index): text += "/\(index)"
            case .name(let name):
                text += "/"
                for scalar in name.unicodeScalars {
                    switch scalar {
                    case "~": text += "~0"
                    case "/": text += "~1"
                    default: text.unicodeScalars.append(scalar)
                    }
                }
            }
        }
    }
}

import Synchronization

/// A regular expression that means the same to Swift and to JSON Schema: classes, groups and quantifiers, `^` and `$`.
///
/// Written as a string literal; one that does not compile stops the program where it is declared.
public struct Pattern: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The expression as it is published.
    public let source: String
    private let expression: Expression

    /// Compiles the expression.
    public init(stringLiteral source: String) {
        self.source = source
        expression = Expression(source)
    }

    func matches(_ text: String) -> Bool { expression.matches(text) }

    /// Whether both are written alike.
    public static func == (left: Pattern, right: Pattern) -> Bool { left.source == right.source }

    /// The hash of the expression as it is written.
    public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

/// `Regex` is not `Sendable`, so the one compiled expression is used by one thread at a time.
private final class Expression: Sendable {
    private let regex: Mutex<Regex<AnyRegexOutput>>

    init(_ source: String) {
        do {
            regex = Mutex(try Regex(source).matchingSemantics(.unicodeScalar))
        } catch {
            preconditionFailure("The pattern \(source) does not compile: \(error)")
        }
    }

    func matches(_ text: String) -> Bool {
        regex.withLock { (try? $0.firstMatch(in: text)) != nil }
    }
}

/// A piece of HTML. What is put into a literal is escaped if it is text and left alone if it is HTML, so neither can be
/// taken for the other.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    let text: String

    init(stringLiteral text: String) { self.text = text }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ plain: String) { text += plain.escaped }
        mutating func appendInterpolation(_ html: HTML) { text += html.text }
        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
    }

    /// Text with `code` and **strong** words, which is as much of Markdown as descriptions use.
    static func words(_ markdown: String) -> [HTML] {
        markdown.split(separator: "`", omittingEmptySubsequences: false).enumerated().flatMap { index, part -> [HTML] in
            index.isMultiple(of: 2) ? strongWords(part) : ["<code>\(String(part))</code>"]
        }
    }

    private static func strongWords(_ markdown: Substring) -> [HTML] {
        markdown.split(separator: "**", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? "\(String(part))" : "<strong>\(String(part))</strong>"
        }
    }
}

extension String {
    fileprivate var escaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

/// A mail in words, shown as plain text and as its HTML twin.
struct Letter: Hashable, Sendable {
    /// A piece of it.
    enum Part: Hashable, Sendable {
        /// Words.
        case paragraph(String)
        /// A link with what it says in HTML.
        case link(String, to: String)
        /// A word to be copied.
        case code(String)
    }

    let subject: String
    let parts: [Part]

    /// The letter for readers that show plain text.
    var text: String {
        parts.map { part in
            switch part {
            case .paragraph(let words): words
            case .link(_, let url): url
            case .code(let code): "    " + code
            }
        }.joined(separator: "\n\n") + "\n"
    }

    /// The same for readers that show HTML.
    ///
    /// Nothing in it is loaded from elsewhere.
    var html: String {
        let body = parts.map { part in
            switch part {
            case .paragraph(let words): "<p>\(Self.escaped(words))</p>"
            case .link(let words, let url): "<p><a href=\"\(Self.escaped(url))\">\(Self.escaped(words))</a></p>"
            case .code(let code): "<p><code style=\"word-break:break-all\">\(Self.escaped(code))</code></p>"
            }
        }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(subject))</title></head>
            <body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:2em auto">
            \(body)
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

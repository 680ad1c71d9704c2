/// A letter in words, ready to be set as plain text and as HTML.
struct ComposedLetter: Sendable, Hashable {
    struct Link: Sendable, Hashable {
        let label: String
        let url: String
    }

    let subject: String
    let name: String?
    let paragraphs: [String]
    let link: Link

    private var greeting: String { name.map { "Hello \($0)," } ?? "Hello," }
    private var farewell: String { "Good night and sweet dreams,\nStorytime" }

    /// For readers that show plain text.
    var text: String {
        ([greeting] + paragraphs + ["\(link.label): \(link.url)", farewell]).joined(separator: "\n\n") + "\n"
    }

    /// For readers that show HTML. Every word is escaped, so a name cannot become markup.
    var html: String {
        let body = ([greeting] + paragraphs).map { "<p>\($0.htmlEscaped)</p>" }.joined(separator: "\n")
        let farewell = farewell.htmlEscaped.replacing("\n", with: "<br>\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(subject.htmlEscaped)</title></head>
            <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 2em auto; padding: 0 1em">
            \(body)
            <p><a href="\(link.url.htmlEscaped)">\(link.label.htmlEscaped)</a></p>
            <p>\(farewell)</p>
            </body>
            </html>

            """
    }
}

extension String {
    /// The text with everything that means something in HTML, in content and in quoted attributes, written out.
    var htmlEscaped: String {
        var escaped = ""
        escaped.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

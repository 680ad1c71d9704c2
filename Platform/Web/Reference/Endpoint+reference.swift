import HTTPTypes
import StrictJSON

extension Endpoint {
    /// What people are told of it.
    var reference: HTML {
        """
        <article id="\(operationID)"><h3>\(method.rawValue) <code>\(path)</code></h3>
        <p>\(HTML.words(summary)). \(access.words)</p>\(parameterTable)\(bodyWords)
        <ul>\(replies.compactMap(\.success).map(\.reference))</ul>
        <p>Problems: \(problemLinks).</p></article>
        """
    }

    private var parameterTable: HTML {
        let rows =
            pathParameters.map { $0.row(in: "path") } + queryParameters.map { $0.row(in: "query") }
            + headerParameters.map { $0.row(in: "header") }
        guard !rows.isEmpty else { return "" }
        return "<table><tr><th>Parameter</th><th>In</th><th>Value</th><th>Meaning</th></tr>\(rows)</table>"
    }

    private var bodyWords: HTML {
        guard let accepts else { return "" }
        let example = String(decoding: accepts.schema.example.bytes, as: UTF8.self)
        return "<p>Body: \(accepts.schema.phrase), as <code>\(accepts.mediaType)</code>.</p><pre>\(example)</pre>"
    }

    private var problemLinks: [HTML] {
        replies.flatMap(\.problems).enumerated().map { index, code in
            "\(index == 0 ? "" : ", ")<a href=\"#\(code.name)\">\(code.name)</a>"
        }
    }
}

extension Access {
    fileprivate var words: String {
        switch self {
        case .anyone: "Open to anyone."
        case .account: "For whoever is signed in."
        case .parent: "For parents."
        case .administrator: "For administrators."
        }
    }
}

extension Parameter {
    fileprivate func row(in place: String) -> HTML {
        let value: HTML = choices.isEmpty ? schema.phrase : "some of: \(choices.joined(separator: ", "))"
        let standard = fallback.map { ", \(String(decoding: $0.bytes, as: UTF8.self)) unless given" }
        let need = isRequired || place == "path" ? "" : standard ?? ", optional"
        let meaning = description.isEmpty && place == "path" ? "Which \(name)" : description
        return """
            <tr><td><code>\(name)</code></td><td>\(place)</td><td>\(value)\(need)</td><td>\(HTML.words(meaning))</td></tr>
            """
    }
}

extension ResponseDeclaration {
    fileprivate var reference: HTML {
        let body: HTML = content.map { "\($0.schema.phrase)" } ?? "no body"
        return "<li>\(String(status.code)): \(HTML.words(description)) (\(body))</li>"
    }
}

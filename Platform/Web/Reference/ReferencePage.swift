import Crypto
import FoundationEssentials
import HTTPTypes

/// The API for people: one page, made of the declarations that route it, without any script.
struct ReferencePage {
    let api: OpenAPI

    /// The whole page.
    var html: HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>\(api.configuration.title)</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(HTML(stringLiteral: Self.style))</style>
        </head><body><header><h1>\(api.configuration.title)</h1>
        <p>Version \(api.configuration.version), for machines at <a href="/openapi.json">/openapi.json</a>.</p></header>
        <nav aria-label="Operations">\(api.groups.map(contents))</nav>
        <main><section>\(conventions)</section>
        \(api.groups.map(section))
        <section><h2 id="objects">Objects</h2>\(api.objects.map(object))</section>
        <section><h2 id="problems">Problems</h2><table><tr><th>Code</th><th>Status</th><th>Meaning</th></tr>
        \(api.problems.map(problem))</table></section></main></body></html>
        """
    }

    /// Its header fields: nothing but the page's own style may come into it.
    static var headers: HTTPFields {
        let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        let policy = "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; frame-ancestors 'none'"
        return [.contentType: mediaType, .contentSecurityPolicy: policy]
    }

    static let mediaType = "text/html; charset=utf-8"

    private var conventions: [HTML] {
        let lines = OpenAPI.conventions.split(separator: "\n").map(String.init)
        let items = lines.filter { $0.hasPrefix("- ") }.map { line -> HTML in
            "<li>\(HTML.words(String(line.dropFirst(2))))</li>"
        }
        return ["<p>\(HTML.words(lines.first ?? ""))</p><ul>\(items)</ul>"]
    }

    private func contents(of group: EndpointGroup) -> HTML {
        let items = group.endpoints.map { endpoint -> HTML in
            "<li><a href=\"#\(endpoint.operationID)\">\(HTML.words(endpoint.summary))</a></li>"
        }
        return "<h2>\(group.name)</h2><ul>\(items)</ul>"
    }

    private func section(of group: EndpointGroup) -> HTML {
        """
        <section><h2>\(group.name)</h2><p>\(HTML.words(group.description))</p>
        \(group.endpoints.map(\.reference))</section>
        """
    }

    private func object(_ schema: Schema) -> HTML {
        guard case .object(let rules) = schema.kind else { return "" }
        let rows = rules.fields.map { field -> HTML in
            """
            <tr><td><code>\(field.name)</code></td><td>\(field.schema.phrase)\(field.isRequired ? "" : ", optional")</td>\
            <td>\(HTML.words(field.description))</td></tr>
            """
        }
        return """
            <article id="\(rules.name)"><h3>\(rules.name)</h3><p>\(HTML.words(rules.description))</p>
            <table><tr><th>Member</th><th>Value</th><th>Meaning</th></tr>\(rows)</table></article>
            """
    }

    private func problem(_ code: ProblemCode) -> HTML {
        """
        <tr id="\(code.name)"><td><code>\(code.name)</code></td><td>\(String(code.status.code))</td>\
        <td>\(code.title)</td></tr>
        """
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem}
        h2{margin-top:2.5rem}h3{margin:2rem 0 .3rem;overflow-wrap:anywhere}nav{columns:16rem}nav h2{font-size:1rem;margin:0}
        nav ul{margin:0 0 1rem;padding-left:1.2rem}nav li{break-inside:avoid}
        table{border-collapse:collapse;display:block;overflow-x:auto}
        th,td{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
        code,pre{font:.9em ui-monospace,monospace}pre{overflow-x:auto;padding:.6rem;border:1px solid}
        """
}

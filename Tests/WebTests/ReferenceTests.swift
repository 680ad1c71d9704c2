import FoundationEssentials
import HTTPTypes
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct ReferenceTests {
    @Test func `people find every operation, parameter, object and problem on one page`() async throws {
        try await Harness().run { client in
            let page = try await client("GET", "/docs")
            #expect(page.status == 200)
            #expect(page["content-type"] == "text/html; charset=utf-8")
            let text = String(decoding: page.bytes, as: UTF8.self)
            let document = try await client("GET", "/openapi.json").json
            let paths = try #require(document["paths"]?.object?.members)
            #expect(paths.count > 10)
            for path in paths {
                for method in path.value.object?.members ?? [] {
                    #expect(text.contains("<h3>\(method.name.uppercased()) <code>\(path.name)</code></h3>"))
                    let id = try #require(method.value["operationId"]?.string)
                    #expect(text.contains("<article id=\"\(id)\">") && text.contains("href=\"#\(id)\""))
                }
            }
            let schemas = document["components"]?["schemas"]?.object?.members.map(\.name) ?? []
            for name in schemas where !name.hasPrefix("Sparse") { #expect(text.contains("<article id=\"\(name)\">")) }
            for link in text.matches(of: /href="#([^"]+)"/) { #expect(text.contains("id=\"\(link.1)\""), "\(link.1)") }
        }
    }

    @Test func `the page runs no script, loads nothing, and its policy says so`() async throws {
        try await Harness().run { client in
            let page = try await client("GET", "/docs")
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(!text.contains("<script") && !text.contains("src=") && !text.contains("<link"))
            let policy = try #require(page["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"))
        }
    }

    @Test func `text cannot become markup`() {
        let text = "<b>\"&\"</b> `<i>` **<u>**"
        let html: HTML = "<p title=\"\(text)\">\(HTML.words(text))</p>"
        #expect(
            html.text == """
                <p title="&lt;b&gt;&quot;&amp;&quot;&lt;/b&gt; `&lt;i&gt;` **&lt;u&gt;**">\
                &lt;b&gt;&quot;&amp;&quot;&lt;/b&gt; <code>&lt;i&gt;</code> <strong>&lt;u&gt;</strong></p>
                """
        )
    }
}

import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// The description of these groups and of the one that serves it, and that group: `/openapi.json` for machines, `/docs` for
    /// people.
    static func described(_ groups: [EndpointGroup], as configuration: WebConfiguration) -> (
        document: [UInt8], group: EndpointGroup
    ) {
        let api = OpenAPI(groups + [group(serving: [], [])], as: configuration)
        let document = api.document.bytes
        return (document, group(serving: document, Array(ReferencePage(api: api).html.text.utf8)))
    }

    private static func group(serving document: [UInt8], _ page: [UInt8]) -> EndpointGroup {
        let json = Content(mediaType: "application/json", schema: .any.example(["openapi": "3.1.1"]))
        let html = Content(mediaType: ReferencePage.mediaType, schema: .string().example("<!doctype html>"))
        return EndpointGroup(
            "Description",
            "The API in a form for machines, and in one for people.",
            [
                endpoint("/openapi.json", "readOpenAPI", "Describe the API", "An OpenAPI 3.1 document", json) {
                    Response(status: .ok, headers: [.contentType: json.headerValue], body: .bytes(document))
                },
                endpoint("/docs", "readReference", "Describe the API for people", "A page in HTML", html) {
                    Response(status: .ok, headers: ReferencePage.headers, body: .bytes(page))
                },
            ]
        )
    }

    private static func endpoint(
        _ path: String,
        _ operationID: String,
        _ summary: String,
        _ description: String,
        _ content: Content,
        _ response: @escaping @Sendable () -> Response
    ) -> Endpoint {
        let reply = ResponseDeclaration(status: .ok, description: description, content: content)
        return Endpoint(.get, path, operationID, summary, access: .anyone, responses: [reply]) { _ in response() }
            .shared(for: .seconds(300))
    }
}

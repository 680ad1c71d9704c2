import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// The document of these groups and of the one that serves it.
    static func document(of groups: [EndpointGroup], as configuration: WebConfiguration) -> [UInt8] {
        OpenAPI(groups + [group(serving: [])], as: configuration).document.bytes
    }

    /// The endpoint that serves the document.
    static func group(serving document: [UInt8]) -> EndpointGroup {
        let content = Content(mediaType: "application/json", schema: .any.example(["openapi": "3.1.1"]))
        let headers: HTTPFields = [.contentType: content.headerValue]
        let endpoint = Endpoint(
            .get,
            "/openapi.json",
            "readOpenAPI",
            "Describe the API",
            access: .anyone,
            responses: [ResponseDeclaration(status: .ok, description: "An OpenAPI 3.1 document", content: content)]
        ) { _ in
            Response(status: .ok, headers: headers, body: .bytes(document))
        }
        .shared(for: .seconds(300))
        return EndpointGroup("Description", "The API in a form for machines.", [endpoint])
    }
}

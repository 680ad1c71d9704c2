import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// These groups and one more, which serves the document of them all, itself included.
    static func serving(_ groups: [EndpointGroup], as configuration: WebConfiguration) -> [EndpointGroup] {
        let description = OpenAPI(
            title: configuration.title,
            version: configuration.version,
            groups: groups + [group(serving: [])]
        )
        return groups + [group(serving: description.document.bytes)]
    }

    private static func group(serving document: [UInt8]) -> EndpointGroup {
        let content = Content(mediaType: "application/json", schema: .any)
        let headers: HTTPFields = [.contentType: content.headerValue, .cacheControl: "public, max-age=300"]
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
        return EndpointGroup("Description", "The API in a form for machines.", [endpoint])
    }
}

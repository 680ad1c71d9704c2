import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// These groups and one more, which serves the document of them all, itself included.
    static func serving(
        _ groups: [EndpointGroup],
        as configuration: WebConfiguration,
        keptIn replies: SharedReplies
    ) -> [EndpointGroup] {
        let description = OpenAPI(
            title: configuration.title,
            version: configuration.version,
            groups: groups + [group(serving: [], replies)]
        )
        return groups + [group(serving: description.document.bytes, replies)]
    }

    private static func group(serving document: [UInt8], _ replies: SharedReplies) -> EndpointGroup {
        let content = Content(mediaType: "application/json", schema: .any)
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
        .shared(for: .seconds(300)).keeping(in: replies)
        return EndpointGroup("Description", "The API in a form for machines.", [endpoint])
    }
}

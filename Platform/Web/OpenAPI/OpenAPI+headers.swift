import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// These header fields, which replies refer to.
    static func headers(_ used: Set<HTTPField.Name>) -> JSON {
        let found = documentedHeaders.filter { used.contains($0.name) }
        return .object(
            JSONObject(
                found.map { name, description, schema in
                    let header: JSON = [
                        "description": .string(description), "schema": schema.openAPI, "example": schema.example,
                    ]
                    return (name.rawName, header)
                }
            )
        )
    }

    private static let documentedHeaders: [(name: HTTPField.Name, description: String, schema: Schema)] = [
        (
            .requestID, "Names the request in our log; taken over from the request if it sent one",
            .string(min: 1, max: 128).example("01a1fe79-9e29-7000-9093-d57451693055")
        ),
        (
            .location, "Where the new resource is",
            .string(min: 1).example("/v1/kids/0190f2a4-5b3c-7d1e-8f00-1234567890ab")
        ),
        (
            .eTag, "Names this version; send it as If-None-Match to read only what is newer, as If-Match to change it",
            .string(min: 2).example(#""lyZk0qvWq8r3Ww2lD1xV""#)
        ),
        (
            .link, "The next page and the first, as rel=\"next\" and rel=\"first\"",
            .string(min: 1).example(#"</v1/payments?limit=20>; rel="first""#)
        ),
        (
            .wwwAuthenticate, "How to authenticate, and what was wrong with the token",
            .string(min: 1).example(#"Bearer error="invalid_token", error_description="Token is not valid""#)
        ),
        (.allow, "The methods of the path", .string(min: 1).example("GET, HEAD, OPTIONS")),
        (
            .rateLimit,
            "What is left of each limit that counts here: r requests, and more in t seconds; draft-ietf-httpapi-ratelimit-headers",
            .string(min: 1).example(#""plan";r=97;t=12"#)
        ),
        (
            .rateLimitPolicy, "Those limits: q requests in w seconds, in any stretch of time",
            .string(min: 1).example(#""plan";q=100;w=60"#)
        ),
        (.retryAfter, "After how many seconds to try again", .integer(min: 0)),
        (.acceptPost, "The media types this endpoint takes", .string(min: 1).example("application/json")),
        (.acceptPatch, "The media types this endpoint takes for PATCH", .string(min: 1).example("application/json")),
        (
            .position,
            "Names what was written, if anybody will hear of it; opaque. Send it as Storytime-Wait-For to read it back",
            .string(min: 1).example("01a1fe79-9e29-7000-9093-d57451693055")
        ),
        (
            .freshness,
            """
            Comes with Storytime-Wait-For: fresh; or stale;behind=N, with N deliveries of events still to be made; or \
            stale;unknown when a write is not known
            """,
            .string(min: 1).example("fresh")
        ),
    ]

    static func references(to names: [HTTPField.Name]) -> JSON {
        .object(JSONObject(names.map { ($0.rawName, ["$ref": "#/components/headers/\($0.rawName)"]) }))
    }
}

import HTTPTypes
import StrictJSON

extension OpenAPI {
    /// The header fields that replies refer to.
    static var headers: JSON {
        .object(
            JSONObject(
                documentedHeaders.map { name, description, schema in
                    (name.rawName, ["description": .string(description), "schema": schema.openAPI])
                }
            )
        )
    }

    private static let documentedHeaders: [(HTTPField.Name, String, Schema)] = [
        (
            .requestID, "Names the request in our log; taken over from the request if it sent one",
            .string(min: 1, max: 128)
        ),
        (.location, "Where the new resource is", .string(min: 1)),
        (
            .eTag, "Names this version; send it as If-None-Match to read only what is newer, as If-Match to change it",
            .string(min: 2)
        ),
        (.link, "The next page and the first, as rel=\"next\" and rel=\"first\"", .string(min: 1)),
        (.wwwAuthenticate, "How to authenticate, and what was wrong with the token", .string(min: 1)),
        (.allow, "The methods of the path", .string(min: 1)),
        (
            .rateLimit,
            "What is left of each limit that counts here: r requests, and more in t seconds; draft-ietf-httpapi-ratelimit-headers",
            .string(min: 1)
        ),
        (.rateLimitPolicy, "Those limits: q requests in w seconds, in any stretch of time", .string(min: 1)),
        (.retryAfter, "Seconds after which to try again", .integer(min: 0)),
        (.acceptPost, "The media types this endpoint takes", .string(min: 1)),
        (.acceptPatch, "The media types this endpoint takes", .string(min: 1)),
        (
            .position,
            "Names what was written, if anybody will hear of it; opaque. Send it as Storytime-Wait-For to read it back",
            .string(min: 1)
        ),
        (
            .freshness,
            """
            Comes with Storytime-Wait-For: fresh; or stale;behind=N, with N deliveries of events still to be made; or \
            stale;unknown when a write is not known
            """,
            .string(min: 1)
        ),
    ]

    static func references(to names: [HTTPField.Name]) -> JSON {
        .object(JSONObject(names.map { ($0.rawName, ["$ref": "#/components/headers/\($0.rawName)"]) }))
    }
}

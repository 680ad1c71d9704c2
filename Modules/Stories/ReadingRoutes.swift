import HTTPTypes
import Identifiers
import Web

/// Reading over HTTP, for parents on behalf of their children.
struct ReadingRoutes: Sendable {
    let service: ReadingService

    var endpoints: [Endpoint] { [progress, completion, library] }

    private var progress: Endpoint {
        Endpoint(
            .put,
            "/v1/kids/{kid}/stories/{story}/progress",
            "reportProgress",
            "Note how far a child has read",
            access: .parent,
            accepts: ReadingStep.self,
            returns: .ok(Reading.self),
            fails: [.notFound, .quotaExceeded]
        ) { request, step in
            .ok(
                try await service.advance(
                    try request.id("kid"),
                    of: try request.identity.user,
                    in: try request.id("story"),
                    by: step
                )
            )
        }
        .reads(projections: ["stories.track-entitlement"])
    }

    private var completion: Endpoint {
        Endpoint(
            .post,
            "/v1/kids/{kid}/stories/{story}/completion",
            "completeStory",
            "Note that a child finished a story",
            access: .parent,
            accepts: CompletionRequest.self,
            returns: .ok(Completion.self),
            fails: [.notFound, .quotaExceeded]
        ) { request, body in
            .ok(
                try await service.complete(
                    try request.id("kid"),
                    of: try request.identity.user,
                    story: try request.id("story"),
                    seconds: body.seconds ?? 0
                )
            )
        }
        .reads(projections: ["stories.track-entitlement"])
    }

    private var library: Endpoint {
        Endpoint(
            .get,
            "/v1/kids/{kid}/library",
            "getLibrary",
            "List what a child reads or has read, latest first",
            access: .parent,
            query: [
                .enumeration(
                    "shelf",
                    Shelf.allCases.map(\.rawValue),
                    "Stories to go on with, or finished ones",
                    default: Shelf.continue.rawValue
                )
            ] + .paging,
            returns: .ok(Page<LibraryItem>.self),
            fails: [.notFound]
        ) { request in
            .ok(
                try await service.library(
                    of: try request.id("kid"),
                    for: try request.identity.user,
                    shelf: request.query["shelf"].flatMap(Shelf.init) ?? .continue,
                    paging: try request.paging
                )
            )
        }
    }
}

import HTTPTypes
import Web

/// What a family has in common, over HTTP.
struct FamilyRoutes: Sendable {
    let families: CachedFamilies
    let service: FamilyService

    var endpoints: [Endpoint] { [read, replace] }

    private var read: Endpoint {
        Endpoint(
            .get,
            "/v1/family",
            "readFamily",
            "Read the family's settings",
            access: .parent,
            returns: .ok(FamilyBody.self)
        ) { request in
            .ok(FamilyBody(timeZone: try await families.timeZone(of: request.identity.user)))
        }
        .reads(projections: [])
    }

    private var replace: Endpoint {
        Endpoint(
            .put,
            "/v1/family",
            "replaceFamily",
            "Replace the family's settings",
            access: .parent,
            accepts: NewFamily.self,
            returns: .ok(FamilyBody.self)
        ) { request, new in
            let precondition = request.precondition
            try await service.move(request.identity.user, to: new.timeZone) { timeZone in
                try precondition.check(FamilyBody(timeZone: timeZone))
            }
            return .ok(FamilyBody(timeZone: new.timeZone))
        }
        .ifMatch(required: false)
    }
}

/// A family's settings as it sees them.
struct FamilyBody: ResponseBody {
    let timeZone: String

    static let schema = Schema.object(
        "Family",
        "A family's settings",
        [
            .required(
                "timeZone",
                .string().example("Europe/Berlin"),
                "The IANA time zone in which the family's days begin and end"
            )
        ]
    )
}

/// A family's settings as they should be.
struct NewFamily: RequestBody {
    let timeZone: String

    static let schema = Schema.object(
        "NewFamily",
        "A family's settings as they should be",
        [
            .required(
                "timeZone",
                .string(min: 1, max: 64).example("Europe/Berlin"),
                "An IANA time zone such as Europe/Berlin"
            )
        ]
    )
}

import HTTPTypes
import Idempotency
import Web

/// Kids over HTTP.
struct KidRoutes: Sendable {
    let kids: KidRepository
    let cached: CachedFamilies
    let service: KidService
    let keys: IdempotencyKeys

    var endpoints: [Endpoint] { [list, create, read, change, remove, restore] }

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/kids",
            "listKids",
            "List the family's kids",
            access: .parent,
            query: [.boolean("deleted", "List the removed kids instead, the last one first", default: false)],
            returns: .ok(Page<KidBody>.self)
        ) { request in
            let parent = try request.identity.user
            let found =
                request.query.boolean("deleted") == true
                ? try await kids.removedKids(of: parent) : try await cached.kids(of: parent)
            return .ok(Page(found.map { KidBody($0) }))
        }
        .reads(projections: [])
    }

    private var create: Endpoint {
        Endpoint(
            .post,
            "/v1/kids",
            "createKid",
            "Add a kid",
            access: .parent,
            accepts: NewKid.self,
            returns: .created(KidBody.self),
            fails: [.quotaExceeded]
        ) { request, new in
            let once = try keys.once(request) { Self.created($0) }
            return Self.created(try await service.create(new, for: request.identity.user, once: once))
        }
        .idempotent(by: keys)
        .reads(projections: ["families.track-entitlement"])
        .limited(to: .kids)
    }

    private static func created(_ kid: Kid) -> Reply<KidBody> {
        .created(KidBody(kid), location: "/v1/kids/\(kid.id)")
    }

    private var read: Endpoint {
        Endpoint(
            .get,
            "/v1/kids/{kid}",
            "readKid",
            "Read a kid",
            access: .parent,
            returns: .ok(KidBody.self)
        ) { request in
            guard let kid = try await cached.kid(request.id("kid"), of: request.identity.user) else {
                throw FamilyError.noSuchKid
            }
            return .ok(KidBody(kid))
        }
        .reads(projections: [])
    }

    private var change: Endpoint {
        Endpoint(
            .patch,
            "/v1/kids/{kid}",
            "changeKid",
            "Change a kid by a merge patch",
            access: .parent,
            accepts: KidChanges.self,
            returns: .ok(KidBody.self)
        ) { request, changes in
            let precondition = request.precondition
            let kid = try await service.change(request.id("kid"), of: request.identity.user, by: changes) { kid in
                try precondition.check(KidBody(kid))
            }
            return .ok(KidBody(kid))
        }
        .limited(to: .kids)
        .ifMatch(required: true)
    }

    private var remove: Endpoint {
        Endpoint(
            .delete,
            "/v1/kids/{kid}",
            "deleteKid",
            "Remove a kid; it can be restored",
            access: .parent,
            returns: .noContent
        ) { request in
            let precondition = request.precondition
            try await service.remove(request.id("kid"), of: request.identity.user) { kid in
                try precondition.check(KidBody(kid))
            }
            return .noContent
        }
        .limited(to: .kids)
        .ifMatch(required: false)
    }

    private var restore: Endpoint {
        Endpoint(
            .post,
            "/v1/kids/{kid}/restore",
            "restoreKid",
            "Bring a removed kid back",
            access: .parent,
            returns: .ok(KidBody.self),
            fails: [.quotaExceeded]
        ) { request in
            .ok(KidBody(try await service.restore(request.id("kid"), of: request.identity.user)))
        }
        .reads(projections: ["families.track-entitlement"])
        .limited(to: .kids)
    }
}

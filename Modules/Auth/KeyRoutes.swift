import HTTPTypes
import Web

/// `/.well-known/jwks.json`: how others verify our access tokens.
struct KeyRoutes: Sendable {
    let keys: KeyRing

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/.well-known/jwks.json",
                "getPublicKeys",
                "Keys that verify access tokens (RFC 7517)",
                access: .anyone,
                returns: .ok(PublicKeySet.self)
            ) { _ in
                .ok(try await keys.current().published).with(.cacheControl, "public, max-age=600")
            }
        ]
    }
}

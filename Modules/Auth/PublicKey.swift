import Crypto
import FoundationEssentials
import Web

/// The public half of a signing key as a JSON Web Key (RFC 7517): exactly the members that verifiers need.
struct PublicKey: Encodable, Sendable, Hashable, Described {
    let kty = "EC"
    let crv = "P-256"
    let x: String
    let y: String
    let kid: String
    let use = "sig"
    let alg = "ES256"

    init(_ coordinates: Coordinates) {
        x = coordinates.x
        y = coordinates.y
        kid = coordinates.thumbprint
    }

    static let schema = Schema.object(
        "PublicKey",
        "The public half of a signing key, as RFC 7517 has it",
        [
            .required("kty", .enumeration(["EC"]), "Key type"),
            .required("crv", .enumeration(["P-256"]), "Curve"),
            .required(
                "x",
                .string(min: 43, max: 43).example("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                "First coordinate, base64url"
            ),
            .required(
                "y",
                .string(min: 43, max: 43).example("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
                "Second coordinate, base64url"
            ),
            .required(
                "kid",
                .string(min: 43, max: 43).example("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"),
                "RFC 7638 thumbprint"
            ),
            .required("use", .enumeration(["sig"]), "What it is for"),
            .required("alg", .enumeration(["ES256"]), "How it signs"),
        ]
    )
}

extension PublicKey {
    /// A point of the curve, each coordinate 32 bytes in base64url.
    struct Coordinates: Hashable, Sendable {
        let x: String
        let y: String

        init(of key: P256.Signing.PublicKey) {
            let point = Array(key.rawRepresentation)
            x = Base64URL.encode(point.prefix(32))
            y = Base64URL.encode(point.suffix(32))
        }

        /// RFC 7638: SHA-256 over the required members in alphabetical order.
        var thumbprint: String {
            let canonical = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
            return Base64URL.encode(SHA256.hash(data: Array(canonical.utf8)))
        }
    }
}

/// Every key whose tokens are still accepted, or soon will be.
struct PublicKeySet: ResponseBody {
    let keys: [PublicKey]

    static let schema = Schema.object(
        "PublicKeySet",
        "Every key whose tokens are accepted, or soon will be",
        [.required("keys", .array(PublicKey.schema), "JSON Web Keys")]
    )
}

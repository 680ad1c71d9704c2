import Crypto
import FoundationEssentials

/// The name of one version of a resource (RFC 9110 §8.8.3).
///
/// It is made of the bytes that represent the version, so whoever can compute the bytes can compute the name, and a build
/// that represents the same rows differently has other names for them.
struct EntityTag: Sendable, Hashable {
    let opaque: String
    var isWeak = false

    init(opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// The name of these bytes: 120 bits of their SHA-256, which base64 writes without padding.
    init(of bytes: [UInt8]) {
        opaque = Data(SHA256.hash(data: bytes).prefix(15)).base64EncodedString()
    }

    /// The name of the same version when it is sent compressed: other bytes need another name.
    var compressed: EntityTag { EntityTag(opaque: opaque + "-gzip", isWeak: isWeak) }

    /// The name of the same version when only these members of it are sent.
    func part(_ members: Set<String>) -> EntityTag {
        let names = EntityTag(of: Array(members.sorted().joined(separator: ",").utf8))
        return EntityTag(opaque: "\(opaque)-\(names.opaque.prefix(8))", isWeak: isWeak)
    }

    /// The name of the version, whatever of it was sent, and however: base64 has no hyphens.
    var version: EntityTag { EntityTag(opaque: String(opaque.prefix { $0 != "-" }), isWeak: isWeak) }

    /// The field value.
    var text: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }
}

/// The value of `If-Match` or `If-None-Match`.
enum EntityTags: Sendable, Hashable {
    /// `*`: any version at all.
    case any
    /// These versions.
    case these([EntityTag])

    /// Reads a field value; nil for what is none.
    init?(_ text: String) {
        let text = text[...].trimmed
        if text == "*" {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        var rest = text
        while !rest.isEmpty {
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
            tags.append(EntityTag(opaque: String(rest[rest.index(after: rest.startIndex)..<end]), isWeak: isWeak))
            rest = rest[rest.index(after: end)...].trimmed
            guard rest.isEmpty || rest.first == "," else { return nil }
            while rest.first == "," { rest = rest.dropFirst().trimmed }
        }
        guard !tags.isEmpty else { return nil }
        self = .these(tags)
    }

    /// Whether one of them names this version, be it weakly; for reading.
    func containWeakly(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .these(let tags): tags.contains { $0.opaque == tag.opaque }
        }
    }

    /// Whether one of them names exactly this version; for writing.
    func containStrongly(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .these(let tags): !tag.isWeak && tags.contains { !$0.isWeak && $0.opaque == tag.opaque }
        }
    }
}

import Web

/// A merge patch of a kid (RFC 7396): what is left out stays, what is `null` goes.
struct KidChanges: RequestBody {
    let name: String?
    let ageBand: AgeBand?
    /// Nil leaves the picture alone; a nil inside takes it away.
    let avatar: String??

    private enum CodingKeys: CodingKey {
        case name, ageBand, avatar
    }

    init(name: String? = nil, ageBand: AgeBand? = nil, avatar: String?? = nil) {
        self.name = name
        self.ageBand = ageBand
        self.avatar = avatar
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        ageBand = try container.decodeIfPresent(AgeBand.self, forKey: .ageBand)
        avatar =
            container.contains(.avatar) ? .some(try container.decodeIfPresent(String.self, forKey: .avatar)) : nil
    }

    /// The kid after the patch.
    func applied(to kid: Kid) -> Kid {
        var kid = kid
        if let name { kid.name = name }
        if let ageBand { kid.ageBand = ageBand }
        if let avatar { kid.avatar = avatar }
        return kid
    }

    static let schema = Schema.object(
        "KidChanges",
        "A merge patch of RFC 7396: what is left out stays as it is",
        [
            .optional("name", KidRules.name, "What the family calls the child from now on"),
            .optional("ageBand", .enumeration(AgeBand.self), "How old the child is by now"),
            .optional("avatar", .nullable(KidRules.avatar), "Which picture; null takes it away"),
        ]
    )
}

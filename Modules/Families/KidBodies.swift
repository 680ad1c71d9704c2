import FoundationEssentials
import Identifiers
import Web

/// A kid as its family sees it.
struct KidBody: ResponseBody {
    let id: KidID
    let name: String
    let ageBand: AgeBand
    let avatar: String?
    let createdAt: Date

    init(_ kid: Kid) {
        id = kid.id
        name = kid.name
        ageBand = kid.ageBand
        avatar = kid.avatar
        createdAt = kid.createdAt
    }

    static let schema = Schema.object(
        "Kid",
        "A child as its family sees it",
        [
            .required("id", .id, "Names the child"),
            .required("name", .string().example("Mia"), "What the family calls the child"),
            .required("ageBand", .enumeration(AgeBand.self), "How old the child is"),
            .optional("avatar", .string().example("fox"), "Which picture; left out when none was chosen"),
            .required("createdAt", .dateTime, "When the profile was made"),
        ]
    )
}

/// What a kid begins with.
struct NewKid: RequestBody {
    let name: String
    let ageBand: AgeBand
    let avatar: String?

    static let schema = Schema.object(
        "NewKid",
        "What a profile begins with",
        [
            .required("name", KidRules.name, "What the family calls the child; a nickname, not the full name"),
            .required("ageBand", .enumeration(AgeBand.self), "How old the new child is"),
            .optional("avatar", .nullable(KidRules.avatar), "Which picture"),
        ]
    )
}

/// What is asked of a kid's values, whether it is new or changed.
enum KidRules {
    static let name = Schema.string(
        min: 1,
        max: 40,
        pattern: #"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"#
    )
    .example("Mia")
    static let avatar = Schema.string(min: 1, max: 64, pattern: "^[A-Za-z0-9-]+$").example("fox")
}

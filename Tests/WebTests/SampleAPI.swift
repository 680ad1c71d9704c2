import FoundationEssentials
import HTTPTypes
import Identifiers
import Origin
import StrictJSON
import Web

struct KidView: ResponseBody {
    let id: KidID
    let name: String
    let avatar: String?
    let born: Date

    static let schema = Schema.object(
        "Kid",
        "A child as its family sees it",
        [
            .required("id", .id, "Names the child"),
            .required("name", .string(), "What the family calls the child"),
            .optional("avatar", .string(), "The picture"),
            .required("born", .dateTime, "When the profile was made"),
        ]
    )
}

struct NewKid: RequestBody {
    let name: String
    let avatar: String?
    let age: Int
    let parentEmail: String?
    let languages: [String]?
    let size: Size?

    struct Size: Decodable { let height: Double }
    enum Avatar: String, CaseIterable { case fox, owl }

    static let schema = Schema.object(
        "NewKid",
        "What a profile begins with",
        [
            .required("name", .string(min: 1, max: 40), "What the family calls the child"),
            .optional("avatar", .nullable(.enumeration(Avatar.self)), "The picture"),
            .required("age", .integer(min: 0, max: 17), "In whole years"),
            .optional("parentEmail", .string(format: .email), "Where to write"),
            .optional("languages", .array(.string(pattern: "^[a-z]{2}$").example("de"), max: 2), "ISO 639-1"),
            .optional(
                "size",
                .object(
                    "Size",
                    "How large the child is",
                    [.required("height", .number(min: 0.2, max: 2.5), "In metres")]
                )
            ),
        ]
    )
}

struct OriginView: ResponseBody {
    let actor: String?
    let requestID: String?
    let correlation: UUID?
    let traceparent: String?

    static let schema = Schema.object(
        "Origin",
        "Who asks, as the handler sees it",
        [
            .optional("actor", .string()), .optional("requestID", .string()), .optional("correlation", .id),
            .optional("traceparent", .string()),
        ]
    )
}

struct Words: ResponseBody {
    let words: [String]
    static let schema = Schema.object("Words", "Some words", [.required("words", .array(.string()))])
}

enum KidError: ProblemConvertible {
    case quota
    var problem: Problem { Problem(.quotaExceeded, "Your plan has room for one kid; choose another plan") }
}

struct DatabaseTimeout: Error {}
struct Surprise: Error, CustomStringConvertible {
    let description = "connection to 10.0.0.1 with password hunter2 failed"
}

/// A small API as a module author writes one.
struct SampleRoutes: Sendable {
    /// Lets a test hold a request at work.
    let gate = Gate()

    let kid = KidView(
        id: KidID(UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 8, 0x89, 10, 11, 12, 13, 14, 15, 16))),
        name: "Ada",
        avatar: nil,
        born: Date(timeIntervalSince1970: 1_772_357_400.25)
    )

    var groups: [EndpointGroup] {
        [
            EndpointGroup("Kids", "Children of the family.", kids),
            EndpointGroup("Oddities", "What else an endpoint can be.", oddities),
        ]
    }

    private var kids: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/kids",
                "listKids",
                "List the family's kids",
                access: .parent,
                query: .paging + [.enumeration("sort", ["name", "age"], default: "name"), .boolean("all")],
                returns: .ok(Page<KidView>.self)
            ) { request in
                // Three pages, whose cursors are a space and more.
                let paging = try request.paging
                let next: String? = paging.cursor == nil ? " " : paging.cursor == " " ? " +" : nil
                let page = Page(Array(repeating: kid, count: min(paging.limit, 2)), nextCursor: next)
                return .ok(page.sealed(by: paging))
            },
            Endpoint(
                .post,
                "/v1/kids",
                "createKid",
                "Add a kid",
                access: .parent,
                accepts: NewKid.self,
                returns: .created(KidView.self),
                fails: [.quotaExceeded]
            ) { request, body in
                if body.name == "Full" { throw KidError.quota }
                let kid = KidView(id: kid.id, name: body.name, avatar: body.avatar, born: kid.born)
                return .created(kid, location: "/v1/kids/\(kid.id)")
            },
            Endpoint(
                .get,
                "/v1/kids/{kid}",
                "readKid",
                "Read a kid",
                access: .account,
                returns: .ok(KidView.self),
                fails: [.notFound]
            ) { request in
                guard try request.id("kid", KidID.self) == kid.id else { throw Problem.notFound("kid") }
                return .ok(kid)
            },
            Endpoint(
                .delete,
                "/v1/kids/{kid}",
                "deleteKid",
                "Delete a kid",
                access: .administrator,
                returns: .noContent
            ) { _ in
                .noContent
            },
        ]
    }

    private var oddities: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/words/{word}/{count}",
                "repeatWord",
                "Repeat a word",
                access: .anyone,
                path: [.string("word", max: 20), .integer("count", 1...3)],
                returns: .ok(Words.self)
            ) { request in
                let count = Int(try request.text("count")) ?? 0
                return .ok(Words(words: Array(repeating: try request.text("word"), count: count)))
            },
            Endpoint(
                .get,
                "/v1/words/all/1",
                "allWords",
                "All words",
                access: .anyone,
                returns: .ok(Words.self)
            ) { _ in
                .ok(Words(words: ["all"]))
            },
            Endpoint(
                .get,
                "/v1/origin",
                "readOrigin",
                "Tell who asks",
                access: .account,
                returns: .ok(OriginView.self)
            ) { _ in
                let origin = Origin.current
                return .ok(
                    OriginView(
                        actor: origin.actor,
                        requestID: origin.requestID,
                        correlation: origin.correlationID,
                        traceparent: origin.traceparent
                    )
                )
            },
            Endpoint(
                .post,
                "/v1/webhooks",
                "takeWebhook",
                "Take a signed webhook",
                access: .anyone,
                acceptsBytes: "application/vnd.sample",
                returns: .ok(Words.self)
            ) { request in
                .ok(Words(words: [String(decoding: request.body, as: UTF8.self)]))
            },
            Endpoint(
                .get,
                "/v1/hello",
                "sayHello",
                "Say hello",
                access: .anyone,
                returns: .bytes("text/plain; charset=utf-8")
            ) { _ in
                .ok(Bytes("hello")).with(.cacheControl, "public, max-age=60")
            },
        ]
    }

    /// Endpoints that misbehave; they are in no document.
    var faults: EndpointGroup {
        EndpointGroup(
            "Faults",
            "What goes wrong.",
            [
                Endpoint(.get, "/broken", "breakDown", "Fail", access: .anyone, returns: .noContent) { _ in
                    throw Surprise()
                },
                Endpoint(.get, "/database", "askDatabase", "Time out", access: .anyone, returns: .noContent) { _ in
                    throw DatabaseTimeout()
                },
                Endpoint(.get, "/stubborn", "holdOn", "Wait", access: .anyone, returns: .noContent) { _ in
                    await gate.wait()
                    return .noContent
                },
                Endpoint(.get, "/patient", "holdOnLonger", "Wait longer", access: .anyone, returns: .noContent) { _ in
                    await gate.wait()
                    return .noContent
                }
                .answering(within: .seconds(60)),
                Endpoint(.get, "/nobody", "forgetIdentity", "Ask for nobody", access: .anyone, returns: .noContent) {
                    _ = try $0.identity
                    return .noContent
                },
            ]
        )
    }
}

/// Holds whoever waits until it opens, and does not heed cancellation.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var arrivals: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            for arrival in arrivals { arrival.resume() }
            arrivals = []
        }
    }

    /// Returns once somebody waits.
    func arrival() async {
        if waiting.isEmpty { await withCheckedContinuation { arrivals.append($0) } }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}

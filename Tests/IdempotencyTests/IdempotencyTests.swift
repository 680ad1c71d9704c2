import HTTPTypes
import Idempotency
import Identifiers
import Logging
import Postgres
import StrictJSON
import TestSupport
import Testing
import Web

@Suite(.timeLimit(.minutes(5))) struct IdempotencyTests {
    let user = UserID.new()

    @Test func `a repeat gets the first answer, and nothing is done again`() async throws {
        try await Notebook.serving { call, notebook async throws in
            let first = try await call.write("a", as: user, key: "k")
            let second = try await call.write("a", as: user, key: "\"k\"")
            #expect(first.status == 201)
            #expect(first["idempotent-replayed"] == nil)
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second["location"] == first["location"])
            #expect(second["content-type"] == first["content-type"])
            #expect(second["idempotent-replayed"] == "true")
            #expect(try await notebook.count() == 1)
        }
    }

    @Test func `another body is refused, another path, account or key is another request`() async throws {
        try await Notebook.serving { call, notebook async throws in
            _ = try await call.write("a", as: user, key: "k")
            #expect(try await call.write("b", as: user, key: "k").problem == "422 IDEMPOTENCY_KEY_REUSED")
            #expect(try await call.write("a", as: user, key: "l").status == 201)
            #expect(try await call.write("a", as: .new(), key: "k").status == 201)
            #expect(try await call.write("a", as: user, key: nil).status == 201)
            #expect(try await call.write("a", as: user, key: nil).status == 201)
            #expect(try await notebook.count() == 5)
        }
    }

    @Test func `what failed is not remembered`() async throws {
        try await Notebook.serving { call, notebook async throws in
            #expect(try await call.write("bad", as: user, key: "k").status == 409)
            #expect(try await call.write("", as: user, key: "k").status == 422)
            #expect(try await notebook.count() == 0)
            #expect(try await call.write("a", as: user, key: "k").status == 201)
        }
    }

    @Test(arguments: ["a b", "\"a", "\"\"", "schlüssel"]) func `what is no key is malformed`(key: String) async throws {
        try await Notebook.serving { call, notebook async throws in
            #expect(try await call.write("a", as: user, key: key).problem == "400 MALFORMED_REQUEST")
            #expect(try await notebook.count() == 0)
        }
    }

    @Test func `of many at once one is done, and nobody is told anything else`() async throws {
        try await Notebook.serving { call, notebook async throws in
            let answers = try await withThrowingTaskGroup { tasks in
                for _ in 0..<8 { tasks.addTask { try await call.write("a", as: user, key: "k") } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let done = answers.filter { $0.status == 201 }
            #expect(!done.isEmpty)
            #expect(Set(done.map(\.body)).count == 1)
            for answer in answers where answer.status != 201 {
                #expect(answer.problem == "409 IDEMPOTENCY_KEY_IN_USE")
                #expect(answer["retry-after"] == "1")
            }
            #expect(try await notebook.count() == 1)
        }
    }

    @Test func `a repeat while the first is at work is told so`() async throws {
        let (reached, reach) = AsyncStream<Void>.makeStream()
        let (opened, open) = AsyncStream<Void>.makeStream()
        let hold: @Sendable () async -> Void = {
            reach.yield()
            for await _ in opened { break }
        }
        try await Notebook.serving(holding: hold) { call, notebook async throws in
            async let first = call.write("held", as: user, key: "k")
            for await _ in reached { break }
            #expect(try await call.write("held", as: user, key: "k").problem == "409 IDEMPOTENCY_KEY_IN_USE")
            open.yield()
            #expect(try await first.status == 201)
            #expect(try await call.write("held", as: user, key: "k")["idempotent-replayed"] == "true")
            #expect(try await notebook.count() == 1)
        }
    }

    @Test func `keys are forgotten after their time, and no request waits for that`() async throws {
        try await Notebook.serving { call, notebook async throws in
            _ = try await call.write("a", as: user, key: "old")
            try await notebook.age(by: 24 * 3_600 + 1)
            _ = try await call.write("a", as: user, key: "new")
            #expect(try await call.write("a", as: user, key: "old")["idempotent-replayed"] == "true")
            #expect(try await notebook.sweeper().sweep() == 1)
            #expect(try await notebook.sweeper().sweep() == 0)
            #expect(try await call.write("a", as: user, key: "old")["idempotent-replayed"] == nil)
            #expect(try await call.write("a", as: user, key: "new")["idempotent-replayed"] == "true")
        }
    }
}

/// Something to write into, once.
struct Notebook: Sendable {
    let database: Database

    static func serving(
        holding hold: @escaping @Sendable () async -> Void = {},
        _ body: @escaping @Sendable (TestAPI, Notebook) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            try await database.transaction { tx in
                try await tx.query("CREATE TABLE note (id uuid PRIMARY KEY, text text)")
            }
            let group = EndpointGroup("Notes", "Notes.", [endpoint(database, hold)])
            try await TestAPI.serving([group]) { try await body($0, Notebook(database: database)) }
        }
    }

    func sweeper(every interval: Duration = .seconds(60)) -> KeySweeper {
        KeySweeper(database, retention: .seconds(24 * 3_600), every: interval, logger: Logger(label: "tests"))
    }

    /// Lets time pass for the keys that there are.
    func age(by seconds: Int) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                "UPDATE web.idempotency_key SET created_at = created_at - make_interval(secs => \(Double(seconds)))"
            )
        }
    }

    func count() async throws -> Int {
        try await database.read("SELECT count(*)::int AS count FROM note")[0]["count"]
    }

    private static func endpoint(_ database: Database, _ hold: @escaping @Sendable () async -> Void) -> Endpoint {
        let keys = IdempotencyKeys(database)
        return Endpoint(
            .post,
            "/notes",
            "writeNote",
            "Write",
            access: .account,
            accepts: Note.self,
            returns: .created(Note.self)
        ) { request, note in
            let id = UserID.new()
            let reply: @Sendable (UserID) -> Reply<Note> = {
                .created(Note(text: "\(note.text) \($0)"), location: "/notes/\($0)")
            }
            let written = try await keys.once(request, reply: reply).transaction { tx in
                try await tx.execute("INSERT INTO note VALUES (\(id), \(note.text))")
                if note.text == "bad" { throw Problem(.conflict, "No") }
                if note.text == "held" { await hold() }
                return id
            }
            return reply(written)
        }
        .idempotent(by: keys)
    }
}

struct Note: RequestBody, ResponseBody {
    let text: String
    static let schema = Schema.object("Note", "A note", [.required("text", .string(min: 1))])
}

extension TestAPI {
    func write(_ text: String, as user: UserID, key: String?) async throws -> TestAnswer {
        let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
        return try await self("POST", "/notes", as: user, headers: headers, json: #"{"text":"\#(text)"}"#)
    }
}

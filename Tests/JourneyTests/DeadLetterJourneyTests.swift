import JourneySupport
import Postgres
import StrictJSON
import Testing

/// An operator finds out why something did not happen, and mends it, with the real program.
@Suite struct DeadLetterJourneyTests {
    private let listener = "subscriptions.begin-free"
    private let user = "018f0000-0000-7000-8000-00000000000a"

    @Test(.timeLimit(.minutes(5)))
    func `an event that cannot be read is explained, edited, retried and through`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            try await storytime.announce("auth.user-registered", about: "user:\(user)", payload: #"{"usr": 1}"#)
            let event = try await deadLetter(storytime)

            let why = try await storytime.run("outbox", "explain", event, "--listener", listener, "--json").succeeded()
            #expect(try why.json["deliveries"]?[0]?["state"] == "dead")

            let address = [event, "--listener", listener]
            let edit = ["outbox", "dead", "edit"] + address
            #expect(try await storytime.run(edit + ["--payload", "{}", "--reason", "no user"]).end == .code(3))
            let mended = #"{"user": "\#(user)"}"#
            #expect(try await storytime.run(edit + ["--payload", mended]).end == .code(64))
            let difference = try await storytime.run(edit + ["--payload", mended, "--reason", "misspelt"]).succeeded()
            #expect(difference.output.contains(#"+ /user  "\#(user)""#) && difference.output.contains("- /usr  1"))

            let retry = ["outbox", "dead", "retry"] + address + ["--reason", "mended", "--json"]
            #expect(try await storytime.run(retry).succeeded().json["count"] == 1)
            try await eventually("the account is on the free plan") {
                try await storytime.database.read("SELECT FROM subscriptions.subscription").count == 1
            }
            #expect(try await storytime.run(retry).end == .code(3))

            try await storytime.announce("auth.user-registered", about: "user:\(user)", payload: "{}")
            let other = try await deadLetter(storytime)
            try await storytime.run("outbox", "dead", "discard", other, "--reason", "nobody needs it").succeeded()
            try await storytime.settle()
            #expect(try await storytime.run("outbox", "dead", "list").end == .code(0))
            #expect(await server.stop() == .code(0))
        }
    }

    /// The position of the one event that is given up.
    private func deadLetter(_ storytime: Storytime) async throws -> String {
        let groups = try await awaited("a dead letter") {
            let list = try await storytime.run("outbox", "dead", "list", "--name", "auth.user-registered", "--json")
            return list.end == .code(1) ? try list.json.array : nil
        }
        #expect(groups.count == 1 && groups[0]["errorType"] == "UndecodableEvent" && groups[0]["count"] == 1)
        #expect(groups[0]["listener"]?.string == listener)
        return "\(try #require(groups[0]["sample"]?["position"]?.integer))"
    }

    @Test(.timeLimit(.minutes(5)))
    func `a listener is paused and resumed while the server runs`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let pause = ["outbox", "pause", "subscriptions.begin-free"]
            #expect(try await storytime.run(pause).end == .code(64))
            try await storytime.run(pause + ["--reason", "a look"]).succeeded()
            #expect(try await storytime.run(pause + ["--reason", "a look"]).end == .code(3))
            try await storytime.announce(
                "auth.user-registered",
                about: "user:\(user)",
                payload: #"{"user": "\#(user)"}"#
            )
            try await eventually("the event waits for the listener") {
                let explanation = try await storytime.run("outbox", "explain", "1", "--json").json
                return explanation["deliveries"]?.array?.map { $0["state"] ?? nil } == ["handled", "paused"]
            }
            let resume = ["outbox", "resume", "subscriptions.begin-free", "--reason", "looked"]
            try await storytime.run(resume).succeeded()
            try await storytime.settle()
            #expect(try await storytime.database.read("SELECT FROM subscriptions.subscription").count == 1)
            #expect(try await storytime.run(resume).end == .code(3))
            #expect(await server.stop() == .code(0))
        }
    }
}

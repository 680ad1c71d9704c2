import EventTesting
import Families
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct KidTests {
    let parent = UserID.new()
    private static let any = ["If-Match": "*"]

    @Test func `a kid is added, read, listed and announced`() async throws {
        try await Scenario.serving { scenario, call in
            let body = #"{"name": "Ada", "ageBand": "3-5", "avatar": "fox"}"#
            let created = try await call("POST", "/v1/kids", as: parent, json: body)
            #expect(created.status == 201)
            #expect(created[member: "name"] == "Ada")
            #expect(created[member: "ageBand"] == "3-5")
            #expect(created[member: "avatar"] == "fox")
            let read = try await call("GET", created["location"] ?? "", as: parent)
            #expect(read.json == created.json)
            let list = try await call("GET", "/v1/kids", as: parent)
            #expect(list[member: "data"] == .array([created.json]))
            #expect(try await scenario.events() == ["kid-created"])
        }
    }

    @Test func `a merge patch changes what it names, and null takes the avatar away`() async throws {
        try await Scenario.serving { scenario, call in
            let kid = try await call.addKid("Ada", to: parent)
            let renamed = try await call(
                "PATCH",
                kid,
                as: parent,
                headers: Self.any,
                json: #"{"name": "Eve", "avatar": "owl"}"#
            )
            #expect(renamed[member: "name"] == "Eve")
            #expect(renamed[member: "avatar"] == "owl")
            #expect(renamed[member: "ageBand"] == "6-8")
            let older = try await call("PATCH", kid, as: parent, headers: Self.any, json: #"{"ageBand": "9-12"}"#)
            #expect(older[member: "avatar"] == "owl")
            let plain = try await call("PATCH", kid, as: parent, headers: Self.any, json: #"{"avatar": null}"#)
            #expect(plain[member: "avatar"] == nil)
            #expect(try await call("GET", kid, as: parent).json == plain.json)
            #expect(try await scenario.events() == ["kid-created", "kid-updated", "kid-updated", "kid-updated"])
        }
    }

    @Test func `a patch that changes nothing is not announced`() async throws {
        try await Scenario.serving { scenario, call in
            let kid = try await call.addKid("Ada", to: parent)
            for patch in ["{}", #"{"name": "Ada"}"#, #"{"avatar": null}"#] {
                #expect(try await call("PATCH", kid, as: parent, headers: Self.any, json: patch).status == 200)
            }
            #expect(try await scenario.events() == ["kid-created"])
        }
    }

    @Test func `a kid that is added twice under one key is one kid`() async throws {
        try await Scenario.serving { scenario, call in
            let (key, body) = (["Idempotency-Key": "ada"], #"{"name": "Ada", "ageBand": "3-5"}"#)
            let first = try await call("POST", "/v1/kids", as: parent, headers: key, json: body)
            let second = try await call("POST", "/v1/kids", as: parent, headers: key, json: body)
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second["location"] == first["location"])
            #expect(second["idempotent-replayed"] == "true")
            let other = #"{"name": "Eve", "ageBand": "3-5"}"#
            let reused = try await call("POST", "/v1/kids", as: parent, headers: key, json: other)
            #expect(reused.problem == "422 IDEMPOTENCY_KEY_REUSED")
            #expect(try await scenario.events() == ["kid-created"])
        }
    }

    @Test func `of two who change the same version of a kid the later one is told`() async throws {
        try await Scenario.serving { scenario, call in
            let kid = try await call.addKid("Ada", to: parent)
            let seen = ["If-Match": try #require(try await call("GET", kid, as: parent)["etag"])]
            let first = try await call("PATCH", kid, as: parent, headers: seen, json: #"{"name": "Eve"}"#)
            #expect(first.status == 200)
            let second = try await call("PATCH", kid, as: parent, headers: seen, json: #"{"ageBand": "9-12"}"#)
            #expect(second.problem == "412 PRECONDITION_FAILED")
            #expect(try await call("DELETE", kid, as: parent, headers: seen).problem == "412 PRECONDITION_FAILED")
            #expect(try await call("PATCH", kid, as: parent, json: "{}").problem == "428 PRECONDITION_REQUIRED")
            let read = try await call("GET", kid, as: parent)
            #expect(read[member: "name"] == "Eve")
            #expect(read[member: "ageBand"] == "6-8")
            #expect(read["etag"] == first["etag"])
            let now = ["If-Match": try #require(read["etag"])]
            #expect(try await call("DELETE", kid, as: parent, headers: now).status == 204)
            #expect(try await scenario.events() == ["kid-created", "kid-updated", "kid-deleted"])
        }
    }

    @Test func `a removed kid is gone until it is restored`() async throws {
        try await Scenario.serving { scenario, call in
            let kid = try await call.addKid("Ada", to: parent)
            #expect(try await call("DELETE", kid, as: parent).status == 204)
            #expect(try await call("DELETE", kid, as: parent).problem == "404 RESOURCE_NOT_FOUND")
            #expect(try await call("GET", kid, as: parent).problem == "404 RESOURCE_NOT_FOUND")
            #expect(
                try await call("PATCH", kid, as: parent, headers: Self.any, json: "{}").problem
                    == "404 RESOURCE_NOT_FOUND"
            )
            #expect(try await call("GET", "/v1/kids", as: parent)[member: "data"] == [])
            #expect(try await call("GET", "/v1/kids?deleted=true", as: parent)[member: "data"]?.array?.count == 1)
            #expect(try await call("POST", kid + "/restore", as: parent).status == 200)
            #expect(try await call("POST", kid + "/restore", as: parent).status == 200)
            #expect(try await call("GET", kid, as: parent)[member: "name"] == "Ada")
            #expect(try await scenario.events() == ["kid-created", "kid-deleted", "kid-restored"])
        }
    }

    @Test func `another family's kid does not exist`() async throws {
        try await Scenario.serving { scenario, call in
            let kid = try await call.addKid("Ada", to: parent)
            let stranger = UserID.new()
            let attempts = [
                ("GET", kid, nil), ("PATCH", kid, "{}"), ("DELETE", kid, nil), ("POST", kid + "/restore", nil),
            ]
            for (method, path, json) in attempts {
                #expect(
                    try await call(method, path, as: stranger, headers: Self.any, json: json).problem
                        == "404 RESOURCE_NOT_FOUND"
                )
            }
            #expect(try await call("GET", "/v1/kids", as: stranger)[member: "data"] == [])
            #expect(try await scenario.events() == ["kid-created"])
        }
    }

    @Test func `every field at fault is named at once`() async throws {
        try await Scenario.serving { scenario, call in
            let body = #"{"name": " Ada", "ageBand": "13-15", "avatar": "a fox", "surname": "Lovelace"}"#
            let answer = try await call("POST", "/v1/kids", as: parent, json: body)
            #expect(answer.problem == "422 VALIDATION_FAILED")
            #expect(
                answer.errors == [
                    "#/name: pattern", "#/ageBand: enum", "#/avatar: pattern", "#/surname: unknown-field",
                ]
            )
            #expect(
                try await call("POST", "/v1/kids", as: parent, json: "{}").errors == [
                    "#/name: required", "#/ageBand: required",
                ]
            )
            #expect(try await scenario.events().isEmpty)
        }
    }

    @Test func `ownership ends with removal and does not cross families`() async throws {
        try await Scenario.serving { scenario, call in
            let path = try await call.addKid("Ada", to: parent)
            let kid = try #require(KidID(String(path.dropFirst("/v1/kids/".count))))
            #expect(try await scenario.module.owns(kid: kid, parent: parent))
            #expect(try await !scenario.module.owns(kid: kid, parent: .new()))
            #expect(try await !scenario.module.owns(kid: .new(), parent: parent))
            _ = try await call("DELETE", path, as: parent)
            #expect(try await !scenario.module.owns(kid: kid, parent: parent))
        }
    }

    @Test func `a kid lives in its family's time zone, and a stranger's kid in none`() async throws {
        try await Scenario.serving { scenario, call in
            let path = try await call.addKid("Ada", to: parent)
            let kid = try #require(KidID(String(path.dropFirst("/v1/kids/".count))))
            let zone = { (kid: KidID, parent: UserID) in try await scenario.module.timeZone(of: kid, parent: parent) }
            #expect(try await zone(kid, parent) == "UTC")
            _ = try await call("PUT", "/v1/family", as: parent, json: #"{"timeZone": "Europe/Berlin"}"#)
            #expect(try await zone(kid, parent) == "Europe/Berlin")
            #expect(try await zone(kid, .new()) == nil)
            _ = try await call("DELETE", path, as: parent)
            #expect(try await zone(kid, parent) == nil)
        }
    }
}

import EventTesting
import Families
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct FamilyTests {
    let parent = UserID.new()

    @Test func `settings are replaced whatever they were, unless the request names a version`() async throws {
        try await Scenario.serving { _, call in
            let seen = ["If-Match": try #require(try await call("GET", "/v1/family", as: parent)["etag"])]
            let berlin = #"{"timeZone": "Europe/Berlin"}"#
            #expect(try await call("PUT", "/v1/family", as: parent, headers: seen, json: berlin).status == 200)
            let late = try await call(
                "PUT",
                "/v1/family",
                as: parent,
                headers: seen,
                json: #"{"timeZone": "Asia/Tokyo"}"#
            )
            #expect(late.problem == "412 PRECONDITION_FAILED")
            #expect(try await call("GET", "/v1/family", as: parent)[member: "timeZone"] == "Europe/Berlin")
        }
    }

    @Test func `a family lives in UTC until it says otherwise`() async throws {
        try await Scenario.serving { scenario, call in
            #expect(try await call("GET", "/v1/family", as: parent).json == ["timeZone": "UTC"])
            let moved = try await call("PUT", "/v1/family", as: parent, json: #"{"timeZone": "Europe/Berlin"}"#)
            #expect(moved.json == ["timeZone": "Europe/Berlin"])
            #expect(try await call("GET", "/v1/family", as: parent).json == ["timeZone": "Europe/Berlin"])
        }
    }

    @Test func `only a change of the time zone is announced`() async throws {
        try await Scenario.serving { scenario, call in
            for zone in ["UTC", "Asia/Tokyo", "Asia/Tokyo", "America/New_York"] {
                let body = #"{"timeZone": "\#(zone)"}"#
                #expect(try await call("PUT", "/v1/family", as: parent, json: body).status == 200)
            }
            let zones = try await scenario.database.read(
                """
                SELECT payload ->> 'timeZone' AS zone FROM events.event
                WHERE name = 'families.time-zone-changed' ORDER BY seq
                """
            )
            #expect(try zones.map { try $0["zone"] } == ["Asia/Tokyo", "America/New_York"])
        }
    }

    @Test func `a name that is no IANA time zone is refused by field`() async throws {
        try await Scenario.serving { scenario, call in
            let strange = ["Mars/Olympus", "europe/berlin", "posix/Europe/Berlin", "localtime", "+02:00", "EST5"]
            for zone in strange {
                let answer = try await call("PUT", "/v1/family", as: parent, json: #"{"timeZone": "\#(zone)"}"#)
                #expect(answer.problem == "422 VALIDATION_FAILED", "\(zone)")
                #expect(answer.errors == ["#/timeZone: enum"], "\(zone)")
            }
            #expect(try await scenario.events().isEmpty)
        }
    }

    @Test func `a kid is announced with the zone its family lives in`() async throws {
        try await Scenario.serving { scenario, call in
            _ = try await call("PUT", "/v1/family", as: parent, json: #"{"timeZone": "Asia/Tokyo"}"#)
            _ = try await call.addKid("Ada", to: parent)
            let rows = try await scenario.database.read(
                "SELECT payload ->> 'timeZone' AS zone FROM events.event WHERE name = 'families.kid-created'"
            )
            #expect(try rows.map { try $0["zone"] } == ["Asia/Tokyo"])
        }
    }
}

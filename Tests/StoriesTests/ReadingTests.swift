import EventDelivery
import Foundation
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@testable import Stories

@Suite(.timeLimit(.minutes(5))) struct ReadingTests {
    @Test func `the percentage never goes down and seconds add up`() async throws {
        try await Stage.run { stage in
            let story = try stage.stories()[0]
            try await stage.advance(story, to: 60, seconds: 30)
            let reading = try await stage.advance(story, to: 20, seconds: 12)
            #expect(reading.percent == 60 && reading.seconds == 42 && reading.completedAt == nil)
        }
    }

    @Test func `one child's reading is not its sister's`() async throws {
        try await Stage.run { stage in
            let story = try stage.stories()[0]
            try await stage.advance(story, to: 60, kid: stage.family.kids[0])
            #expect(try await stage.advance(story, to: 10, kid: stage.family.kids[1]).percent == 10)
        }
    }

    @Test func `finishing again is no news but counts the time`() async throws {
        try await Stage.run { stage in
            let story = try stage.stories()[0]
            try stage.family.wake(at: "2026-03-01T09:30:00Z")
            let first = try await stage.complete(story, seconds: 100)
            try stage.family.wake(at: "2026-03-02T09:30:00Z")
            let second = try await stage.complete(story, seconds: 50)
            #expect(first.first && first.reading.percent == 100 && first.reading.seconds == 100)
            #expect(!second.first && second.reading.seconds == 150)
            #expect(second.reading.completedAt == first.reading.completedAt)
            #expect(second.reading.readAt > first.reading.readAt)
            #expect(try await stage.announced() == 1)
        }
    }

    @Test func `twenty who finish at once announce once`() async throws {
        try await Stage.run { stage in
            let story = try stage.stories()[0]
            let firsts = try await withThrowingTaskGroup { group in
                for _ in 1...20 {
                    group.addTask { try await stage.complete(story, seconds: 1) }
                }
                return try await group.reduce(into: 0) { firsts, completion in firsts += completion.first ? 1 : 0 }
            }
            #expect(firsts == 1)
            #expect(try await stage.announced() == 1)
            #expect(try await stage.advance(story, seconds: 0).seconds == 20)
        }
    }

    @Test func `the announcement says who finished what, and when`() async throws {
        try await Stage.run { stage in
            try stage.family.wake(at: "2026-03-01T09:30:00Z")
            let story = try stage.stories()[0]
            try await stage.advance(story, seconds: 40)
            try await stage.complete(story, seconds: 2)
            let rows = try await stage.database.read("SELECT key, payload::text AS payload FROM events.event")
            #expect(try rows[0]["key"] == "kid:\(stage.family.kid)")
            let payload = try JSON(parsing: Array((try rows[0]["payload"] as String).utf8))
            #expect(payload["category"]?.string == "kindness" && payload["seconds"]?.integer == 42)
            #expect(payload["completedAt"]?.string == "2026-03-01T09:30:00.000Z")
            #expect(payload["parent"]?.string == stage.family.parent.description)
        }
    }

    @Test func `what is not there cannot be read, and nothing is left behind`() async throws {
        try await Stage.run { stage in
            await #expect(throws: StoriesError.noSuchStory) { try await stage.advance(StoryID.new()) }
            await #expect(throws: StoriesError.noSuchStory) { try await stage.complete(StoryID.new()) }
            await #expect(throws: StoriesError.noSuchKid) {
                try await stage.advance(try stage.stories()[0], kid: KidID.new())
            }
            let gone = try stage.stories()[1]
            try await stage.advance(gone)
            try await stage.change("UPDATE stories.story SET deleted_at = now() WHERE id = \(gone)")
            await #expect(throws: StoriesError.noSuchStory) { try await stage.complete(gone) }
            #expect(try await stage.announced() == 0)
        }
    }

    @Test func `over HTTP: foreign children look like none, and bodies are checked`() async throws {
        try await Stage.run { stage in
            let (kid, parent, story) = (stage.family.kid, stage.family.parent, try stage.stories()[0])
            try await TestAPI.serving([stage.module.endpoints]) { api in
                let path = "/v1/kids/\(kid)/stories/\(story)"
                let step = #"{"percent": 30, "seconds": 20}"#
                #expect(try await api("PUT", path + "/progress", as: parent, json: step).json["percent"]?.integer == 30)
                #expect(try await api("PUT", path + "/progress", as: UserID.new(), json: step).status == 404)
                #expect(try await api("PUT", path + "/progress", json: step).status == 401)
                let absurd = try await api(
                    "PUT",
                    path + "/progress",
                    as: parent,
                    json: #"{"percent": 101, "seconds": 86401}"#
                )
                #expect(absurd.errors == ["#/percent: maximum", "#/seconds: maximum"])
                let first = try await api("POST", path + "/completion", as: parent, json: #"{"seconds": 5}"#)
                #expect(first.status == 200 && first.json["first"] == true && first.json["seconds"]?.integer == 25)
                #expect(try await api("POST", path + "/completion", as: parent, json: "{}").json["first"] == false)
                #expect(try await api("POST", path + "/completion", as: UserID.new(), json: "{}").status == 404)
            }
        }
    }
}

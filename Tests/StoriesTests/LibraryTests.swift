import Foundation
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@testable import Stories

@Suite(.timeLimit(.minutes(5))) struct LibraryTests {
    @Test func `a story moves from one shelf to the other when it is finished`() async throws {
        try await Stage.run { stage in
            let stories = try stage.stories()
            try await stage.advance(stories[0], to: 40)
            try await stage.complete(stories[1])
            try await TestAPI.serving([stage.module.endpoints]) { api in
                let path = "/v1/kids/\(stage.family.kid)/library"
                let going = try await api("GET", path, as: stage.family.parent)
                #expect(going.ids == [stories[0].description])
                #expect(going.json["data"]?.array?.first?["percent"]?.integer == 40)
                #expect(
                    try await api("GET", path + "?shelf=completed", as: stage.family.parent).ids == [
                        stories[1].description
                    ]
                )
                #expect(try await api("GET", path + "?shelf=wanted", as: stage.family.parent).errors == ["shelf: enum"])
                #expect(try await api("GET", path, as: UserID.new()).status == 404)
            }
        }
    }

    @Test func `pages give the latest first, each once, also those of one moment`() async throws {
        try await Stage.run { stage in
            let stories = try stage.stories().prefix(11)
            for (index, story) in stories.enumerated() {
                try stage.family.wake(at: "2026-03-01T09:30:0\(index / 3)Z")
                try await stage.advance(story)
            }
            try await stage.change("UPDATE stories.reading SET read_at = read_at + interval '123457 microseconds'")
            try await TestAPI.serving([stage.module.endpoints]) { api in
                var (ids, cursor): ([String], String?) = ([], nil)
                repeat {
                    let path = "/v1/kids/\(stage.family.kid)/library?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")
                    let page = try await api("GET", path, as: stage.family.parent)
                    ids += page.ids
                    cursor = page.json["nextCursor"]?.string
                } while cursor != nil
                #expect(ids.count == 11 && Set(ids) == Set(stories.map(\.description)))
                #expect(Set(ids.prefix(2)) == Set(stories.suffix(2).map(\.description)))
            }
        }
    }
}

extension TestAnswer {
    fileprivate var ids: [String] { (json["data"]?.array ?? []).compactMap { $0["story"]?["id"]?.string } }
}

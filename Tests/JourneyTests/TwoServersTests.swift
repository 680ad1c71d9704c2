import JourneySupport
import Testing

@Suite struct TwoServersTests {
    @Test(.timeLimit(.minutes(5)))
    func `what happens on one server is seen on the other`() async throws {
        try await withStorytime { storytime in
            async let starting = storytime.serve()
            let (one, other) = (try await storytime.serve(), try await starting)
            let parent = try await Parent.join(one.client, storytime)
            let kid = try await parent.addKid("Mila")
            for (story, server) in zip(try await parent.client.stories(), [one, other, one, other, one]) {
                try await parent.at(server).finish(story, with: kid)
            }
            for server in [one, other] { try await parent.at(server).badge("explorer", of: kid) }
            try await storytime.settle()
            #expect(try await parent.at(other).badges(of: kid) == ["first-story", "explorer"])
            #expect(try await parent.at(other).notifications("badge-earned").count == 2)

            #expect(await one.stop() == .code(0))
            #expect(try await parent.at(other).get("/v1/me").text("id") == parent.user)
        }
    }
}

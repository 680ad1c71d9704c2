import Testing

@testable import Cache

@Suite struct CacheKeyTests {
    @Test func `keys have four parts, and no id can look like two of them`() {
        #expect(CacheGroup.kid.key("7").description == "families:kid:7:-")
        #expect(CacheGroup.dashboards.key("revenue", variant: "30d").description == "analytics:dashboard:revenue:30d")
        #expect(CacheGroup.kid.key("a:b").description == "families:kid:a%3Ab:-")
        #expect(CacheGroup.kid.key("a:b") != CacheGroup.kid.key("a", variant: "b:-"))
        #expect(CacheGroup.kid.key("a%3Ab") != CacheGroup.kid.key("a:b"))
    }

    @Test func `a key can be read back from its text`() throws {
        let key = CacheGroup.kid.key("a:b", variant: "short")
        #expect(try CacheKey(parsing: key.description) == key)
        for text in ["", "families:kid", "families:kid:1", "families:kid:1:2:3", "nobody:nothing:1:-"] {
            let error = #expect(throws: CacheKeyError.self) { try CacheKey(parsing: text) }
            #expect(error?.description.contains("subscriptions:plans") == true)
        }
    }

    @Test func `the table says what was promised, each group once`() {
        let promised = [
            "families:preferences": 5, "families:kid": 5, "families:avatars": 5, "stories:categories": 60,
            "stories:themes": 60, "stories:seasons": 60, "stories:buddies": 60, "stories:story": 5, "stories:list": 5,
            "stories:recommendations": 60, "voices:voice": 30, "subscriptions:plans": 60,
            "subscriptions:subscription": 1, "payments:balance": 1, "auth:permissions": 720, "analytics:dashboard": 5,
        ]
        #expect(CacheGroup.all.count == promised.count)
        #expect(
            CacheGroup.all.reduce(into: [:]) { $0[$1.name] = $1.lifetime / .minutes(1) }
                == promised.mapValues(Double.init)
        )
        #expect(CacheGroup.all.allSatisfy { $0.memory >= 1 << 20 })
    }

    @Test func `what was loaded together does not expire together, and nothing lives longer than it may`() {
        let lives = (0..<1000).map { _ in Duration.seconds(60).jittered }
        #expect(lives.allSatisfy { (.seconds(54)...(.seconds(60))).contains($0) })
        #expect(Set(lives).count > 900)
        for group in CacheGroup.all {
            #expect(group.memoryLifetime <= min(group.lifetime, .seconds(60)))
            #expect(group.absenceLifetime <= min(group.lifetime, .seconds(30)))
        }
    }
}

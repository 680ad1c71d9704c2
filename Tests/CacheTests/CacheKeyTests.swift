import Cache
import Testing

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

    @Test func `every group is in the table once`() {
        let names = CacheGroup.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(CacheGroup.all.allSatisfy { $0.lifetime > .zero && $0.memory > 0 })
    }
}

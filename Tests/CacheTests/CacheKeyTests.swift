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

    @Test func `every group is in the table once`() {
        let names = CacheGroup.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(CacheGroup.all.allSatisfy { $0.lifetime > .zero && $0.memory > 0 })
    }
}

import Testing

@testable import Cache

@Suite struct SharedValueTests {
    @Test(arguments: [[], Array("text".utf8), Array("a|b|+|\r\n".utf8), (0...255).map { UInt8($0) }])
    func `bytes come back as they were`(bytes: [UInt8]) {
        let value = SharedValue(generation: "a1", expiry: 1_700_000_000_000, bytes: bytes)
        #expect(SharedValue(value.stored) == value)
    }

    @Test func `absence is not emptiness`() {
        let absent = SharedValue(generation: "a1", expiry: 1, bytes: nil)
        #expect(SharedValue(absent.stored) == absent)
        #expect(SharedValue(absent.stored) != SharedValue(generation: "a1", expiry: 1, bytes: []))
    }

    @Test(arguments: ["", "L8f2c", "V", "Va1", "Va1|1", "Va1|1|", "Va1|soon|+x", "Va1|1|?x", "something else"])
    func `a lease and whatever else a key may hold is no value`(text: String) {
        #expect(SharedValue(Array(text.utf8)) == nil)
    }
}

import Testing
import Web

@Suite struct IdempotencyKeyTests {
    @Test(arguments: [
        ("8e03978e-40d5", "8e03978e-40d5"), (#""8e03978e-40d5""#, "8e03978e-40d5"), ("a", "a"),
        (#""a\"b\\c""#, #"a"b\c"#), (#"a"b"#, #"a"b"#), ("~!", "~!"),
    ])
    func `a key is read quoted or bare`(field: String, key: String) {
        #expect((try? IdempotencyKey(field))?.text == key)
    }

    @Test(arguments: [
        "", "\"\"", "\"", "\"a", "a b", "\"a b\"", #""a"b""#, #""a\x""#, #""a\"#, "schlüssel", "a\tb", "a, b",
    ])
    func `what is no key is refused`(field: String) {
        #expect((try? IdempotencyKey(field)) == nil)
    }

    @Test func `a key has at most 255 characters`() {
        #expect((try? IdempotencyKey(String(repeating: "k", count: 255))) != nil)
        #expect((try? IdempotencyKey(String(repeating: "k", count: 256))) == nil)
        #expect((try? IdempotencyKey("\"" + String(repeating: "k", count: 255) + "\"")) != nil)
        #expect((try? IdempotencyKey("\"" + String(repeating: "k", count: 256) + "\"")) == nil)
    }
}

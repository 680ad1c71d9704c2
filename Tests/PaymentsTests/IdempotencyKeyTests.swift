import Testing

@testable import Payments

@Suite struct IdempotencyKeyTests {
    @Test(arguments: [
        ("8e03978e-40d5", "8e03978e-40d5"), (#""8e03978e-40d5""#, "8e03978e-40d5"), ("a", "a"),
        (#""a\"b\\c""#, #"a"b\c"#), (#"a"b"#, #"a"b"#), ("~!", "~!"),
    ])
    func `a key is read quoted or bare`(field: String, key: String) {
        #expect(IdempotencyKey(header: field)?.text == key)
    }

    @Test(arguments: [
        "", "\"\"", "\"", "\"a", "a b", "\"a b\"", #""a"b""#, #""a\x""#, #""a\"#, "schlüssel", "a\tb", "a, b",
    ])
    func `what is no key is refused`(field: String) {
        #expect(IdempotencyKey(header: field) == nil)
    }

    @Test func `a key has at most 255 characters`() {
        #expect(IdempotencyKey(header: String(repeating: "k", count: 255)) != nil)
        #expect(IdempotencyKey(header: String(repeating: "k", count: 256)) == nil)
        #expect(IdempotencyKey(header: "\"" + String(repeating: "k", count: 255) + "\"") != nil)
        #expect(IdempotencyKey(header: "\"" + String(repeating: "k", count: 256) + "\"") == nil)
    }
}

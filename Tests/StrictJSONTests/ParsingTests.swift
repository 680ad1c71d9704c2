import StrictJSON
import Testing

@Suite struct ParsingTests {
    @Test(
        arguments: [
            ("null", JSON.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9223372036854775808)), ("1.0", .number(1)), ("1e2", .number(100)),
            ("-2.5E-1", .number(-0.25)), ("[]", []), ("[1,[2]]", [1, [2]]), ("{}", [:]),
            (#"{"a":{"b":null}}"#, ["a": ["b": nil]]),
            (#""é\u00e9\n\/\ud83d\ude00""#, "éé\n/😀"), (#""""#, ""), ("\t\n\r 7", 7),
        ] as [(String, JSON)]
    )
    func `good text becomes the value it stands for`(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text.utf8) == value)
    }

    @Test(
        arguments: [
            ("", JSONError.Reason.unexpectedEnd, 0), ("[1", .unexpectedEnd, 2), (#"{"a""#, .unexpectedEnd, 4),
            (#""abc"#, .unexpectedEnd, 4), ("nul", .unexpectedEnd, 3), ("nulL", .expected("null"), 3),
            ("1 2", .trailingBytes, 2), ("{} x", .trailingBytes, 3), ("[1,]", .expected("a value"), 3),
            ("[1 2]", .expected("a comma or ]"), 3), (#"{"a":1,}"#, .expected("a member name in double quotes"), 7),
            (#"{"a" 1}"#, .expected("a colon"), 5), ("{a:1}", .expected("a member name in double quotes"), 1),
            ("'a'", .expected("a value"), 0), ("NaN", .expected("a value"), 0), ("+1", .expected("a value"), 0),
            ("01", .malformedNumber, 0), ("-", .unexpectedEnd, 1), ("-a", .malformedNumber, 1),
            ("1.", .unexpectedEnd, 2),
            ("1.e5", .malformedNumber, 2), (".5", .expected("a value"), 0), ("1e", .unexpectedEnd, 2),
            ("1e400", .numberOutOfRange, 0), (#""\x""#, .malformedEscape, 1), (#""\u12G4""#, .malformedEscape, 1),
            (#""\u0000""#, .nul, 1), (#""\ud83d""#, .loneSurrogate, 1), (#""\ud83dx""#, .loneSurrogate, 1),
            (#""\ude00""#, .loneSurrogate, 1), (#""\ud83d\u0041""#, .loneSurrogate, 1),
            ("\"a\tb\"", .controlCharacter, 2),
            ("\"a\0b\"", .nul, 2), (#"{"a":1,"a":2}"#, .duplicateName("a"), 7), ("/* */ 1", .expected("a value"), 0),
        ] as [(String, JSONError.Reason, Int)]
    )
    func `bad text is refused with reason and offset`(text: String, reason: JSONError.Reason, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text.utf8) }
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
    }

    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x31], JSONError.Reason.byteOrderMark, 0),
            ([0x22, 0x61, 0xFF, 0x22], .invalidUTF8, 2),
            ([0x22, 0xC3, 0x28, 0x22], .invalidUTF8, 1),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, 1),
            ([0x22, 0xC0, 0xAF, 0x22], .invalidUTF8, 1),
            ([0x22, 0x5C, 0x6E, 0xFF, 0x22], .invalidUTF8, 3),
            ([0xFF, 0xFE, 0x31, 0x00], .expected("a value"), 0),
            ([0x7B, 0x00, 0x7D, 0x00], .expected("a member name in double quotes"), 1),
        ] as [([UInt8], JSONError.Reason, Int)]
    )
    func `bytes that are not plain UTF-8 are refused`(bytes: [UInt8], reason: JSONError.Reason, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
    }

    @Test func `an error points at the value it is in`() {
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: #"{"kids":[{"name":"Ada"},{"a/b~c":[tru]}]}"#.utf8)
        }
        #expect(error?.pointer.description == "/kids/1/a~1b~0c/0")
        #expect(error?.pointer.fragment == "#/kids/1/a~1b~0c/0")
    }

    @Test func `sixty-four levels are read and one more is refused`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(64).utf8)
        let error = #expect(throws: JSONError.self) { try JSON(parsing: nested(65).utf8) }
        #expect(error?.reason == .tooDeep(64))
        #expect(throws: JSONError.self) { try JSON(parsing: nested(500_000).utf8) }
        #expect(throws: JSONError.self) { try JSON(parsing: "[[]]".utf8, limits: JSONLimits(depth: 1)) }
    }

    @Test func `a duplicate is found among many members`() {
        let members = (0..<2000).map { #""n\#($0)":0"# } + [#""n7":1"#]
        let error = #expect(throws: JSONError.self) { try JSON(parsing: "{\(members.joined(separator: ","))}".utf8) }
        #expect(error?.reason == .duplicateName("n7"))
        #expect(error?.pointer.description == "/n7")
    }

    @Test func `a fragment escapes what a URI cannot hold`() {
        #expect(JSONPointer([.name("ä b%"), .index(0)]).fragment == "#/%C3%A4%20b%25/0")
    }
}

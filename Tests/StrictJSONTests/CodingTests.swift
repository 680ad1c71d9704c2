import Foundation
import StrictJSON
import Testing

@Suite struct CodingTests {
    struct Story: Codable, Equatable {
        enum Kind: String, Codable { case told, read }
        struct Page: Codable, Equatable {
            let text: String
            let picture: URL?
        }

        let id: UUID
        let kind: Kind
        let written: Date
        let minutes: Int16
        let score: Double
        let pages: [Page]
        let tags: [String: [Int]]
        let extra: JSON
        let draft: Bool?
    }

    let story = Story(
        id: UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 8, 0x89, 10, 11, 12, 13, 14, 15, 0xAB)),
        kind: .read,
        written: Date(timeIntervalSince1970: 1_772_357_400.25),
        minutes: 12,
        score: 4.5,
        pages: [.init(text: "Once", picture: nil), .init(text: "upon", picture: URL(string: "https://example.com/a"))],
        tags: ["a": [1, 2]],
        extra: ["x": [nil, 1]],
        draft: nil
    )

    @Test func `a value becomes a tree in the order of its properties`() throws {
        #expect(
            try JSON(encoding: story).description == """
                {"id":"01020304-0506-7008-890a-0b0c0d0e0fab","kind":"read","written":"2026-03-01T09:30:00.250Z",\
                "minutes":12,"score":4.5,"pages":[{"text":"Once"},{"text":"upon","picture":"https://example.com/a"}],\
                "tags":{"a":[1,2]},"extra":{"x":[null,1]}}
                """
        )
    }

    @Test func `a value survives the way through its tree and bytes`() throws {
        let bytes = try JSON(encoding: story).bytes
        #expect(try JSON(parsing: bytes).decode(Story.self) == story)
    }

    @Test func `a tree passes through Foundation's coders unchanged`() throws {
        let tree: JSON = ["a": [1, 2.5, "x", nil, true], "b": [:], "c": []]
        let data = try JSONEncoder().encode(tree)
        #expect(try JSON(parsing: data) == tree)
        #expect(try JSONDecoder().decode(JSON.self, from: data) == tree)
    }

    @Test(arguments: [
        #"{"n":1.5}"#, #"{"n":"1"}"#, #"{"n":300}"#, #"{"n":null}"#, "{}", "[]", #"{"n":true}"#,
    ])
    func `a whole number is made of nothing else`(text: String) throws {
        struct Small: Decodable { let n: UInt8 }
        let json = try JSON(parsing: text.utf8)
        #expect(throws: DecodingError.self) { try json.decode(Small.self) }
    }

    @Test func `nested containers and class hierarchies work`() throws {
        class Base: Codable { var a = 1 }
        final class Derived: Base {
            var b = [2, 3]
            enum CodingKeys: CodingKey { case b }
            override init() { super.init() }
            required init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                try super.init(from: container.superDecoder())
                var numbers = try container.nestedUnkeyedContainer(forKey: .b)
                b = []
                while !numbers.isAtEnd { b.append(try numbers.decode(Int.self)) }
            }
            override func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try super.encode(to: container.superEncoder())
                var numbers = container.nestedUnkeyedContainer(forKey: .b)
                for number in b { try numbers.encode(number) }
            }
        }
        let tree = try JSON(encoding: Derived())
        #expect(tree == ["super": ["a": 1], "b": [2, 3]])
        let back = try tree.decode(Derived.self)
        #expect(back.a == 1 && back.b == [2, 3])
    }

    @Test func `infinity has no form`() {
        #expect(throws: EncodingError.self) { try JSON(encoding: ["x": Double.infinity]) }
        #expect(throws: EncodingError.self) { try JSON(encoding: UInt64.max) }
    }
}

import Events
import StrictJSON
import Testing

/// The catalogue says what is stored: shapes are taken from the types, golden files from what the types write.
@Suite struct ShapeTests {
    @Test(arguments: Contracts.events.map(GoldenFile.init))
    func `a shape has the members of the golden file`(file: GoldenFile) throws {
        let type = try #require(Contracts.event(named: file.name))
        let shape = try EventShape(of: type)
        #expect(shape.name == file.name && shape.version == file.version)
        #expect(Self.fits(try file.read(), .object(shape.fields)), "\(shape.fields) is not what \(file.fileName) holds")
    }

    @Test(arguments: Contracts.events.map(GoldenFile.init))
    func `an ordering key names its member`(file: GoldenFile) throws {
        let type = try #require(Contracts.event(named: file.name))
        let shape = try EventShape(of: type)
        let member = try #require(shape.key.firstMatch(of: #/^[a-z]+:\{([A-Za-z]+)\}$/#), "\(shape.key)")
        #expect(shape.fields.contains { $0.name == member.1 && $0.isRequired })
    }

    @Test func `members that may be missing, lists, choices and objects are told apart`() throws {
        let shape = try EventShape(of: Odd.self)
        #expect(
            shape.fields.map { "\($0.name): \($0.type)\($0.isRequired ? "" : "?")" } == [
                "word: text?", "count: whole number", "ratio: number", "isOn: true or false",
                "sizes: list of small | large", "inner: { at: date and time, id: UUID? }",
                "free: object",
            ]
        )
        #expect(shape.key == "odd:{inner.id}/{count}")
    }

    private static func fits(_ json: JSON, _ type: EventShape.ValueType) -> Bool {
        switch type {
        case .text: json.string != nil
        case .choice(let words): words.contains(json.string ?? "")
        case .uuid: json.string?.wholeMatch(of: #/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) != nil
        case .dateTime: json.string?.hasSuffix("Z") == true
        case .integer: json.integer != nil
        case .number: json.double != nil
        case .boolean: json.bool != nil
        case .list(let element): json.array?.allSatisfy { fits($0, element) } == true
        case .map, .any: true
        case .object(let fields):
            (json.object?.members ?? []).allSatisfy { member in fields.contains { $0.name == member.name } }
                && fields.allSatisfy { field in json[field.name].map { fits($0, field.type) } ?? !field.isRequired }
        }
    }
}

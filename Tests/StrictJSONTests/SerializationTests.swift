import StrictJSON
import Testing

@Suite struct SerializationTests {
    @Test func `members keep their order and text is compact`() {
        let json: JSON = ["b": [1, 2.5, nil], "a": true, "c": ["d": "x"]]
        #expect(json.description == #"{"b":[1,2.5,null],"a":true,"c":{"d":"x"}}"#)
    }

    @Test func `text is escaped where JSON asks for it and nowhere else`() {
        #expect(JSON.string("\"\\/\n\r\t\u{1}\u{1F}é😀").description == #""\"\\/\n\r\t\u0001\u001fé😀""#)
    }

    @Test(
        arguments: [0.1, 1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e21, 123456789.123, 1 / 3]
            as [Double]
    )
    func `doubles come back to the same bits`(value: Double) throws {
        let back = try JSON(parsing: JSON.number(value).bytes)
        #expect(back.double?.bitPattern == value.bitPattern)
    }

    @Test func `numbers that JSON does not have become null`() {
        #expect(JSON.array([.number(.infinity), .number(.nan)]).description == "[null,null]")
    }

    @Test func `objects are equal in any order`() {
        let one: JSON = ["a": 1, "b": 2]
        let other: JSON = ["b": 2, "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "b": 3])
        #expect(one != ["a": 1])
    }

    @Test(arguments: [3, 40]) func `members can be replaced and removed`(count: Int) {
        var object = JSONObject((0..<count).map { ("n\($0)", .integer($0)) })
        object["n1"] = "new"
        object["n0"] = nil
        object["last"] = true
        #expect(object.count == count)
        #expect(object["n0"] == nil)
        #expect(object["n1"] == "new")
        #expect(object["n2"] == 2)
        #expect(object.members.map(\.name).first == "n1")
        #expect(object.members.map(\.name).last == "last")
    }
}

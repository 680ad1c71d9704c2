import Foundation
import JourneySupport
import StrictJSON
import TestSupport
import Testing

/// The whole API's OpenAPI document says everything, and says it once.
@Suite(.timeLimit(.minutes(5))) struct DescriptionTests {
    private func described() async throws -> (text: String, json: JSON) {
        try await withStorytime(isMigrated: false) { storytime in
            let settings = ["STORYTIME_DATABASE_URL": "", "STORYTIME_PUBLIC_URL": "https://storytime.test/"]
            let result = try await storytime.run(["describe"], environment: settings).succeeded()
            return (result.output, try result.json)
        }
    }

    @Test func `it is complete, says everything once, and names the public address`() async throws {
        let document = try await described().json
        #expect(document["servers"]?[0]?["url"] == "https://storytime.test")
        #expect(document["info"]?["description"]?.string?.contains("RFC 9457") == true)
        let operations = document["paths"]?.object?.members.flatMap { $0.value.object?.members ?? [] } ?? []
        #expect(operations.count > 60)
        for operation in operations.map(\.value) {
            let name = operation["operationId"]?.string ?? "?"
            let statuses = operation["responses"]?.object?.members.map(\.name) ?? []
            #expect(statuses.contains { $0 < "300" } && statuses.contains("400") && statuses.contains("500"), "\(name)")
            #expect(operation["security"]?.array?.isEmpty == true || statuses.contains("401"), "\(name)")
        }
        var words = Words()
        words.read(document)
        #expect(words.missing == [], "Describe these")
        #expect(words.twice == [], "Say what tells these apart, or let the one object extend the other")
    }

    @Test func `every example fits its schema, and everything has one`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await described().text.write(toFile: file, atomically: true, encoding: .utf8)
        let judge = Command([Peer.python, Peer.checkout("Tests/Support/Peers/examples.py"), file])
        let verdict = try JSON(parsing: Array(try await judge.output().utf8))
        #expect(verdict["wrong"] == [])
        #expect((verdict["examples"]?.integer ?? 0) > 500)
    }
}

/// The summaries and descriptions of a document.
private struct Words {
    private(set) var missing: [String] = []
    private(set) var twice: [String] = []
    private var seen: Set<String> = []

    /// Members that hold texts of their own: nothing below an example is a description.
    mutating func read(_ json: JSON, at path: String = "#", named name: String = "") {
        switch json {
        case .object(let object):
            for member in object.members where !["example", "value"].contains(member.name) || name == "properties" {
                if let text = member.value.string, ["description", "summary"].contains(member.name) {
                    if !seen.insert(text).inserted { twice.append("\(path): \(text)") }
                }
                read(member.value, at: "\(path)/\(member.name)", named: member.name)
            }
            if needsDescription(object, at: path), object["description"] == nil { missing.append(path) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { read(element, at: "\(path)/\(index)") }
        default: break
        }
    }

    private func needsDescription(_ object: JSONObject, at path: String) -> Bool {
        let steps = path.split(separator: "/").map { String($0) }
        // Members of what is sent in part are described where it is whole.
        guard object["$ref"] == nil, !path.contains("/schemas/Sparse"), let owner = steps.dropLast().last else {
            return false
        }
        return ["properties", "parameters", "schemas", "headers", "requestBodies", "responses", "tags"].contains(owner)
    }
}

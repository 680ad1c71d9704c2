import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct SparseFieldTests {
    private static let kid = "/v1/kids/01020304-0506-7008-890a-0b0c0d0e0f10"

    @Test func `a resource has only the members that were asked for, and a version of its own`() async throws {
        try await Harness().run { client in
            let whole = try await client("GET", Self.kid, token: "parent")
            let sparse = try await client("GET", "\(Self.kid)?fields=name,id,name", token: "parent")
            #expect(sparse.json.object?.members.map(\.name) == ["id", "name"])
            #expect(sparse.json["name"] == whole.json["name"])
            let tag = try #require(sparse["etag"])
            #expect(tag != whole["etag"])
            for (path, status) in [
                ("\(Self.kid)?fields=name,id", 304), ("\(Self.kid)?fields=id,name", 304),
                ("\(Self.kid)?fields=name", 200), (Self.kid, 200),
            ] {
                let answer = try await client("GET", path, token: "parent", headers: ["If-None-Match": tag])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a list has them in each item, and goes on with them`() async throws {
        try await Harness().run { client in
            let page = try await client("GET", "/v1/kids?fields=name&limit=1", token: "parent")
            #expect(page.json["data"] == [["name": "Ada"]])
            #expect(page.json["hasMore"] == true)
            #expect(page.json["nextCursor"]?.string != nil)
            #expect(page["link"]?.contains("fields=name") == true)
        }
    }

    @Test(arguments: ["colour", "name,colour", "", "name,", "data", "Name"])
    func `a field that does not exist is refused with those that do`(fields: String) async throws {
        try await Harness().run { client in
            let answer = try await client("GET", "/v1/kids?fields=\(fields)", token: "parent")
            #expect(answer.status == 400)
            #expect(answer.problem == "MALFORMED_REQUEST")
            #expect(answer.errors == ["fields: unknown-field"])
            let detail = answer.json["detail"]?.string ?? ""
            #expect(detail.contains("\"\(fields.split(separator: ",").last { $0 != "name" } ?? "")\""))
            #expect(detail.contains("id, name, avatar, born"))
        }
    }

    @Test func `only reads of JSON take it`() async throws {
        try await Harness().run { client in
            for path in ["/v1/hello", "/health/live", "/openapi.json"] {
                #expect(try await client("GET", "\(path)?fields=name").problem == "VALIDATION_FAILED")
            }
            let kid = #"{"name":"A","age":3}"#
            let change = try await client("POST", "/v1/kids?fields=name", token: "parent", json: kid)
            #expect(change.problem == "VALIDATION_FAILED")
        }
    }

    @Test func `the description of the API names them and what is sent then`() async throws {
        try await Harness().run { client in
            let document = try await client("GET", "/openapi.json").json.spelledOut
            let get = document["paths"]?["/v1/kids"]?["get"]
            let parameter = get?["parameters"]?.array?.first { $0["name"] == "fields" }
            #expect(parameter?["explode"] == false)
            #expect(parameter?["required"] == false)
            #expect(parameter?["schema"]?["items"]?["enum"] == ["id", "name", "avatar", "born"])
            let schemas = get?["responses"]?["200"]?["content"]?["application/json"]?["schema"]?["anyOf"]
            #expect(schemas?[0] == ["$ref": "#/components/schemas/KidPage"])
            #expect(schemas?[1] == ["$ref": "#/components/schemas/SparseKidPage"])
            let components = document["components"]?["schemas"]
            #expect(components?["SparseKidPage"]?["required"] == ["data", "nextCursor", "hasMore"])
            #expect(
                components?["SparseKidPage"]?["properties"]?["data"]?["items"] == [
                    "$ref": "#/components/schemas/SparseKid"
                ]
            )
            #expect(components?["SparseKid"]?["required"] == nil)
            #expect(components?["SparseKid"]?["properties"]?["name"]?["type"] == "string")
        }
    }
}

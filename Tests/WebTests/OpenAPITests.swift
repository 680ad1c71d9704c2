import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct OpenAPITests {
    private func document() async throws -> JSON {
        let (documents, sink) = AsyncStream<JSON>.makeStream()
        try await Harness().run { client in
            let answer = try await client("GET", "/openapi.json")
            #expect(answer.status == 200)
            #expect(answer["cache-control"] == "public, max-age=300")
            sink.yield(answer.json)
        }
        return try #require(await documents.first { _ in true })
    }

    @Test func `every operation has what a client needs`() async throws {
        let document = try await document().spelledOut
        #expect(document["openapi"] == "3.1.1")
        let tags = Set(document["tags"]?.array?.compactMap { $0["name"]?.string } ?? [])
        var names: Set<String> = []
        for path in document["paths"]?.object?.members ?? [] {
            for operation in path.value.object?.members ?? [] {
                let name = try #require(operation.value["operationId"]?.string)
                #expect(names.insert(name).inserted)
                #expect(operation.value["summary"]?.string?.isEmpty == false)
                #expect(tags.contains(operation.value["tags"]?[0]?.string ?? ""))
                let responses = try #require(operation.value["responses"]?.object)
                #expect(responses.members.contains { $0.name.hasPrefix("2") })
                for response in responses.members where response.name >= "400" && !path.name.hasPrefix("/health") {
                    #expect(
                        response.value["content"]?["application/problem+json"]?["schema"]
                            == ["$ref": "#/components/schemas/Problem"]
                    )
                }
            }
        }
        #expect(names.isSuperset(of: ["listKids", "createKid", "readOpenAPI", "readHealth", "readReadiness"]))
    }

    @Test func `every reference leads somewhere`() async throws {
        let document = try await document()
        func references(in json: JSON) -> [String] {
            switch json {
            case .object(let object):
                object.members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references(in: $0.value) }
            case .array(let elements): elements.flatMap(references)
            default: []
            }
        }
        let all = Set(references(in: document))
        #expect(all.contains("#/components/schemas/KidPage"))
        #expect(all.contains("#/components/headers/WWW-Authenticate"))
        for reference in all {
            let target = reference.split(separator: "/").dropFirst().reduce(document as JSON?) { $0?[String($1)] }
            #expect(target != nil, "\(reference)")
        }
    }

    @Test func `what we take is closed, what we send may grow`() async throws {
        let schemas = try #require(try await document()["components"]?["schemas"])
        #expect(schemas["NewKid"]?["additionalProperties"] == false)
        #expect(schemas["Size"]?["additionalProperties"] == false)
        #expect(schemas["Kid"]?["additionalProperties"] == nil)
        #expect(schemas["NewKid"]?["required"] == ["name", "age"])
        #expect(schemas["NewKid"]?["properties"]?["name"]?["maxLength"] == 40)
        #expect(
            schemas["NewKid"]?["properties"]?["avatar"] == [
                "type": ["string", "null"], "enum": ["fox", "owl", nil], "example": "fox", "description": "The picture",
            ]
        )
    }

    @Test func `an operation tells its parameters, problems and security`() async throws {
        let paths = try #require(try await document().spelledOut["paths"])
        let list = try #require(paths["/v1/kids"]?["get"])
        #expect(list["parameters"]?[0]?["name"] == "limit")
        #expect(
            list["parameters"]?[0]?["schema"] == [
                "type": "integer", "minimum": 1, "maximum": 100, "default": 20, "example": 20,
            ]
        )
        #expect(list["security"] == [["bearer": ["parent"]]])
        let create = try #require(paths["/v1/kids"]?["post"])
        #expect(create["responses"]?["201"]?["headers"]?["Location"] != nil)
        #expect(create["responses"]?["403"]?["description"]?.string?.contains("QUOTA_EXCEEDED") == true)
        #expect(create["responses"]?["403"]?["description"]?.string?.contains("INVALID_ROLE") == true)
        #expect(
            create["requestBody"]?["content"]?["application/json"]?["schema"] == ["$ref": "#/components/schemas/NewKid"]
        )
        let kid = try #require(paths["/v1/kids/{kid}"])
        #expect(kid["get"]?["parameters"]?[0]?["schema"]?["format"] == "uuid")
        #expect(kid["get"]?["security"] == [["bearer": []]])
        #expect(kid["delete"]?["responses"]?["204"]?["content"] == nil)
        #expect(paths["/v1/hello"]?["get"]?["security"] == [])
    }

    @Test func `what operations have in common is said once`() async throws {
        let document = try await document()
        let kid: JSON = ["$ref": "#/components/parameters/kid"]
        #expect(document["paths"]?["/v1/kids/{kid}"]?["get"]?["parameters"]?[0] == kid)
        #expect(document["paths"]?["/v1/kids/{kid}"]?["delete"]?["parameters"] == [kid])
        #expect(document["components"]?["parameters"]?["kid"]?["description"] == "Which kid")
        #expect(document["components"]?["parameters"]?["sort"] == nil)
        let refused = document["components"]?["responses"]?["AUTH_REQUIRED.AUTH_INVALID_TOKEN.AUTH_TOKEN_EXPIRED"]
        #expect(refused?["headers"]?["WWW-Authenticate"] != nil)
        let expired = document["components"]?["examples"]?["AUTH_TOKEN_EXPIRED"]?["value"]
        #expect(expired?["status"] == 401 && expired?["code"] == "AUTH_TOKEN_EXPIRED")
    }

    @Test func `examples come from the rules, unless one is chosen`() {
        #expect(Schema.string(min: 6, max: 8).example == "textxx")
        #expect(Schema.string(max: 2).example == "te")
        #expect(Schema.integer(min: 400, max: 599).example == 400)
        #expect(Schema.array(.nullable(.enumeration(["fox", "owl"])), min: 2).example == ["fox", "fox"])
        #expect(Schema.string(format: .date).example("2030-01-01").example == "2030-01-01")
        for schema in [NewKid.schema, KidView.schema, Page<KidView>.schema, Problem.schema] {
            #expect(schema.violations(in: schema.example) == [])
        }
    }

    @Test func `an object that extends another has its members`() throws {
        let base = Schema.object("Base", "A base", [.required("id", .id, "Names it")])
        let more = Schema.object("More", "More", extending: [base], [.optional("age", .integer(), "In years")])
        #expect(more.violations(in: ["age": 3]).map(\.code) == [.required])
        #expect(more.violations(in: ["id": base.fields[0].schema.example]).isEmpty)
        let open = more.definition(closed: false)
        #expect(open["allOf"]?[0] == ["$ref": "#/components/schemas/Base"])
        #expect(open["allOf"]?[1]?["properties"]?.object?.members.map(\.name) == ["age"])
        #expect(more.definition(closed: true)["properties"]?.object?.members.map(\.name) == ["id", "age"])
    }
}

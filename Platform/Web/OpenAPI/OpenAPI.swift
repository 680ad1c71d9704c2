import HTTPTypes
import StrictJSON

/// The OpenAPI 3.1 document of an API, made of the declarations that route it.
struct OpenAPI {
    let configuration: WebConfiguration
    let groups: [EndpointGroup]
    private let endpoints: [Endpoint]
    private let common: CommonParts

    init(_ groups: [EndpointGroup], as configuration: WebConfiguration) {
        self.configuration = configuration
        self.groups = groups
        endpoints = groups.flatMap(\.endpoints)
        common = CommonParts(of: endpoints)
    }

    /// The whole document.
    var document: JSON {
        [
            "openapi": "3.1.1",
            "info": [
                "title": .string(configuration.title),
                "version": .string(configuration.version),
                "description": .string(Self.conventions),
            ],
            "servers": [["url": .string(configuration.publicURL), "description": "This installation"]],
            "tags": .array(groups.map { ["name": .string($0.name), "description": .string($0.description)] }),
            "paths": paths,
            "components": [
                "schemas": schemas,
                "parameters": common.section("parameters"),
                "requestBodies": common.section("requestBodies"),
                "responses": common.section("responses"),
                "examples": examples,
                "headers": Self.headers(Set(endpoints.flatMap(\.replies).flatMap(\.headers))),
                "securitySchemes": ["bearer": Self.bearer],
            ],
        ]
    }

    private static let bearer: JSON = [
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the sign-in endpoints, and the role that its account must have.",
    ]

    private var paths: JSON {
        var paths = JSONObject()
        for group in groups {
            for endpoint in group.endpoints {
                var item = paths[endpoint.path]?.object ?? [:]
                item[endpoint.method.rawValue.lowercased()] = endpoint.operation(tag: group.name, sharing: common)
                paths[endpoint.path] = .object(item)
            }
        }
        return .object(paths)
    }

    /// Every problem that some reply may be, by name.
    var problems: [ProblemCode] {
        Set(endpoints.flatMap(\.replies).flatMap(\.problems)).sorted { $0.name < $1.name }
    }

    private var examples: JSON {
        .object(JSONObject(problems.map { ($0.name, ["description": .string($0.title), "value": $0.example]) }))
    }

    /// Every object that is sent or received whole, by name.
    var objects: [Schema] {
        let received = endpoints.flatMap(\.responses).flatMap { $0.content?.schema.components ?? [] }
        return Self.byName(sent + received + Problem.schema.components)
    }

    /// What can be sent to us is closed, what we send may grow.
    private var schemas: JSON {
        let closed = Set(sent)
        let all = Self.byName(objects + endpoints.flatMap { $0.sparse?.part.components ?? [] })
        return .object(
            JSONObject(all.map { ($0.componentName ?? "", $0.definition(closed: closed.contains($0))) })
        )
    }

    private var sent: [Schema] { endpoints.flatMap { $0.accepts?.schema.components ?? [] } }

    private static func byName(_ schemas: [Schema]) -> [Schema] {
        var seen: [String: Schema] = [:]
        for schema in schemas {
            guard let name = schema.componentName else { continue }
            precondition(seen[name] ?? schema == schema, "Two different schemas are called \(name)")
            seen[name] = schema
        }
        return seen.sorted { $0.key < $1.key }.map(\.value)
    }
}

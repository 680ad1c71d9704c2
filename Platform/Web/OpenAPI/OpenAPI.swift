import HTTPTypes
import StrictJSON

/// The OpenAPI 3.1 document of an API, made of the declarations that route it.
struct OpenAPI {
    let title: String
    let version: String
    let groups: [EndpointGroup]

    /// The whole document.
    var document: JSON {
        [
            "openapi": "3.1.1",
            "info": ["title": .string(title), "version": .string(version)],
            "tags": .array(groups.map { ["name": .string($0.name), "description": .string($0.description)] }),
            "paths": paths,
            "components": ["schemas": schemas, "securitySchemes": ["bearer": Self.bearer], "headers": Self.headers],
        ]
    }

    private static let bearer: JSON = [
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the sign-in endpoints.",
    ]

    private var paths: JSON {
        var paths = JSONObject()
        for group in groups {
            for endpoint in group.endpoints {
                var item = paths[endpoint.path]?.object ?? [:]
                item[endpoint.method.rawValue.lowercased()] = endpoint.operation(tag: group.name)
                paths[endpoint.path] = .object(item)
            }
        }
        return .object(paths)
    }

    /// Every named object: what can be sent to us is closed, what we send may grow.
    private var schemas: JSON {
        let endpoints = groups.flatMap(\.endpoints)
        let sent = Set(endpoints.flatMap { $0.accepts?.schema.components ?? [] })
        let received = endpoints.flatMap(\.responses).flatMap { $0.content?.schema.components ?? [] }
        var schemas = JSONObject()
        var seen: [String: Schema] = [:]
        for schema in sent + received + Problem.schema.components {
            guard let name = schema.componentName else { continue }
            precondition(seen[name] ?? schema == schema, "Two different schemas are called \(name)")
            seen[name] = schema
        }
        for (name, schema) in seen.sorted(by: { $0.key < $1.key }) {
            schemas[name] = schema.definition(closed: sent.contains(schema))
        }
        return .object(schemas)
    }
}

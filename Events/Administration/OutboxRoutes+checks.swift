import EventOutbox
import HTTPTypes
import StrictJSON
import Web

extension OutboxRoutes {
    var audit: Endpoint {
        look(
            "/audit",
            "auditOutbox",
            "Account for every committed event, independently of the cursors; the newest ones unless told otherwise",
            query: [
                .string("listener", "Only this listener's deliveries").example("achievements.progress"),
                .integer("from", 1...Int(Int32.max) << 20, "The first position"),
                .integer("to", 1...Int(Int32.max) << 20, "The last position; the log's end unless given"),
            ],
            returns: .ok(AuditReport.self),
            fails: [.notFound, .conflict]
        ) { request in
            let last = request.query.integer("to")
            let end = if let last { last } else { try await operations.status().head }
            let first = request.query.integer("from") ?? max(1, end - Self.auditSpan + 1)
            return try await operations.audit(of: request.query["listener"], from: first, through: last)
        }
    }

    var preflight: Endpoint {
        look(
            "/preflight",
            "checkOutboxPreflight",
            "Try whether the program that serves can decode and route everything undelivered",
            returns: .ok(PreflightReport.self)
        ) { _ in try await operations.preflight(catalog) }
    }

    var catalogue: Endpoint {
        look(
            "/catalog",
            "readEventCatalog",
            "List every event with its fields, key, publisher and listeners",
            returns: .ok(CatalogDocument.self)
        ) {
            _ in try CatalogDocument(catalog, listeners: listeners)
        }
    }

    var asyncAPI: Endpoint {
        look(
            "/catalog/asyncapi",
            "readAsyncAPI",
            "Describe the events as an AsyncAPI 3.0 document",
            returns: .bytes("application/vnd.aai.asyncapi+json;version=3.0.0")
        ) {
            _ in
            Bytes(Array(try CatalogDocument(catalog, listeners: listeners).asyncAPI.bytes))
        }
    }
}

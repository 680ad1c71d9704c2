public import EventOutbox
public import Web

extension AuditReport: ResponseBody {
    /// The members of ``AuditReport``.
    public static let schema = Schema.object(
        "OutboxAudit",
        [
            .required("from", .integer(min: 1)),
            .required("to", .integer(min: 0)),
            .required("events", .integer(min: 0), "How many events have a position in between"),
            .required("listeners", .array(AuditedListener.schema)),
            .required("findings", .array(AuditFinding.schema), "What should not be; empty when all is accounted for"),
            .required("notes", .array(AuditFinding.schema), "What is no fault and yet worth knowing"),
            .required("isTruncated", .boolean, "True when there was more than fits"),
            .required("proven", .array(.string())),
            .required("notProven", .array(.string())),
        ]
    )
}

extension AuditedListener: Described {
    /// The members of ``AuditedListener``.
    public static let schema = Schema.object(
        "OutboxAuditedListener",
        [
            .required("name", .string()),
            .required("heard", .integer(min: 0)),
            .required("passed", .integer(min: 0)),
            .required("waiting", .integer(min: 0)),
            .required("heldBack", .integer(min: 0)),
            .required("skipped", .integer(min: 0)),
        ]
    )
}

extension AuditFinding: Described {
    /// The members of ``AuditFinding``.
    public static let schema = Schema.object(
        "OutboxAuditFinding",
        [
            .required("kind", .string()),
            .optional("listener", .string()),
            .optional("position", .integer(min: 0)),
            .optional("event", .id),
            .required("detail", .string()),
        ]
    )
}

extension PreflightReport: ResponseBody {
    /// The members of ``PreflightReport``.
    public static let schema = Schema.object(
        "OutboxPreflight",
        [
            .required("events", .integer(min: 0), "How many events were read"),
            .required("after", .integer(min: 0)),
            .required("head", .integer(min: 0)),
            .required("problems", .array(PreflightFinding.schema), "What would go wrong"),
            .required("notices", .array(PreflightFinding.schema), "What will happen"),
        ]
    )
}

extension PreflightFinding: Described {
    /// The members of ``PreflightFinding``.
    public static let schema = Schema.object(
        "OutboxPreflightFinding",
        [.required("kind", .string()), .required("subject", .string()), .required("detail", .string())]
    )
}

extension CatalogDocument: ResponseBody {
    /// The members of ``CatalogDocument``.
    public static let schema = Schema.object(
        "EventCatalog",
        [
            .required("events", .array(CatalogEntry.schema), "By name"),
            .required("hearingAll", .array(CatalogListener.schema), "Listeners that hear every event"),
        ]
    )
}

extension CatalogEntry: Described {
    /// The members of ``CatalogEntry``.
    public static let schema = Schema.object(
        "EventCatalogEntry",
        [
            .required("name", .string()),
            .required("version", .integer(min: 1)),
            .required("publisher", .string()),
            .required("orderingKey", .string()),
            .required("payload", .any, "A JSON Schema"),
            .required("listeners", .array(CatalogListener.schema)),
        ]
    )
}

extension CatalogListener: Described {
    /// The members of ``CatalogListener``.
    public static let schema = Schema.object(
        "EventCatalogListener",
        [.required("name", .string()), .required("effect", .string()), .required("lanes", .integer(min: 1))]
    )
}

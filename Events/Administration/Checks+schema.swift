public import EventOutbox
public import Web

extension AuditReport: ResponseBody {
    /// The members of ``AuditReport``.
    public static let schema = Schema.object(
        "OutboxAudit",
        "What an audit of the log found, and what that proves",
        [
            .required("from", .integer(min: 1), "The first position that was audited"),
            .required("to", .integer(min: 0), "The last of them"),
            .required("events", .integer(min: 0), "How many events have a position in between"),
            .required("listeners", .array(AuditedListener.schema), "What became of them at each listener"),
            .required("findings", .array(AuditFinding.schema), "What should not be; empty when all is accounted for"),
            .required("notes", .array(AuditFinding.schema), "What is no fault and yet worth knowing"),
            .required("isTruncated", .boolean, "True when there was more than fits"),
            .required("proven", .array(.string().example("no position is missing")), "What holds for certain"),
            .required(
                "notProven",
                .array(.string().example("that effects outside Postgres happened")),
                "What no audit can tell"
            ),
        ]
    )
}

extension AuditedListener: Described {
    /// The members of ``AuditedListener``.
    public static let schema = Schema.object(
        "OutboxAuditedListener",
        "What became of the audited events at one listener",
        [
            .required("name", .string().example("achievements.progress"), "Its name"),
            .required("heard", .integer(min: 0), "How many of the events concern it"),
            .required("passed", .integer(min: 0), "How many of these it has behind it"),
            .required("waiting", .integer(min: 0), "How many are still to come"),
            .required("heldBack", .integer(min: 0), "How many are retried, parked or dead"),
            .required("skipped", .integer(min: 0), "How many an operator has skipped"),
        ]
    )
}

extension AuditFinding: Described {
    /// The members of ``AuditFinding``.
    public static let schema = Schema.object(
        "OutboxAuditFinding",
        "Something about the log that an operator should know",
        [
            .required("kind", .string().example("lost"), "What kind of finding it is; stable"),
            .optional("listener", .string().example("achievements.progress"), "Which listener it concerns"),
            .optional("position", .integer(min: 0), "Where in the log"),
            .optional("event", .id, "Which event it concerns"),
            .required("detail", .string().example("It was committed and never delivered"), "The finding in words"),
        ]
    )
}

extension PreflightReport: ResponseBody {
    /// The members of ``PreflightReport``.
    public static let schema = Schema.object(
        "OutboxPreflight",
        "What a change of the program would mean for events that are waiting",
        [
            .required("events", .integer(min: 0), "How many events were read"),
            .required("after", .integer(min: 0), "The position after which they begin"),
            .required("head", .integer(min: 0), "The last position of the log then"),
            .required("problems", .array(PreflightFinding.schema), "What would go wrong"),
            .required("notices", .array(PreflightFinding.schema), "What will happen"),
        ]
    )
}

extension PreflightFinding: Described {
    /// The members of ``PreflightFinding``.
    public static let schema = Schema.object(
        "OutboxPreflightFinding",
        "One thing that the new program would do differently",
        [
            .required("kind", .string().example("undecodable"), "What kind of difference it is; stable"),
            .required("subject", .string().example("achievements.progress"), "The listener or event it concerns"),
            .required(
                "detail",
                .string().example("Version 2 of the payload cannot be read"),
                "The difference in words"
            ),
        ]
    )
}

extension CatalogDocument: ResponseBody {
    /// The members of ``CatalogDocument``.
    public static let schema = Schema.object(
        "EventCatalog",
        "Every event that this program knows, and who hears it",
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
        "One kind of event",
        [
            .required("name", .string().example("stories.story-completed"), "The name it is stored by"),
            .required("version", .integer(min: 1), "The version of its payload"),
            .required("publisher", .string().example("stories"), "The module that announces it"),
            .required("orderingKey", .string().example("kid:{kid}"), "What it stays in order with"),
            .required("payload", .any.example(["type": "object"]), "A JSON Schema"),
            .required("listeners", .array(CatalogListener.schema), "Who hears it"),
        ]
    )
}

extension CatalogListener: Described {
    /// The members of ``CatalogListener``.
    public static let schema = Schema.object(
        "EventCatalogListener",
        "A listener that hears it, and how",
        [
            .required("name", .string().example("achievements.progress"), "The name it keeps its cursor by"),
            .required("effect", .string().example("transactional"), "What it may do: transactional, volatile or relay"),
            .required("lanes", .integer(min: 1), "Into how many lanes its keys are spread"),
        ]
    )
}

public import EventDelivery
public import EventOutbox
public import Events
import FoundationEssentials
import HTTPTypes
import StrictJSON
public import Web

/// The operations on the outbox over HTTP, for administrators: what `storytime outbox` does, with the same words.
///
/// Whatever changes something needs a reason and is written to the log of operations with the administrator's identifier.
public struct OutboxRoutes: Sendable {
    let operations: OutboxOperations
    let catalog: EventCatalog
    let listeners: [Listener]
    let configuration: OutboxConfiguration

    /// How many positions an audit looks at in one request, unless it is asked for others.
    static let auditSpan = 100_000

    /// The operations of a program with these events and listeners.
    public init(
        _ operations: OutboxOperations,
        catalog: EventCatalog,
        listeners: [Listener],
        configuration: OutboxConfiguration = OutboxConfiguration()
    ) {
        self.configuration = configuration
        self.operations = operations
        self.catalog = catalog
        self.listeners = listeners
    }

    /// Every route.
    public var group: EndpointGroup {
        EndpointGroup(
            "Outbox",
            "The event path for administrators: what happened, who has heard it, what is held up, and replays.",
            [status, listenerList, eventList, event, audit, preflight, catalogue, asyncAPI, opsLog]
                + [replayList, replay, replayPlan, replayRehearsal, replayBegin, replayAbort, replayResume]
                + [retention, archiveList, restore]
        )
    }

    /// An operation that only looks.
    func look<Output>(
        _ path: String,
        _ id: String,
        _ summary: String,
        path parameters: [Parameter] = [],
        query: [Parameter] = [],
        returns success: Success<Output>,
        fails: [ProblemCode] = [],
        _ answer: @escaping @Sendable (Request) async throws -> Output
    ) -> Endpoint {
        Endpoint(
            .get,
            "/v1/admin/outbox\(path)",
            id,
            summary,
            access: .administrator,
            path: parameters,
            query: query,
            returns: success,
            fails: fails
        ) { request in .ok(try await answer(request)) }
    }

    private var status: Endpoint {
        look(
            "/status",
            "readOutboxStatus",
            "See the log, the listeners and what holds them up",
            returns: .ok(OutboxStatus.self)
        ) {
            _ in try await operations.status(retention: configuration.retention)
        }
    }

    private var listenerList: Endpoint {
        look(
            "/listeners",
            "listListeners",
            "List the listeners and how far each has come",
            returns: .ok(Page<ListenerStatus>.self)
        ) {
            _ in Page(try await operations.listenerStatus())
        }
    }

    private var eventList: Endpoint {
        look(
            "/events",
            "listEvents",
            "List events of the log: the newest, or the first after a position",
            query: [
                .string("name", "Only events of this name").example("stories.story-completed"),
                .string("key", "Only events of this key").example("kid:0190f2a4-5b3c-7d1e-8f00-1234567890ab"),
                .integer("after", 0...Int(Int32.max) << 20, "Only events after this position"),
                .integer("limit", 1...100, "How many events at most", default: 20),
            ],
            returns: .ok(Page<EventView>.self)
        ) { request in
            let (after, limit) = (request.query.integer("after"), request.query.integer("limit") ?? 20)
            let filter = EventFilter(name: request.query["name"], key: request.query["key"], after: after, limit: limit)
            let events = try await operations.events(filter)
            return Page(
                events,
                nextCursor: after != nil && events.count == limit ? events.last.map { "\($0.position)" } : nil
            )
        }
    }

    private var event: Endpoint {
        look(
            "/events/{event}",
            "readEvent",
            "See one event whole, and how each listener stands to it",
            path: [.string("event", "The event's identifier or position", max: 36).example("1")],
            returns: .ok(EventDetail.self),
            fails: [.notFound]
        ) { request in
            let (event, deliveries) = try await operations.show(try request.text("event"))
            return EventDetail(event: event, deliveries: deliveries)
        }
    }

    private var opsLog: Endpoint {
        look(
            "/ops-log",
            "listOperations",
            "List what operators did, when and why",
            query: [
                Parameter("since", .dateTime, "Only what was done since"),
                .string("operator", "Only what this operator did").example("operator:ada"),
                .string("verb", "Only this verb, such as replay").example("replay"),
                .integer("limit", 1...100, "How many, the newest ones", default: 20),
            ],
            returns: .ok(Page<OpsLogEntry>.self)
        ) { request in
            let filter = OpsLogFilter(
                since: request.query["since"].flatMap { Date(rfc3339: $0) },
                operator: request.query["operator"],
                verb: request.query["verb"],
                limit: request.query.integer("limit") ?? 20
            )
            return Page(try await operations.opsLog(filter))
        }
    }
}

/// One event and how each listener stands to it.
struct EventDetail: ResponseBody {
    let event: EventView
    let deliveries: [EventDeliveryView]

    static let schema = Schema.object(
        "OutboxEventDetail",
        "One event and how each listener stands to it",
        [
            .required("event", EventView.schema),
            .required("deliveries", .array(EventDeliveryView.schema), "How each listener stands to it"),
        ]
    )
}

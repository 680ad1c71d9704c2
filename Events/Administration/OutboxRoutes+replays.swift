import EventOutbox
import FoundationEssentials
import HTTPTypes
import Identifiers
import Postgres
import Web

extension OutboxRoutes {
    var replayList: Endpoint {
        look("/replays", "listReplays", "List replays and how far each has come", returns: .ok(Page<ReplayStatus>.self))
        { _ in
            Page(try await operations.replays())
        }
    }

    var replay: Endpoint {
        look("/replays/{replay}", "readReplay", "See one replay", returns: .ok(ReplayStatus.self), fails: [.notFound]) {
            request in
            try await operations.replay(try request.replay)
        }
    }

    var replayPlan: Endpoint {
        change(
            "/replays/plan",
            "planReplay",
            "Count what a replay would hand over",
            ReplaySelection.self,
            returns: .ok(ReplayPlan.self)
        ) {
            _,
            selection in .ok(try await operations.planReplay(selection.request))
        }
    }

    var replayRehearsal: Endpoint {
        change(
            "/replays/rehearsal",
            "rehearseReplay",
            "Run the first 1,000 events of a replay, tell what changes, and roll everything back",
            ReplaySelection.self,
            returns: .ok(ReplayRehearsal.self)
        ) { _, selection in
            let plan = try await operations.planReplay(selection.request)
            do {
                return .ok(try await operations.rehearseReplay(plan, atMost: 1_000))
            } catch {
                if (error as? DatabaseError)?.isTransient == true || error is CancellationError { throw error }
                throw Problem(.conflict, "The rehearsal failed and was rolled back: \(error)")
            }
        }
    }

    var replayBegin: Endpoint {
        change(
            "/replays",
            "beginReplay",
            "Hand events to one listener again; the nodes drive it, below live traffic",
            ReplayOrder.self,
            returns: .accepted(ReplayStatus.self)
        ) { request, order in
            let plan = try await operations.planReplay(order.selection.request)
            guard plan.total > 0 else { throw Problem(.conflict, "The replay would hand over nothing") }
            let person = try request.person(because: order.reason)
            let id = try await operations.beginReplay(plan, detached: true, by: person)
            return .accepted(try await operations.replay(id))
        }
    }

    var replayAbort: Endpoint {
        change(
            "/replays/{replay}/abort",
            "abortReplay",
            "End a replay where it stands",
            Reason.self,
            returns: .ok(ReplayStatus.self)
        ) {
            request,
            body in
            let person = try request.person(because: body.reason)
            return .ok(try await operations.abortReplay(try request.replay, by: person))
        }
    }

    var replayResume: Endpoint {
        change(
            "/replays/{replay}/resume",
            "resumeReplay",
            "Let a replay go on that has failed or was interrupted",
            Reason.self,
            returns: .accepted(ReplayStatus.self)
        ) { request, body in
            let person = try request.person(because: body.reason)
            return .accepted(try await operations.resumeReplay(try request.replay, detached: true, by: person))
        }
    }

    /// An operation that changes something.
    func change<Input: RequestBody, Output>(
        _ path: String,
        _ id: String,
        _ summary: String,
        _ input: Input.Type,
        returns success: Success<Output>,
        handler: @escaping @Sendable (Request, Input) async throws -> Reply<Output>
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/admin/outbox\(path)",
            id,
            summary,
            access: .administrator,
            accepts: input,
            returns: success,
            fails: [.notFound, .conflict],
            handler: handler
        )
    }
}

extension Request {
    /// The replay that the path names.
    fileprivate var replay: UUID {
        get throws {
            guard let id = UUID(uuidString: try text("replay")) else { throw Problem.notFound("replay") }
            return id
        }
    }

    /// The administrator who asks, for the log of operations.
    func person(because reason: String) throws -> Operator {
        Operator(name: "user:\(try identity.user)", reason: reason)
    }
}

import EventDelivery
import EventOutbox
import Events
import Foundation
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing
import Web

@testable import EventAdministration

/// The operations over HTTP.
@Suite(.timeLimit(.minutes(1))) struct OutboxRoutesTests {
    private static let prefix = "/v1/admin/outbox"

    @Test func `an administrator sees everything, each as it is described`() async throws {
        try await AdminStage.run { stage in
            try await stage.publish(3)
            let described: [(String, Schema)] = [
                ("/status", OutboxStatus.schema), ("/listeners", Page<ListenerStatus>.schema),
                ("/events", Page<EventView>.schema),
                ("/events?after=1&limit=1&name=tests.told", Page<EventView>.schema),
                ("/events/2", EventDetail.schema), ("/audit", AuditReport.schema),
                ("/audit?listener=tests.count&from=1&to=2", AuditReport.schema), ("/preflight", PreflightReport.schema),
                ("/catalog", CatalogDocument.schema), ("/ops-log", Page<OpsLogEntry>.schema),
                ("/replays", Page<ReplayStatus>.schema), ("/retention", RetentionPlan.schema),
            ]
            for (path, schema) in described {
                let answer = try await stage.api("GET", Self.prefix + path, as: stage.admin)
                #expect(answer.status == 200, "\(path) answers \(answer.problem)")
                #expect(schema.violations(in: answer.json).isEmpty, "\(path) is not as described")
            }
            let page = try await stage.api("GET", Self.prefix + "/events?after=1&limit=1", as: stage.admin)
            #expect(page[member: "data"]?[0]?["position"] == 2 && page[member: "nextCursor"] == "2")
            let api = try await stage.api("GET", Self.prefix + "/catalog/asyncapi", as: stage.admin)
            #expect(api[member: "asyncapi"] == "3.0.0")
        }
    }

    @Test func `archives are named without a folder, and are where the configuration says`() async throws {
        try await AdminStage.run { stage in
            let list = try await stage.api("GET", Self.prefix + "/archives", as: stage.admin)
            #expect(list.status == 409)
            #expect(list[member: "detail"]?.string?.contains("STORYTIME_ARCHIVE_DIRECTORY") == true)
            let order = #"{"file": "events-1-10.jsonl.gz", "reason": "test"}"#
            #expect(try await stage.post("/archives/restore", order).status == 409)
            let elsewhere = #"{"file": "../events-1-10.jsonl.gz", "reason": "test"}"#
            #expect(try await stage.post("/archives/restore", elsewhere).errors.first?.hasPrefix("#/file") == true)
        }
    }

    @Test func `nobody else does`() async throws {
        try await AdminStage.run { stage in
            for path in ["/status", "/events", "/ops-log", "/replays"] {
                #expect(try await stage.api("GET", Self.prefix + path).problem == "401 AUTH_REQUIRED")
                let parent = try await stage.api("GET", Self.prefix + path, as: UserID.new())
                #expect(parent.problem == "403 INVALID_ROLE")
            }
            let order = try await stage.api("POST", Self.prefix + "/replays", as: UserID.new(), json: "{}")
            #expect(order.problem == "403 INVALID_ROLE")
        }
    }

    @Test func `a replay needs a reason, is driven by the nodes, and is written down with who began it`() async throws {
        try await AdminStage.run { stage in
            try await stage.publish(3)
            let selection = #""listener": "tests.count", "from": 2, "names": ["tests.told"]"#
            let plan = try await stage.post("/replays/plan", "{\(selection)}")
            #expect(plan[member: "total"] == 2 && ReplayPlan.schema.violations(in: plan.json).isEmpty)
            let rehearsal = try await stage.post("/replays/rehearsal", "{\(selection)}")
            #expect(rehearsal[member: "delivered"] == 2)
            #expect(rehearsal[member: "tables"]?[0]?["updated"] == 2)
            #expect(ReplayRehearsal.schema.violations(in: rehearsal.json).isEmpty)
            #expect(try await stage.post("/replays", "{\(selection)}").errors == ["#/reason: required"])

            let begun = try await stage.post("/replays", "{\(selection), \"reason\": \"lost rows\"}")
            #expect(begun.status == 202 && ReplayStatus.schema.violations(in: begun.json).isEmpty)
            let id = try #require(begun[member: "id"]?.string)
            try await stage.drive {
                try await eventually {
                    let replay = try await stage.api("GET", Self.prefix + "/replays/\(id)", as: stage.admin)
                    return replay[member: "state"] == "finished"
                }
            }
            #expect(try await stage.count() == 5)
            let log = try await stage.api("GET", Self.prefix + "/ops-log", as: stage.admin)
            let entry = try #require(log[member: "data"]?[0])
            #expect(entry["verb"] == "replay" && entry["reason"] == "lost rows")
            #expect(entry["operator"] == .string("user:\(stage.admin)"))
            let abort = try await stage.post("/replays/\(id)/abort", #"{"reason": "too late"}"#)
            #expect(abort.problem == "409 CONFLICT")
        }
    }

    @Test func `a replay is aborted`() async throws {
        try await AdminStage.run { stage in
            try await stage.publish(2)
            let begun = try await stage.post("/replays", #"{"listener": "tests.count", "reason": "test"}"#)
            let id = try #require(begun[member: "id"]?.string)
            let aborted = try await stage.post("/replays/\(id)/abort", #"{"reason": "wrong listener"}"#)
            #expect(
                aborted[member: "state"] == "aborted" && aborted[member: "abortedBy"] == .string("user:\(stage.admin)")
            )
            #expect(
                try await stage.post("/replays/\(id)/resume", #"{"reason": "after all"}"#).problem == "409 CONFLICT"
            )
        }
    }

    @Test func `what is not there or does not fit is told`() async throws {
        try await AdminStage.run { stage in
            try await stage.publish(1)
            let nobody = try await stage.post("/replays/plan", #"{"listener": "tests.nobody"}"#)
            #expect(nobody.problem == "404 RESOURCE_NOT_FOUND")
            let beyond = try await stage.post("/replays/plan", #"{"listener": "tests.count", "from": 9}"#)
            #expect(beyond.problem == "422 VALIDATION_FAILED")
            let unknown = try await stage.api("GET", Self.prefix + "/replays/\(UUID())", as: stage.admin)
            #expect(unknown.problem == "404 RESOURCE_NOT_FOUND")
            let event = try await stage.api("GET", Self.prefix + "/events/99", as: stage.admin)
            #expect(event.problem == "404 RESOURCE_NOT_FOUND")
            let rate = try await stage.post("/replays", #"{"listener": "tests.count", "rate": 0, "reason": "r"}"#)
            #expect(rate.errors == ["#/rate: minimum"])
        }
    }
}

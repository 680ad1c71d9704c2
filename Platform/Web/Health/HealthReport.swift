import HTTPTypes
import StrictJSON

/// What some of the checks found.
struct HealthReport: Sendable {
    var results: [(check: HealthCheck, status: HealthStatus)] = []
    /// Whether it speaks for the whole process, to which what is not required makes only half a difference.
    var isOverall = true

    /// The worst of all.
    var level: HealthStatus.Level {
        let levels = results.map {
            isOverall && !$0.check.isRequired && $0.status.level == .fail ? .warn : $0.status.level
        }
        return levels.contains(.fail) ? .fail : levels.contains(.warn) ? .warn : .pass
    }

    /// The reply, with what was counted or without.
    func response(withValues: Bool) -> Response {
        let checks = results.map { result -> (String, JSON) in
            var check: JSONObject = ["status": .string(result.status.level.rawValue)]
            check["output"] = result.status.output.map { .string($0) }
            if withValues, !result.status.values.isEmpty {
                let values = result.status.values.sorted { $0.key < $1.key }
                check["values"] = .object(JSONObject(values.map { ($0.key, .integer($0.value)) }))
            }
            return (result.check.name, [.object(check)])
        }
        return .health(level, checks.isEmpty ? [:] : ["checks": .object(JSONObject(checks))])
    }
}

extension Response {
    static let healthMediaType = "application/health+json"

    static func health(_ level: HealthStatus.Level, _ more: JSONObject) -> Response {
        let json = JSON.object(
            JSONObject([("status", .string(level.rawValue))] + more.members.map { ($0.name, $0.value) })
        )
        return Response(
            status: level == .fail ? .serviceUnavailable : .ok,
            headers: [.contentType: healthMediaType],
            body: .bytes(json.bytes)
        )
    }
}

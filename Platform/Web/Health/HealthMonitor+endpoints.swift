import HTTPTypes
import StrictJSON

extension HealthMonitor {
    /// `/health` for people, `/health/live` and `/health/ready` for orchestrators; all of them open and never stored.
    nonisolated var group: EndpointGroup {
        EndpointGroup(
            "Health",
            "Whether the process lives, may get traffic, and has what it needs.",
            [
                endpoint("/health", "readHealth", "Tell how everything is") { [self] in await report().response },
                endpoint("/health/live", "readLiveness", "Tell whether the process lives") { Report().response },
                endpoint("/health/ready", "readReadiness", "Tell whether to send traffic here") { [self] in
                    lifecycle.isDraining ? .health(.fail, ["output": "Going away"]) : await report().response
                },
            ]
        )
    }

    private nonisolated func endpoint(
        _ path: String,
        _ operationID: String,
        _ summary: String,
        _ answer: @escaping @Sendable () async -> Response
    ) -> Endpoint {
        let content = Content(mediaType: Response.healthMediaType, schema: Self.schema)
        return Endpoint(
            .get,
            path,
            operationID,
            summary,
            access: .anyone,
            responses: [
                ResponseDeclaration(status: .ok, description: "It works, perhaps with warnings", content: content),
                ResponseDeclaration(status: .serviceUnavailable, description: "It does not work", content: content),
            ]
        ) { _ in
            await answer()
        }
    }

    private static var schema: Schema {
        let check = Schema.object(
            "HealthCheck",
            [.required("status", level, "How it is"), .optional("output", .string(), "What is wrong")]
        )
        return .object(
            "Health",
            [
                .required("status", level, "How everything is"),
                .optional("output", .string(), "What is wrong"),
                .optional("checks", .map(.array(check)), "How each part is"),
            ]
        )
    }

    private static let level = Schema.enumeration(["pass", "warn", "fail"])
}

extension HealthMonitor.Report {
    fileprivate var response: Response {
        let checks = results.map { result -> (String, JSON) in
            var check: JSONObject = ["status": .string(result.status.level.rawValue)]
            check["output"] = result.status.output.map { .string($0) }
            return (result.check.name, [.object(check)])
        }
        return .health(level, checks.isEmpty ? [:] : ["checks": .object(JSONObject(checks))])
    }
}

extension Response {
    fileprivate static let healthMediaType = "application/health+json"

    fileprivate static func health(_ level: HealthStatus.Level, _ more: JSONObject) -> Response {
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

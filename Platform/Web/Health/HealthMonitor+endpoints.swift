import HTTPTypes
import StrictJSON

extension HealthMonitor {
    /// `/health` for people, `/health/live` and `/health/ready` for orchestrators, a page for each part that has checks,
    /// and `/health/full` for all of them. Open and never stored; what was counted is for administrators.
    nonisolated var group: EndpointGroup {
        EndpointGroup(
            "Health",
            "Whether the process lives, may get traffic, and has what it needs.",
            [
                endpoint("/health", "readHealth", "Tell how everything is") { await $0.report(of: \.isProbed) },
                endpoint("/health/live", "readLiveness", "Tell whether the process lives") { _ in HealthReport() },
                readiness,
                endpoint("/health/full", "readFullHealth", "Ask everything, also what is slow or far away") {
                    await $0.report { _ in true }
                },
            ] + parts.map(page)
        )
    }

    /// The parts that have checks, in the order of these.
    private nonisolated var parts: [String] {
        checks.map(\.part).reduce(into: []) { parts, part in
            if !parts.contains(part) { parts.append(part) }
        }
    }

    private nonisolated func page(of part: String) -> Endpoint {
        let name = part.prefix(1).uppercased() + part.dropFirst()
        return endpoint("/health/\(part)", "read\(name)Health", "Tell how `\(part)` is") {
            await $0.report(isOverall: false) { $0.part == part }
        }
    }

    private nonisolated var readiness: Endpoint {
        endpoint("/health/ready", "readReadiness", "Tell whether to send traffic here") { monitor, request in
            if monitor.lifecycle.isDraining { return .health(.fail, ["output": "Going away"]) }
            return await monitor.response(to: request, await monitor.report(of: \.isProbed))
        }
    }

    private nonisolated func endpoint(
        _ path: String,
        _ operationID: String,
        _ summary: String,
        _ report: @escaping @Sendable (HealthMonitor) async -> HealthReport
    ) -> Endpoint {
        endpoint(path, operationID, summary) { monitor, request in
            await monitor.response(to: request, await report(monitor))
        }
    }

    private nonisolated func endpoint(
        _ path: String,
        _ operationID: String,
        _ summary: String,
        _ answer: @escaping @Sendable (HealthMonitor, Request) async -> Response
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
        ) { [self] request in
            await answer(self, request)
        }
    }

    private nonisolated func response(to request: Request, _ report: HealthReport) async -> Response {
        report.response(withValues: await isFromAdministrator(request))
    }

    /// A token that proves nothing, or that cannot be proven while the database is away, is as good as none here.
    private nonisolated func isFromAdministrator(_ request: Request) async -> Bool {
        guard let token = request.headers[.authorization].flatMap(WebResponder.bearerToken) else { return false }
        return (try? await authenticator.authenticate(token))?.role == .administrator
    }

    private static var schema: Schema {
        let check = Schema.object(
            "HealthCheck",
            "One part, and whether it works",
            [
                .required("status", level.example("warn"), "How it is"),
                .optional("output", .string().example("42 of 50 in use"), "What is wrong with it"),
                .optional(
                    "values",
                    .map(.integer()).example(["inUse": 42]),
                    "What was counted; for administrators alone"
                ),
            ]
        )
        return .object(
            "Health",
            "Whether the process works, and each of its parts",
            [
                .required("status", level.example("warn"), "How everything is"),
                .optional("output", .string().example("Going away"), "What is wrong with the process"),
                .optional("checks", .map(.array(check)), "How each part is"),
            ]
        )
    }

    private static let level = Schema.enumeration(HealthStatus.Level.self)
}

import HTTPTypes
import Web

/// Analytics over HTTP, for administrators.
struct AnalyticsRoutes: Sendable {
    let analytics: AnalyticsService

    var group: EndpointGroup {
        EndpointGroup("Analytics", "What happens in the product, in numbers", [eventCounts])
    }

    private var eventCounts: Endpoint {
        Endpoint(
            .get,
            "/v1/admin/analytics/events",
            "countEvents",
            "Count events by day and name",
            access: .administrator,
            query: [
                Parameter("from", .string(format: .date), "The first day, in UTC", required: true),
                Parameter("to", .string(format: .date), "The last day, in UTC", required: true),
            ],
            returns: .ok(EventCounts.self)
        ) { request in
            .ok(try await analytics.counts(from: request.query["from"] ?? "", to: request.query["to"] ?? ""))
        }
        .reads(projections: ["analytics.daily-count"])
    }
}

import HTTPTypes
import Metrics
import MetricsTestKit
import Testing

@testable import Web

@Suite struct MetricsTests {
    @Test func `durations are recorded by method, route and status`() throws {
        let factory = TestMetrics()
        withMetricsFactory(factory) {
            let metrics = RequestMetrics()
            metrics.record(.milliseconds(5), method: .get, route: "/v1/kids/{kid}", status: .ok)
            metrics.record(.milliseconds(7), method: .get, route: "/v1/kids/{kid}", status: .ok)
            metrics.record(.milliseconds(1), method: .init("BREW") ?? .get, route: nil, status: .notFound)
        }
        let label = "http.server.request.duration"
        let kids = try factory.expectTimer(
            label,
            [("http.request.method", "GET"), ("http.route", "/v1/kids/{kid}"), ("http.response.status_code", "200")]
        )
        #expect(kids.values == [5_000_000, 7_000_000])
        let other = try factory.expectTimer(
            label,
            [("http.request.method", "_OTHER"), ("http.route", ""), ("http.response.status_code", "404")]
        )
        #expect(other.values.count == 1)
    }
}

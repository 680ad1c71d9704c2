import Origin
import ServiceContextModule
import StrictJSON
import Testing
import Tracing

@testable import Telemetry

@Suite struct OTLPWriterTests {
    private let trace = TraceContext(traceHigh: 0x4bf9_2f35_77b3_4da6, traceLow: 0xa, span: 0xff, isSampled: true)

    /// The spans as a collector reads them.
    private func written(_ spans: FinishedSpan...) throws -> [JSON] {
        let resource = OTLPResource(ServiceDescription(version: "1"), instance: "i")
        let document = try JSON(parsing: resource.document(of: spans))
        let group = try #require(document["resourceSpans"]?[0])
        #expect(group["resource"]?["attributes"]?.array?.count == 3)
        return try #require(group["scopeSpans"]?[0]?["spans"]?.array)
    }

    private func span(_ name: String = "GET", parent: UInt64? = nil) -> FinishedSpan {
        FinishedSpan(trace: trace, parent: parent, kind: .client, start: 7, end: .max, name: name)
    }

    @Test func `a span says where in its trace it is, what it is and how long it took`() throws {
        #expect(
            try written(span(), span("says \"no\"\n", parent: 1)) == [
                [
                    "traceId": "4bf92f3577b34da6000000000000000a", "spanId": "00000000000000ff", "name": "GET",
                    "kind": 3, "startTimeUnixNano": "7", "endTimeUnixNano": "18446744073709551615", "attributes": [],
                ],
                [
                    "traceId": "4bf92f3577b34da6000000000000000a", "spanId": "00000000000000ff",
                    "parentSpanId": "0000000000000001", "name": "says \"no\"\n", "kind": 3, "startTimeUnixNano": "7",
                    "endTimeUnixNano": "18446744073709551615", "attributes": [],
                ],
            ]
        )
    }

    private static let attributes: [(SpanAttribute, JSON)] = [
        (.int64(-3), ["intValue": "-3"]), (.int32(3), ["intValue": "3"]), (.double(0.5), ["doubleValue": 0.5]),
        (.double(.nan), ["stringValue": "nan"]), (.bool(true), ["boolValue": true]),
        (.string("a\\b"), ["stringValue": "a\\b"]),
        (.stringConvertible(Duration.zero), ["stringValue": "0.0 seconds"]),
        (.stringArray(["a", "b"]), ["arrayValue": ["values": [["stringValue": "a"], ["stringValue": "b"]]]]),
        (.stringArray([]), ["arrayValue": ["values": []]]),
    ]

    @Test(arguments: attributes)
    func `an attribute keeps its type`(attribute: SpanAttribute, expected: JSON) throws {
        var span = span()
        span.attributes["it"] = attribute
        #expect(try written(span)[0]["attributes"] == [["key": "it", "value": expected]])
    }

    @Test func `events, links and the outcome are there when there are any`() throws {
        var span = span()
        span.events = [SpanEvent(name: "exception", attributes: ["exception.type": "Late"])]
        var other = ServiceContext.topLevel
        other.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true, state: "rojo=1")
        span.links = [
            SpanLink(context: .topLevel, attributes: [:]), SpanLink(context: other, attributes: ["why": "batch"]),
        ]
        span.status = SpanStatus(code: .error)
        let written = try written(span)[0]
        #expect(written["events"]?[0]?["name"] == "exception")
        #expect(written["events"]?[0]?["attributes"]?[0]?["key"] == "exception.type")
        #expect(written["links"]?.array?.count == 1)
        #expect(written["links"]?[0]?["spanId"] == "0000000000000003")
        #expect(written["links"]?[0]?["traceState"] == "rojo=1")
        #expect(written["links"]?[0]?["attributes"]?[0]?["value"] == ["stringValue": "batch"])
        #expect(written["status"] == ["code": 2])
    }
}

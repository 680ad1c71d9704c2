import Origin
import ServiceContextModule
import StrictJSON
import Tracing

/// The process that spans come from, and how they are written for a collector: OTLP in JSON (opentelemetry-proto 1).
public struct OTLPResource: Sendable {
    private let attributes: [JSON]

    /// A process of this program.
    public init(_ service: ServiceDescription, instance: String) {
        attributes = [
            Self.attribute("service.name", .string(service.name)),
            Self.attribute("service.version", .string(service.version)),
            Self.attribute("service.instance.id", .string(instance)),
        ]
    }

    /// The spans as one request to `/v1/traces`. Identifiers are hexadecimal, and 64-bit numbers are texts.
    func document(of spans: [FinishedSpan]) -> [UInt8] {
        let scope: JSON = ["scope": ["name": "storytime"], "spans": .array(spans.map(Self.span))]
        let document: JSON = [
            "resourceSpans": [["resource": ["attributes": .array(attributes)], "scopeSpans": [scope]]]
        ]
        return document.bytes
    }

    private static func span(_ span: FinishedSpan) -> JSON {
        var members: [(String, JSON)] = [
            ("traceId", .string(span.trace.traceText)),
            ("spanId", .string(span.trace.spanText)),
            ("name", .string(span.name)),
            ("kind", .integer(number(of: span.kind))),
            ("startTimeUnixNano", .string(String(span.start))),
            ("endTimeUnixNano", .string(String(span.end))),
            ("attributes", attributes(span.attributes)),
        ]
        if let parent = span.parent {
            let place = TraceContext(traceHigh: 0, traceLow: 0, span: parent, isSampled: true)
            members.append(("parentSpanId", .string(place.spanText)))
        }
        if !span.events.isEmpty { members.append(("events", .array(span.events.map(event)))) }
        if !span.links.isEmpty { members.append(("links", .array(span.links.compactMap(link)))) }
        if let status = span.status { members.append(("status", ["code": status.code == .ok ? 1 : 2])) }
        return .object(JSONObject(members))
    }

    private static func event(_ event: SpanEvent) -> JSON {
        [
            "name": .string(event.name), "timeUnixNano": .string(String(event.nanosecondsSinceEpoch)),
            "attributes": attributes(event.attributes),
        ]
    }

    private static func link(_ link: SpanLink) -> JSON? {
        guard let trace = link.context.traceContext else { return nil }
        return [
            "traceId": .string(trace.traceText), "spanId": .string(trace.spanText),
            "attributes": attributes(link.attributes),
        ]
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func attributes(_ attributes: SpanAttributes) -> JSON {
        var list: [JSON] = []
        attributes.forEach { name, value in list.append(attribute(name, value)) }
        return .array(list)
    }

    private static func attribute(_ name: String, _ value: SpanAttribute) -> JSON {
        ["key": .string(name), "value": self.value(value)]
    }

    private static func value(_ value: SpanAttribute) -> JSON {
        switch value {
        case .int32(let number): ["intValue": .string(String(number))]
        case .int64(let number): ["intValue": .string(String(number))]
        case .double(let number): ["doubleValue": .number(number)]
        case .bool(let truth): ["boolValue": .bool(truth)]
        case .string(let text): ["stringValue": .string(text)]
        case .stringConvertible(let value): ["stringValue": .string(value.description)]
        case .stringArray(let texts):
            ["arrayValue": ["values": .array(texts.map { ["stringValue": .string($0)] })]]
        default: ["stringValue": .string("\(value)")]
        }
    }
}

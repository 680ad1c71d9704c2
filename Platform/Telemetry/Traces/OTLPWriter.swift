import Origin
import ServiceContextModule
import StrictJSON
import Tracing

/// Writes spans straight into bytes: OTLP in JSON (opentelemetry-proto 1).
///
/// Identifiers are hexadecimal, and 64-bit numbers are texts. Everything written leaves a comma behind; the bracket that
/// follows the last of its kind takes the comma's place.
struct OTLPWriter {
    private(set) var bytes: [UInt8]

    /// Writes behind what there is.
    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Text that is JSON already.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Ends what a bracket began.
    mutating func close(_ bracket: String) {
        if bytes.last == UInt8(ascii: ",") { bytes.removeLast() }
        raw(bracket)
    }

    mutating func span(_ span: FinishedSpan) {
        raw("{")
        place(span.trace)
        if let parent = span.parent {
            raw(#""parentSpanId":""#)
            TraceContext.write(parent, to: &bytes)
            raw(#"","#)
        }
        raw(#""name":"#)
        JSON.write(span.name, to: &bytes)
        raw(#","kind":"#)
        decimal(Self.number(of: span.kind))
        raw(#","startTimeUnixNano":""#)
        decimal(span.start)
        raw(#"","endTimeUnixNano":""#)
        decimal(span.end)
        raw(#"","#)
        attributes(span.attributes)
        if !span.events.isEmpty { list("events", of: span.events) { $0.event($1) } }
        if !span.links.isEmpty { list("links", of: span.links) { $0.link($1) } }
        if let status = span.status { raw(#""status":{"code":\#(status.code == .ok ? 1 : 2)},"#) }
        close("},")
    }

    mutating func attributes(_ attributes: SpanAttributes) {
        raw(#""attributes":["#)
        attributes.forEach { name, value in
            raw(#"{"key":"#)
            JSON.write(name, to: &bytes)
            raw(#","value":"#)
            self.value(value)
            close("},")
        }
        close("],")
    }

    private mutating func list<Element>(
        _ name: String,
        of elements: [Element],
        _ write: (inout OTLPWriter, Element) -> Void
    ) {
        raw(#""\#(name)":["#)
        for element in elements { write(&self, element) }
        close("],")
    }

    private mutating func place(_ trace: TraceContext) {
        raw(#""traceId":""#)
        TraceContext.write(trace.traceHigh, to: &bytes)
        TraceContext.write(trace.traceLow, to: &bytes)
        raw(#"","spanId":""#)
        TraceContext.write(trace.span, to: &bytes)
        raw(#"","#)
        guard let state = trace.state else { return }
        raw(#""traceState":"#)
        JSON.write(state, to: &bytes)
        raw(",")
    }

    private mutating func event(_ event: SpanEvent) {
        raw(#"{"name":"#)
        JSON.write(event.name, to: &bytes)
        raw(#","timeUnixNano":""#)
        decimal(event.nanosecondsSinceEpoch)
        raw(#"","#)
        attributes(event.attributes)
        close("},")
    }

    private mutating func link(_ link: SpanLink) {
        guard let trace = link.context.traceContext else { return }
        raw("{")
        place(trace)
        attributes(link.attributes)
        close("},")
    }

    private mutating func value(_ value: SpanAttribute) {
        switch value {
        case .int32(let number): raw(#"{"intValue":"\#(number)"},"#)
        case .int64(let number): raw(#"{"intValue":"\#(number)"},"#)
        case .double(let number) where number.isFinite: raw(#"{"doubleValue":\#(number)},"#)
        case .double(let number): text(number.description)
        case .bool(let truth): raw(truth ? #"{"boolValue":true},"# : #"{"boolValue":false},"#)
        case .string(let text): self.text(text)
        case .stringConvertible(let value): text(value.description)
        case .stringArray(let texts):
            raw(#"{"arrayValue":{"#)
            list("values", of: texts) { $0.text($1) }
            close("}},")
        default: text("\(value)")
        }
    }

    private mutating func text(_ text: String) {
        raw(#"{"stringValue":"#)
        JSON.write(text, to: &bytes)
        raw("},")
    }

    private mutating func decimal(_ number: UInt64) {
        if number > 9 { decimal(number / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    private static func number(of kind: SpanKind) -> UInt64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

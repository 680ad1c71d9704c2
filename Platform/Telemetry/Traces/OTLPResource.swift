import Tracing

/// The process that spans come from, as every request to a collector names it.
public struct OTLPResource: Sendable {
    /// A document up to its first span.
    private let head: [UInt8]

    /// A process of this program.
    public init(_ service: ServiceDescription, instance: String) {
        var writer = OTLPWriter()
        writer.raw(#"{"resourceSpans":[{"resource":{"#)
        writer.attributes([
            "service.name": .string(service.name), "service.version": .string(service.version),
            "service.instance.id": .string(instance),
        ])
        writer.close(#"},"scopeSpans":[{"scope":{"name":"storytime"},"spans":["#)
        head = writer.bytes
    }

    /// The spans as one request to `/v1/traces`.
    func document(of spans: [FinishedSpan]) -> [UInt8] {
        var writer = OTLPWriter(head)
        for span in spans { writer.span(span) }
        writer.close("]}]}]}")
        return writer.bytes
    }
}

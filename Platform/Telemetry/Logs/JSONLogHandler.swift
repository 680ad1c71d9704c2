import FoundationEssentials
public import Logging
import Origin
import ServiceContextModule
import StrictJSON

/// Writes each log message as one line of JSON, with the request, the trace and the span that it belongs to.
///
/// A member's name comes once: what stands in every line cannot be replaced, and the metadata of a message wins over its
/// logger's.
public struct JSONLogHandler: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level = .info
    /// What the logger adds to each line.
    public var metadata: Logger.Metadata = [:]
    /// What else is added, if anything.
    public var metadataProvider: Logger.MetadataProvider?

    /// What is the same in every line, written once.
    private let speaker: LogLine
    private let sink: LogSink

    /// A handler for the logger of this label.
    public init(label: String, service: ServiceDescription, sink: LogSink = .standardError) {
        var speaker = LogLine()
        speaker.add("logger", label)
        speaker.add("service.name", service.name)
        speaker.add("service.version", service.version)
        self.speaker = speaker
        self.sink = sink
    }

    /// The logger's own metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the line.
    public func log(event: LogEvent) {
        var line = LogLine()
        line.add("ts", Date().rfc3339)
        line.add("level", event.level.rawValue)
        line.add("msg", event.message.description)
        line.add(speaker)
        addContext(to: &line)
        if let error = event.error {
            line.add("error.type", String(reflecting: type(of: error)))
            line.add("error", "\(error)")
        }
        for part in [event.metadata, metadataProvider?.get(), metadata] {
            for (name, value) in part?.sorted(by: { $0.key < $1.key }) ?? [] { line.add(name, value) }
        }
        sink.write(line.finished())
    }

    private func addContext(to line: inout LogLine) {
        guard let context = ServiceContext.current else { return }
        if let trace = context.traceContext {
            line.add("trace_id", trace.traceText)
            line.add("span_id", trace.spanText)
        }
        if let request = context.origin?.requestID { line.add("request_id", request) }
        if let event = context.origin?.causationID { line.add("event", event.uuidString.lowercased()) }
    }
}

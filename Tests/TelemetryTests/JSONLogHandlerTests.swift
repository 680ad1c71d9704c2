import FoundationEssentials
import Logging
import Origin
import ServiceContextModule
import StrictJSON
import Synchronization
import Telemetry
import Testing

@Suite struct JSONLogHandlerTests {
    private let lines = Lines()

    private var logger: Logger {
        Logger(label: "tests") { label in
            JSONLogHandler(label: label, service: ServiceDescription(version: "1.2"), sink: lines.sink)
        }
    }

    @Test func `a line says when, how grave, what and who`() throws {
        logger.warning("it rains")
        let line = try lines.only
        #expect(line["level"] == "warning")
        #expect(line["msg"] == "it rains")
        #expect(line["logger"] == "tests")
        #expect(line["service.name"] == "storytime")
        #expect(line["service.version"] == "1.2")
        #expect(try #require(line["ts"]?.string.flatMap { Date(rfc3339: $0) }).timeIntervalSinceNow < 1)
    }

    @Test func `a line is one line, whatever is in it`() throws {
        logger.error("one\ntwo\u{2028}three", metadata: ["quote\"": "\u{1}\r\n\"\\"])
        #expect(lines.all.count == 1)
        #expect(lines.all[0].last == UInt8(ascii: "\n"))
        #expect(lines.all[0].filter { $0 == UInt8(ascii: "\n") }.count == 1)
        let line = try lines.only
        #expect(line["msg"] == "one\ntwo\u{2028}three")
        #expect(line["quote\""] == "\u{1}\r\n\"\\")
    }

    @Test func `metadata is there once, the message's first, and replaces nothing of ours`() throws {
        var logger = logger
        logger[metadataKey: "who"] = "logger"
        logger[metadataKey: "where"] = "here"
        logger.info("it rains", metadata: ["who": "message", "msg": "false", "level": "false"])
        let line = try lines.only
        #expect(line["who"] == "message")
        #expect(line["where"] == "here")
        #expect(line["msg"] == "it rains")
        #expect(line["level"] == "info")
    }

    @Test func `numbers stay numbers, and what is nested is nested`() throws {
        logger.info(
            "it rains",
            metadata: [
                "count": .stringConvertible(3), "share": .stringConvertible(0.5), "wet": .stringConvertible(true),
                "not": .stringConvertible(Double.nan), "list": ["a", ["b": "c"]],
            ]
        )
        let line = try lines.only
        #expect(line["count"] == 3)
        #expect(line["share"] == 0.5)
        #expect(line["wet"] == true)
        #expect(line["not"] == "nan")
        #expect(line["list"] == ["a", ["b": "c"]])
    }

    @Test func `a line names the request, the trace, the span and the event that it belongs to`() async throws {
        let event = UUID()
        let origin = Origin(
            requestID: "r-1",
            causationID: event,
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        )
        await origin.run { logger.info("it rains") }
        let line = try lines.only
        #expect(line["request_id"] == "r-1")
        #expect(line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(line["span_id"] == "00f067aa0ba902b7")
        #expect(line["event"]?.string == event.uuidString.lowercased())
    }

    @Test func `an error says its type`() throws {
        logger.error("it failed", error: CancellationError())
        #expect(try lines.only["error.type"] == "Swift.CancellationError")
    }
}

/// Collects what is logged.
private final class Lines: Sendable {
    private let written = Mutex<[[UInt8]]>([])

    var sink: LogSink { LogSink { line in self.written.withLock { $0.append(line) } } }
    var all: [[UInt8]] { written.withLock { $0 } }
    var only: JSON {
        get throws { try JSON(parsing: try #require(all.count == 1 ? all[0].dropLast() : nil)) }
    }
}

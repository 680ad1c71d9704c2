import Origin
import ServiceContextModule
import Testing

@Suite struct TraceContextTests {
    private static let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a header comes back as it was`() throws {
        let trace = try #require(TraceContext(Self.header))
        #expect(trace.header == Self.header)
        #expect(trace.traceText == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.spanText == "00f067aa0ba902b7")
        #expect(trace.isSampled)
    }

    @Test(arguments: [
        "00-0000000000000000000000000000000f-000000000000000a-00",
        "00-f0000000000000000000000000000000-a000000000000000-00",
    ])
    func `zeros are kept`(header: String) { #expect(TraceContext(header)?.header == header) }

    @Test(arguments: [
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
        "0-4bf92f3577b34da6a3ce929d0e0e47360-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, \(header)", "", "garbage",
    ])
    func `a header that is not valid is as good as none`(header: String) { #expect(TraceContext(header) == nil) }

    @Test(arguments: ["01", "cc", "fe"], ["", "-what-the-future-will-be-like"])
    func `a version from the future is read as far as it is known`(version: String, more: String) {
        let header = "\(version)-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\(more)"
        #expect(TraceContext(header)?.header == Self.header)
        #expect(TraceContext(header + "x")?.header == (more.isEmpty ? nil : Self.header))
    }

    @Test(arguments: [("00", "00"), ("02", "00"), ("03", "01"), ("ff", "01")])
    func `of the flags, only the known one is passed on`(flags: String, passed: String) {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"
        #expect(TraceContext(header + flags)?.header == header + passed)
    }

    @Test(arguments: [
        ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true), (" \tcongo", false), ("", false), ("caf\u{E9}=1", false),
        ("a=" + String(repeating: "x", count: 510), true), ("a=" + String(repeating: "x", count: 511), false),
    ])
    func `what others note about a trace is passed on as it is, or not at all`(state: String, passes: Bool) {
        let trace = TraceContext(Self.header, state: state)
        #expect(trace?.state == (passes ? state : nil))
        #expect(trace?.child(7).state == trace?.state)
        #expect(trace?.child(7).header == "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01")
    }

    @Test func `an origin's work is part of its trace, and what it sets in motion of the span at work`() async throws {
        await Origin(requestID: "r", traceparent: Self.header).run {
            #expect(ServiceContext.isTraced)
            #expect(Origin.current == Origin(requestID: "r", traceparent: Self.header))
            var context = ServiceContext.current ?? .topLevel
            context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: false)
            ServiceContext.withValue(context) {
                #expect(!ServiceContext.isTraced)
                let header = "00-00000000000000010000000000000002-0000000000000003-00"
                #expect(Origin.current == Origin(requestID: "r", traceparent: header))
            }
        }
        #expect(!ServiceContext.isTraced)
    }
}

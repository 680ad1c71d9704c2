import HTTPTypes
import Web

extension SampleRoutes {
    /// Endpoints that send while they go.
    var streams: EndpointGroup {
        EndpointGroup("Streams", "What takes a while.", [count, live])
    }

    private var count: Endpoint {
        Endpoint(
            .get,
            "/count",
            "countUp",
            "Count",
            access: .anyone,
            query: [.integer("to", 1...100_000, default: 3)],
            returns: .stream("text/csv; charset=utf-8")
        ) { request in
            let last = request.query.integer("to") ?? 0
            return .ok(
                Stream(
                    AsyncStream { chunks in
                        for number in 1...last { chunks.yield(Array("\(number)\n".utf8)) }
                        chunks.finish()
                    }
                )
            )
        }
    }

    /// Says hello and then nothing, for ever.
    private var live: Endpoint {
        Endpoint(
            .get,
            "/live",
            "listenOn",
            "Listen",
            access: .anyone,
            returns: .stream("text/event-stream")
        ) { _ in
            let gate = gate
            return .ok(
                Stream(
                    AsyncStream { chunks in
                        chunks.yield(Array("data: hello\n\n".utf8))
                        Task {
                            await gate.wait()
                            chunks.finish()
                        }
                    }
                )
            )
        }
    }
}

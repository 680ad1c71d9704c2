import EventOutbox
import FoundationEssentials
import Logging
import Metrics
import ServiceLifecycle
import Telemetry
import Tracing

/// Has everything counted and traced that the configuration asks for, and nothing else: without somebody to tell, counting
/// costs next to nothing.
struct TelemetryServices {
    private let registry = MetricsRegistry()
    private let queue: SpanQueue?
    private let configuration: TelemetryConfiguration
    private let logger: Logger

    /// Begins to count and trace; once a process.
    init(_ configuration: Configuration, _ logger: Logger) {
        self.configuration = configuration.telemetry
        self.logger = logger
        if configuration.telemetry.admin != nil { MetricsSystem.bootstrap(registry) }
        guard let traces = configuration.telemetry.traces else {
            queue = nil
            return
        }
        let queue = SpanQueue()
        InstrumentationSystem.bootstrap(SpanTracer(queue, share: traces.share))
        self.queue = queue
    }

    /// What runs for it. They come first, so that they end last and have seen everything.
    func services(_ composition: Composition) -> [any Service] {
        var services: [any Service] = []
        if let queue, let traces = configuration.traces {
            let service = ServiceDescription(version: composition.configuration.version)
            let resource = OTLPResource(service, instance: composition.node.boot.uuidString.lowercased())
            let transport = OTLPTransport.http(to: traces.url, headers: traces.headers)
            services.append(SpanExporter(queue, of: resource, over: transport, logger: logger))
        }
        if let admin = configuration.admin { services.append(composition.admin(admin, registry)) }
        return services
    }
}

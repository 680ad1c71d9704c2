package import StrictJSON
package import TestSupport

/// The spans that a collector has received.
package struct Spans: Sendable {
    /// All of them.
    package let all: [JSON]

    /// Reads what the collector of `Tests/Support/Peers/collector.py` has printed, and ends it.
    package init(from collector: Peer) async throws {
        collector.end()
        var all: [JSON] = []
        while let line = try? await collector.nextLine() { all.append(try JSON(parsing: Array(line.utf8))) }
        self.all = all
    }

    /// The spans that one is part of, from the first of the trace that is known to the span itself.
    package func path(to span: JSON) -> [JSON] {
        guard let parent = all.first(where: { $0["span"] == span["parent"] }) else { return [span] }
        return path(to: parent) + [span]
    }

    /// Those that have this attribute.
    package func having(_ attribute: String, _ value: JSON) -> [JSON] {
        all.filter { $0["attributes"]?[attribute] == value }
    }
}

import EventOutbox

/// Shows the processes that take part in the event path.
enum Nodes {
    static func describe(_ sequencer: SequencerStatus?) -> String {
        guard let sequencer else { return "nobody; the next node to look takes the turn" }
        let place =
            "\(sequencer.host) pid \(sequencer.pid), fence \(sequencer.fence), for \(Output.age(sequencer.since))"
        return sequencer.remainingSeconds > 0 ? place : place + "; silent, any other node may take its place"
    }

    static func show(_ nodes: [NodeStatus]) {
        Output.table(
            ["NODE", "HOST", "PID", "ROLES", "VERSION", "STARTED", "SEEN", "NOTE"],
            nodes.map { node in
                [
                    "\(node.boot)".lowercased(), node.host, "\(node.pid)", node.roles.joined(separator: "+"),
                    node.version,
                    Output.age(node.startedAt), Output.age(node.seenAt),
                    node.fence.map { "sequences, fence \($0)" } ?? "",
                ]
            }
        )
    }
}

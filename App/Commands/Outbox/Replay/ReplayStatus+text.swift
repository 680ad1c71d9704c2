import EventOutbox
import Foundation

extension ReplayPlan {
    /// Prints what would be handed over.
    func show() {
        let time = estimatedSeconds.map { "about \(Output.span($0))" } ?? "unknown, a dry run measures it"
        print("\(listener): \(total) events of \(keyCount) keys from position \(first) to \(last); time: \(time)")
        for (name, count) in events.sorted(by: { $0.key < $1.key }) { print("  \(count)  \(name)") }
    }
}

extension ReplayStatus {
    /// How much of it is done, such as `42.0 %`.
    var share: String { "\((percent * 10).rounded() / 10) %" }

    /// How long it will take, in words.
    var left: String { isOpen ? remainingSeconds.map(Output.span) ?? "-" : "-" }

    /// One line for whoever watches.
    var progress: String { "position \(position) of \(last), \(delivered) events, \(share), \(left) left" }
}

extension ReplayRehearsal {
    /// Prints what would have changed, and how long the whole of the plan would take.
    func show(_ plan: ReplayPlan) {
        let extent = isPartial ? "the first \(delivered) events" : "all \(delivered) events"
        print("\(extent) went through in \(Output.span(seconds)); everything was rolled back")
        Output.table(
            ["TABLE", "INSERTED", "UPDATED", "DELETED"],
            tables.map { [$0.table, "\($0.inserted)", "\($0.updated)", "\($0.deleted)"] }
        )
        for (name, count) in announced.sorted(by: { $0.key < $1.key }) { print("would announce \(count)  \(name)") }
        guard isPartial, delivered > 0 else { return }
        let pace = seconds / Double(delivered) * Double(plan.total)
        let bound = plan.rate.map { Double(plan.total) / Double($0) } ?? 0
        print("all \(plan.total) events would take about \(Output.span(max(pace, bound)))")
    }
}

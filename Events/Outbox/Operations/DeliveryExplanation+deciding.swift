import FoundationEssentials

extension DeliveryExplanation {
    /// Decides from facts, and does nothing else.
    init(_ facts: DeliveryFacts, now: Date) {
        listener = facts.listener
        let answer = Self.withoutPosition(facts) ?? Self.deviating(facts, now) ?? Self.regular(facts, now)
        state = answer.state
        because = answer.because
        advice = answer.advice
    }

    private struct Answer {
        let state: State
        let because: String
        var advice: String?

        init(_ state: State, _ because: String, advice: String? = nil) {
            self.state = state
            self.because = because
            self.advice = advice
        }
    }

    /// The answers that do not depend on where the event is in the log.
    private static func withoutPosition(_ facts: DeliveryFacts) -> Answer? {
        if !facts.hears { return Answer(.notHeard, "it does not hear events of this name") }
        if facts.isVolatile {
            return Answer(
                .volatile,
                "it runs on every node when the event is committed and again when it is placed; no account is kept"
            )
        }
        guard facts.position == nil else { return nil }
        if let stopped = facts.sequencingStopped { return Answer(.unplaced, "nothing is being placed: \(stopped)") }
        return Answer(.unplaced, "the event is committed and the sequencer has not given it a position yet")
    }

    /// The answers of a row that says the event did not go as it should.
    private static func deviating(_ facts: DeliveryFacts, _ now: Date) -> Answer? {
        guard let deviation = facts.deviation else { return nil }
        switch deviation.state {
        case "dead":
            return Answer(
                .dead,
                "given up \(age(deviation.failedAt, now)) ago after \(attempts(deviation)): \(error(deviation))",
                advice:
                    "storytime outbox dead show|edit|retry|discard \(deviation.position) --listener \(facts.listener)"
            )
        case "skipped":
            let person = deviation.decidedBy ?? "an operator"
            return Answer(.skipped, "skipped by \(person): \(deviation.decision ?? "no reason is on record")")
        case "retrying":
            return Answer(.retrying, retry(deviation, facts, now), advice: pauseAdvice(facts))
        default:
            return Answer(.heldBack, held(facts, now), advice: heldAdvice(facts) ?? pauseAdvice(facts))
        }
    }

    private static func retry(_ deviation: DeliveryFacts.Deviation, _ facts: DeliveryFacts, _ now: Date) -> String {
        if let pause = facts.pause { return "tried again once the listener is resumed; \(paused(pause, now))" }
        let due = deviation.nextAttemptAt.map { $0.timeIntervalSince(now) } ?? 0
        let when = due > 0 ? "tried again in \(span(due))" : "tried again now"
        if deviation.isClaimed, due > 0 { return "being tried, or \(when) if that process has ended" }
        if deviation.attempts == 0 { return "\(when); not tried yet" }
        return "\(when), after \(attempts(deviation)): \(error(deviation))"
    }

    private static func held(_ facts: DeliveryFacts, _ now: Date) -> String {
        guard let head = facts.head else { return "held back behind an earlier event of its key" }
        let state =
            switch head.state {
            case "dead": "is dead: \(error(head))"
            default: "is \(retry(head, facts, now))"
            }
        return "held back behind event \(head.position) of its key, which \(state)"
    }

    private static func heldAdvice(_ facts: DeliveryFacts) -> String? {
        guard let head = facts.head, head.state == "dead" else { return nil }
        return "storytime outbox dead show|edit|retry|discard \(head.position) --listener \(facts.listener)"
    }

    /// The answers that follow from where the listener stands.
    private static func regular(_ facts: DeliveryFacts, _ now: Date) -> Answer {
        let position = facts.position ?? 0
        if let replay = facts.replay, replay.position < position,
            position <= facts.cursor || position <= facts.startsAfter
        {
            return Answer(
                .replaying,
                "a replay by \(replay.requestedBy) has come to \(replay.position) of \(replay.last) and will hand it over"
                    + " (once more, if it was handled before): \(replay.reason)"
            )
        }
        if position <= facts.startsAfter {
            return Answer(
                .beforeStart,
                "the listener began after position \(facts.startsAfter)",
                advice: "storytime outbox replay \(facts.listener) --from \(position) --to \(position)"
            )
        }
        if position <= facts.cursor {
            return Answer(.handled, "its lane \(facts.lane) has come to \(facts.cursor), past this event")
        }
        if let pause = facts.pause { return Answer(.paused, paused(pause, now), advice: pauseAdvice(facts)) }
        if !facts.isKnown {
            return Answer(.notInProgram, "this program does not have the listener; \(behind(facts, now))")
        }
        if let standstill = facts.standstill {
            let reason = "it has stood still for \(age(standstill.since, now)): \(standstill.reason)"
            return Answer(.waiting, "\(reason); \(behind(facts, now))")
        }
        return Answer(.waiting, behind(facts, now))
    }

    private static func behind(_ facts: DeliveryFacts, _ now: Date) -> String {
        let count = facts.isCapped ? "more than \(facts.behind)" : "\(facts.behind)"
        let moved = facts.movedAt.map { "; it moved \(age($0, now)) ago" } ?? ""
        return "its lane \(facts.lane) stands at \(facts.cursor), with \(count) events before this one\(moved)"
    }

    private static func paused(_ pause: DeliveryFacts.Pause, _ now: Date) -> String {
        "paused by \(pause.by) \(age(pause.since, now)) ago: \(pause.reason)"
    }

    private static func pauseAdvice(_ facts: DeliveryFacts) -> String? {
        facts.pause == nil ? nil : "storytime outbox resume \(facts.listener) --reason …"
    }

    // MARK: Words

    private static func attempts(_ deviation: DeliveryFacts.Deviation) -> String {
        deviation.attempts == 1 ? "1 attempt" : "\(deviation.attempts) attempts"
    }

    private static func error(_ deviation: DeliveryFacts.Deviation) -> String {
        deviation.error ?? "the process ended while it was handling it"
    }

    private static func age(_ date: Date, _ now: Date) -> String { span(now.timeIntervalSince(date)) }

    private static func span(_ seconds: Double) -> String {
        let seconds = max(0, seconds.rounded(.up))
        return switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3_600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}

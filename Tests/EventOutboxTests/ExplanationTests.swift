import Foundation
import Testing

@testable import EventOutbox

/// Every reason for which an event has or has not been handled, from facts alone.
@Suite struct ExplanationTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func explain(_ change: (inout DeliveryFacts) -> Void) -> DeliveryExplanation {
        var facts = DeliveryFacts(listener: "tests.write")
        facts.position = 50
        facts.cursor = 40
        change(&facts)
        return DeliveryExplanation(facts, now: now)
    }

    private func deviation(
        _ state: String,
        position: Int = 50,
        attempts: Int = 1,
        dueIn seconds: Double? = nil
    ) -> DeliveryFacts.Deviation {
        DeliveryFacts.Deviation(
            position: position,
            state: state,
            attempts: attempts,
            failedAt: now - 60,
            nextAttemptAt: seconds.map { now + $0 },
            error: "Refusal()"
        )
    }

    private var pause: DeliveryFacts.Pause { .init(by: "ada", since: now - 300, reason: "the mail server is moving") }

    @Test func `a lane that has come past it has handled it`() {
        let answer = explain { $0.cursor = 50 }
        #expect(answer.state == .handled && answer.advice == nil)
    }

    @Test func `a lane that has not come to it says how far it is`() {
        let answer = explain { ($0.behind, $0.movedAt) = (7, now - 3) }
        #expect(answer.state == .waiting)
        #expect(answer.because == "its lane 0 stands at 40, with 7 events before this one; it moved 3 s ago")
        #expect(explain { ($0.behind, $0.isCapped) = (10_000, true) }.because.contains("more than 10000"))
    }

    @Test func `without a position it waits for the sequencer, or for whoever mends what stopped it`() {
        #expect(explain { $0.position = nil }.state == .unplaced)
        let stopped = explain { ($0.position, $0.sequencingStopped) = (nil, "the database was restored") }
        #expect(stopped.because == "nothing is being placed: the database was restored")
    }

    @Test func `who does not hear it, or keeps no account, says so`() {
        #expect(explain { $0.hears = false }.state == .notHeard)
        #expect(explain { $0.isVolatile = true }.state == .volatile)
        #expect(explain { ($0.isVolatile, $0.hears) = (true, false) }.state == .notHeard)
    }

    @Test func `a listener that began later can be replayed`() {
        let answer = explain { ($0.startsAfter, $0.cursor) = (60, 70) }
        #expect(answer.state == .beforeStart)
        #expect(answer.advice == "storytime outbox replay tests.write --from 50 --to 50")
    }

    @Test func `a paused listener says who paused it, since when and why`() {
        let answer = explain { $0.pause = pause }
        #expect(answer.state == .paused && answer.because == "paused by ada 5 min ago: the mail server is moving")
        #expect(answer.advice == "storytime outbox resume tests.write --reason …")
        #expect(explain { ($0.pause, $0.cursor) = (pause, 50) }.state == .handled)
    }

    @Test func `a listener that this program lacks is named`() {
        #expect(explain { $0.isKnown = false }.state == .notInProgram)
        #expect(explain { ($0.isKnown, $0.cursor) = (false, 50) }.state == .handled)
    }

    @Test func `a failed event says when it is tried again and why it failed`() {
        let answer = explain { ($0.deviation, $0.cursor) = (deviation("retrying", attempts: 3, dueIn: 40), 90) }
        #expect(answer.state == .retrying && answer.because == "tried again in 40 s, after 3 attempts: Refusal()")
        #expect(explain { $0.deviation = deviation("retrying", dueIn: -5) }.because.hasPrefix("tried again now"))
        #expect(
            explain { $0.deviation = deviation("retrying", attempts: 0, dueIn: -5) }.because.hasSuffix("not tried yet")
        )
        let claimed = explain {
            $0.deviation = deviation("retrying", dueIn: 30)
            $0.deviation?.isClaimed = true
        }
        #expect(claimed.because == "being tried, or tried again in 30 s if that process has ended")
        let held = explain { ($0.deviation, $0.pause) = (deviation("retrying", dueIn: 1), pause) }
        #expect(held.because.contains("once the listener is resumed; paused by ada"))
    }

    @Test func `a parked event names the one before it and how that stands`() {
        let behindDead = explain {
            $0.deviation = deviation("parked")
            $0.head = deviation("dead", position: 45)
        }
        #expect(behindDead.state == .heldBack)
        #expect(behindDead.because == "held back behind event 45 of its key, which is dead: Refusal()")
        #expect(behindDead.advice?.contains("dead show|edit|retry|discard 45 --listener tests.write") == true)
        let behindRetrying = explain {
            $0.deviation = deviation("parked")
            $0.head = deviation("retrying", position: 45, attempts: 2, dueIn: 200)
        }
        #expect(behindRetrying.because.hasSuffix("which is tried again in 3 min, after 2 attempts: Refusal()"))
    }

    @Test func `a dead event says what it died of and what may be done`() {
        let answer = explain { $0.deviation = deviation("dead", attempts: 10) }
        #expect(answer.state == .dead && answer.because == "given up 60 s ago after 10 attempts: Refusal()")
        #expect(answer.advice == "storytime outbox dead show|edit|retry|discard 50 --listener tests.write")
    }

    @Test func `a skipped event says who decided and why`() {
        let answer = explain {
            $0.deviation = deviation("skipped")
            $0.deviation?.decidedBy = "ada"
            $0.deviation?.decision = "the kid is gone"
        }
        #expect(answer.state == .skipped && answer.because == "skipped by ada: the kid is gone")
    }

    @Test func `a replay on its way to the event says so`() {
        let replay = DeliveryFacts.Replay(id: UUID(), position: 20, last: 80, requestedBy: "ada", reason: "badges")
        #expect(explain { ($0.replay, $0.cursor) = (replay, 90) }.state == .replaying)
        #expect(explain { ($0.replay, $0.startsAfter) = (replay, 90) }.state == .replaying)
        // The lane itself comes first.
        #expect(explain { $0.replay = replay }.state == .waiting)
        var past = replay
        past.position = 60
        #expect(explain { ($0.replay, $0.cursor) = (past, 90) }.state == .handled)
    }
}

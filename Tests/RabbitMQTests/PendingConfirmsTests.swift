import Testing

@testable import RabbitMQ

/// The broker answers in any order, several at once if it likes.
@Suite struct PendingConfirmsTests {
    private let batch = ["a", "b", "c", "d"].map { message($0) }

    @Test func `numbers go on from batch to batch`() {
        var pending = PendingConfirms(batch, firstTag: 501)
        pending.confirm(502, multiple: false)
        #expect(pending.outcomes == [nil, .confirmed, nil, nil])
        pending.refuse(503, multiple: true)
        #expect(pending.outcomes == [.nacked, .confirmed, .nacked, nil])
        #expect(pending.missing == 1)
        pending.confirm(504, multiple: true)
        #expect(pending.outcomes == [.nacked, .confirmed, .nacked, .confirmed])
        #expect(pending.missing == 0)
    }

    @Test func `a message that came back is not confirmed by what follows`() {
        var pending = PendingConfirms(batch, firstTag: 1)
        pending.sendBack("b", "NO_ROUTE")
        pending.confirm(3, multiple: true)
        #expect(pending.outcomes == [.confirmed, .unroutable("NO_ROUTE"), .confirmed, nil])
    }

    @Test func `what is not of the batch changes nothing`() {
        var pending = PendingConfirms(batch, firstTag: 10)
        pending.confirm(9, multiple: true)
        pending.confirm(14, multiple: false)
        pending.sendBack("z", "NO_ROUTE")
        #expect(pending.missing == 4)
    }
}

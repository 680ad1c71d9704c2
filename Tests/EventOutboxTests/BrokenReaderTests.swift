import Testing

@testable import EventOutbox

/// The audit tells right from wrong.
@Suite(.timeLimit(.minutes(1))) struct BrokenReaderTests {
    @Test func `a cursor over a serial loses what commits late`() async throws {
        try await Stage.run { stage in
            let reader = try await BrokenReader.serial(stage.database)
            try await stage.addSubjects(["a", "b"])
            try await Writer.with(stage) { slow in
                try await slow.begin()
                try await slow.record("a")
                try await Writer.with(stage) { try await $0.record("b") }
                try await reader.read()
                try await slow.commit()
            }
            try await reader.read()
            try await stage.place()
            let book = try await stage.book()
            #expect(try await book.audit(reader.seen()).lost.count == 1)
            #expect(try await book.audit(stage.log().map(\.seq)) == .none)
        }
    }

    @Test func `a cursor over transaction numbers inverts a key`() async throws {
        try await Stage.run { stage in
            let reader = try await BrokenReader.transactionNumber(stage.database)
            try await stage.addSubjects(["a"])
            try await Writer.with(stage) { early in
                try await early.begin()
                try await early.writeElsewhere()
                try await Writer.with(stage) { try await $0.record("a") }
                try await reader.read()
                #expect(try await reader.seen().isEmpty, "it waits for who has nothing to do with it")
                try await early.record("a")
                try await early.commit()
            }
            try await reader.read(until: 2)
            try await stage.place()
            let book = try await stage.book()
            #expect(try await book.audit(reader.seen()).inverted.count == 1)
            #expect(try await book.audit(stage.log().map(\.seq)) == .none)
        }
    }

    @Test func `the audit sees every kind of fault`() {
        let book = Book(committed: (1...4).map { Book.Entry(seq: $0, key: "a", number: $0) })
        #expect(book.audit([1, 2, 3, 4]) == .none)
        #expect(book.audit([1, 3, 4]).lost == [2])
        #expect(book.audit([1, 2, 2, 3, 4]).doubled == [2])
        #expect(book.audit([1, 2, 4, 3]).inverted == [3])
        #expect(book.audit([1, 2, 3, 4, 9]).invented == [9])
    }
}

import StrictJSON
import Testing

@testable import EventOutbox

@Suite struct JSONChangeTests {
    private func changes(_ before: JSON, _ after: JSON) -> [String] {
        JSONChange.between(before, after).map {
            "\($0.path) \($0.before?.description ?? "-") \($0.after?.description ?? "-")"
        }
    }

    @Test func `equal documents differ nowhere`() {
        #expect(changes(["a": 1, "b": [2]], ["b": [2], "a": 1]).isEmpty)
    }

    @Test func `what changed, came and went is named by its path`() {
        #expect(
            changes(["a": 1, "b": ["c": [1, 2]], "gone": true], ["a": 1, "b": ["c": [1, 3, 4]], "new": nil])
                == ["/b/c/1 2 3", "/b/c/2 - 4", "/gone true -", "/new - null"]
        )
    }

    @Test func `another kind of value is one change`() {
        #expect(changes(["a": [1]], ["a": "x"]) == [#"/a [1] "x""#])
        #expect(changes(1, 2) == [" 1 2"])
    }
}

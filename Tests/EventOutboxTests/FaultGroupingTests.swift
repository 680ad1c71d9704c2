import Testing

@testable import EventOutbox

/// Failures of one kind form one group, whichever event they befell.
@Suite struct FaultGroupingTests {
    struct Unreachable: Error, CustomStringConvertible {
        let description: String
    }

    @Test(arguments: [
        ("kid 018f3a52-0000-7000-8000-00000000abcd is gone", "kid 018F3A52-1111-7000-8000-00000000FFFF is gone"),
        ("took 12.5 s", "took 7 s"),
        (#"key "a" exists"#, #"key "bcd" exists"#),
    ])
    func `identifiers, numbers and quoted texts do not count`(one: String, other: String) {
        #expect(Fault(Unreachable(description: one)).cause == Fault(Unreachable(description: other)).cause)
    }

    @Test func `another message or another type is another cause`() {
        let one = Fault(Unreachable(description: "it is gone"))
        #expect(one.cause != Fault(Unreachable(description: "it is late")).cause)
        #expect(one.cause != Fault.cause(type: "Other", text: "it is gone"))
    }

    @Test func `a cause is the same on every machine`() {
        #expect(Fault.cause(type: "Refusal", text: "Refusal()") == Fault.cause(type: "Refusal", text: "Refusal()"))
        #expect(Fault(Unreachable(description: "x")).cause.count == 8)
        #expect(Fault.normalised("3 of \"them\" at $1") == "<number> of <text> at <parameter>")
    }
}

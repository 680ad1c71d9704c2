import Foundation
import Testing

/// What a listener's effect class forbids it cannot do: the compiler refuses, or the imports do.
@Suite(.timeLimit(.minutes(5))) struct EffectTests {
    @Test func `what is allowed compiles`() throws {
        #expect(try Snippet.errors(in: ["allowed"]) == [])
    }

    @Test(arguments: ["forbidden", "escaping", "keeping"])
    func `what is forbidden does not compile, for the reason given`(snippet: String) throws {
        let errors = try Snippet.errors(in: ["allowed", snippet])
        let expected = try Snippet.expectations(of: snippet)
        #expect(!expected.isEmpty)
        for (line, reason) in expected {
            #expect(errors.contains { $0.line == line && $0.text.contains(reason) }, "\(snippet):\(line): no \(reason)")
        }
        for error in errors {
            #expect(expected.keys.contains(error.line), "\(snippet):\(error.line): \(error.text)")
        }
    }

    /// Types cannot keep a closure from using what it captures, so a listener's file must not be able to name it.
    @Test func `files of listeners reach neither mail nor network nor other transactions`() throws {
        let outside = #/\bimport\s+(?:Mail|Web|AsyncHTTPClient|HTTPTypes|Hummingbird|NIO\w*)\b/#
        var count = 0
        for file in Checkout.swiftFiles(in: "Modules") {
            let text = try Checkout.text(file)
            guard text.contains(#/\.(?:transactional|volatile)\(\s*"/#) else { continue }
            count += 1
            #expect(!text.contains(outside), "\(file) can reach the outside world; enqueue a job instead")
            #expect(!text.contains(#/\bDatabase\b/#), "\(file) can open a transaction of its own")
            #expect(!text.contains(#/\bTask\s*(?:\.\w+\s*)?[{(]/#), "\(file) can outlive its transaction")
        }
        #expect(count > 5)
    }
}

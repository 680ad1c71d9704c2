import FoundationEssentials
import Identifiers
import Testing

@Suite struct IdentifierTests {
    @Test func `the canonical form is Foundation's in lower case, and is read in either case`() throws {
        for _ in 1...1_000 {
            let id = UUID()
            #expect(id.canonical == id.uuidString.lowercased())
            #expect(UUID(canonical: id.canonical) == id)
            #expect(UUID(canonical: id.uuidString) == id)
        }
    }

    @Test(arguments: [
        "", "0190f2a4-5b3c-7d1e-8f00-1234567890a", "0190f2a4-5b3c-7d1e-8f00-1234567890abc",
        "0190f2a45b3c7d1e8f001234567890ab", "0190f2a4-5b3c-7d1e-8f00_1234567890ab",
        "0190f2a4-5b3c-7d1e-8f0-01234567890ab",
        "{0190f2a4-5b3c-7d1e-8f00-1234567890ab}", "0190f2a4-5b3c-7d1e-8f00-1234567890aé",
        " 190f2a4-5b3c-7d1e-8f00-1234567890ab",
    ])
    func `anything else is none`(text: String) {
        #expect(UUID(canonical: text) == nil)
        #expect(KidID(text) == nil)
    }

    @Test func `identifiers of one process never go back`() {
        let made = (1...10_000).map { _ in UUID.v7().canonical }
        #expect(made == made.sorted() && Set(made).count == made.count)
    }
}

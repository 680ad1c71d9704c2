import StrictJSON
import Testing

@testable import Auth
@testable import Web

@Suite struct PasswordRulesTests {
    private let rules = PasswordRules()

    private func fault(of password: String, email: String = "ada@lovelace.example", name: String? = "Ada King")
        -> FieldError?
    {
        let context = PasswordRules.context(email: EmailAddress(email), name: name)
        return rules.fault(of: Password(password), context: context)
    }

    @Test func `length counts code points of the normalised text`() {
        #expect(fault(of: "vxzkqwj") != nil)
        #expect(fault(of: "vxzkqwjp") == nil)
        // Seven letters, one of which is written as two code points, are still seven.
        #expect(fault(of: "vxzkqwe\u{301}") != nil)
        #expect(fault(of: String(repeating: "vx", count: 64)) == nil)
        #expect(fault(of: String(repeating: "vx", count: 64) + "z") != nil)
        #expect(fault(of: "🦊🐻🐼🦁🐯🐨🐮🐷") == nil)
    }

    @Test(
        arguments: [
            "password", "PASSWORD", "Password1!", "12345678", "qwertyuiop", "iloveyou", "sunshine2024", "!!dragon!!",
            "aaaaaaaaaa", "correcthorsebatterystaple",
        ]
    )
    func `what everyone tries first is refused`(_ password: String) {
        #expect(fault(of: password) != nil)
    }

    @Test(
        arguments: [
            "storytime", "StoryTime2026!", "ada@lovelace.example", "lovelace", "Lovelace.example", "adaking12",
            "Ada King!",
        ]
    )
    func `words of the account and of the product are refused`(_ password: String) {
        #expect(fault(of: password) != nil)
    }

    @Test(arguments: ["a lantern in the fog", "passwords are like socks", "7391-8264-5520-dragon", "        .       "])
    func `there are no rules about digits and symbols`(_ password: String) {
        #expect(fault(of: password) == nil)
    }

    @Test func `the list holds hundreds of words, all in the form in which they are looked up`() {
        #expect(CommonPasswords.all.count >= 300)
        #expect(CommonPasswords.all.allSatisfy { $0 == $0.lowercased() })
    }

    @Test func `a registration names every field at fault at once`() {
        let error = #expect(throws: AuthError.self) {
            try Registration(email: "nobody", password: "short", name: "\u{7}", rules: rules)
        }
        guard case .invalid(let errors) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        let places = ["email", "password", "name"].map { FieldError.Place.body(JSONPointer([.name($0)])) }
        #expect(errors.map(\.place) == places)
    }
}

import Mail
import Testing

/// What never becomes a message.
struct ValidationTests {
    private static let forgeries = [
        "\r\nBcc: all@example.com", "\nBcc: x", "\rBcc: x", "\r\n\r\n<h1>", "\u{0}", "\u{85}x",
    ]

    @Test(arguments: forgeries)
    func forgedHeadersAreRefusedByField(forgery: String) {
        expectInvalid("subject") { _ = try MailMessage.fixture(subject: "Hi\(forgery)") }
        expectInvalid("name") { _ = try MailMessage.fixture(name: "Ada\(forgery)") }
        expectInvalid("address") { _ = try MailMessage.fixture(to: "ada@family.example\(forgery)") }
        expectInvalid("address") { _ = try MailMessage.fixture(to: "ada\(forgery)@family.example") }
        expectInvalid("id") { _ = try MailMessage.fixture(id: "job\(forgery)") }
        expectInvalid("headers") { _ = try MailMessage.fixture(headers: ["X-Kind\(forgery)": "story"]) }
        expectInvalid("headers.X-Kind") { _ = try MailMessage.fixture(headers: ["X-Kind": "story\(forgery)"]) }
    }

    @Test(arguments: [
        "", "ada", "@family.example", "ada@", "ada@@family.example", "a@b@c", "ada lovelace@family.example",
        "<ada@family.example>", "ada@family..example", ".ada@family.example", "ada@[127.0.0.1]", "zoë@family.example",
        "ada@fämily.example", "ada,bob@family.example", "\"ada\"@family.example",
        "\(String(repeating: "l", count: 65))@x.example",
        "l@\(String(repeating: "d", count: 260)).example",
    ])
    func addressesOfAnotherFormAreRefused(address: String) {
        expectInvalid("address") { _ = try MailAddress(address) }
    }

    @Test(arguments: ["a@b", "ada+stories@family.example", "o'neil@x-y.example", "a.b_c!#$%&*/=?^`{|}~@family.example"])
    func addressesOfTheUsualFormAreTaken(address: String) throws {
        #expect(try MailAddress(address).address == address)
    }

    @Test(arguments: ["", "../secret", "a/b", ".hidden", "a..b", "job 42", "<job>", String(repeating: "i", count: 65)])
    func idsThatAreNoFileNamesAreRefused(id: String) {
        expectInvalid("id") { _ = try MailMessage.fixture(id: id) }
    }

    @Test(arguments: ["From", "subject", "MESSAGE-ID", "Content-Type", "content-anything"])
    func headersOfTheComposerAreRefused(name: String) {
        expectInvalid("headers.\(name)") { _ = try MailMessage.fixture(headers: [name: "x"]) }
    }

    @Test func overlongValuesAreRefused() {
        expectInvalid("subject") { _ = try MailMessage.fixture(subject: String(repeating: "s", count: 999)) }
        expectInvalid("headers.X-Kind") {
            _ = try MailMessage.fixture(headers: ["X-Kind": String(repeating: "k", count: 901)])
        }
    }

    @Test func descriptionsNameTheFieldAndTheFix() {
        let error = #expect(throws: MailError.self) { try MailAddress("ada.family.example") }
        #expect(error?.description == "mail error (invalidMessage): address needs exactly one @")
    }

    private func expectInvalid(
        _ field: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) {
        let error = #expect(throws: MailError.self, sourceLocation: sourceLocation) { try body() }
        #expect(error?.code == .invalidMessage, sourceLocation: sourceLocation)
        #expect(error?.field == field, sourceLocation: sourceLocation)
    }
}

import Testing

@testable import Auth

@Suite struct EmailAddressTests {
    @Test func `the domain is written in lower case and white space around the address is dropped`() throws {
        let address = try #require(EmailAddress(" Ada.Lovelace+kids@Mail.Example.COM\n"))
        #expect(address.text == "Ada.Lovelace+kids@mail.example.com")
        #expect(address.canonical == "ada.lovelace+kids@mail.example.com")
        #expect(address.local == "ada.lovelace+kids")
        #expect(address.domain == "mail.example.com")
    }

    @Test(
        arguments: [
            "", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@@example.com", "ada@exa mple.com",
            "ada@-example.com", "ada@example-.com", "ada@example..com", ".ada@example.com", "ada.@example.com",
            "ada@example.com\r\nBcc: all@example.com", "Ada <ada@example.com>", "ada@ex\u{e4}mple.com",
            "\"ada\"@example.com", String(repeating: "a", count: 65) + "@example.com",
            "a@" + String(repeating: "b", count: 64) + ".com",
            "a@" + String(repeating: "b.", count: 126) + "com",
        ]
    )
    func `what mail systems would not deliver to is no address`(_ text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `254 characters are an address`() {
        let domain = String(repeating: "b.", count: 120) + "example.com"
        #expect(EmailAddress("ab@\(domain)")?.text.utf8.count == 254)
        #expect(EmailAddress("abc@\(domain)") == nil)
    }
}

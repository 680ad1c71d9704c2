import Testing

@testable import Mail

/// What we compose, judged by a reader that is not ours.
@Suite(.timeLimit(.minutes(1)))
struct CompositionTests {
    @Test func everyHeaderIsReadBack() throws {
        let headers = [
            "List-Unsubscribe": "<https://storytime.example/stop?token=\(String(repeating: "x", count: 120))>"
        ]
        let mail = try read(.fixture(name: "Ada L.", headers: headers))
        #expect(mail.sender == ["Storytime", "hello@storytime.example"])
        #expect(mail.recipient == ["Ada L.", "ada@family.example"])
        #expect(mail["Subject"] == "Good night")
        #expect(mail.moment == "2025-03-04T10:00:00+00:00")
        #expect(mail["Date"] == "Tue, 04 Mar 2025 10:00:00 +0000")
        #expect(mail["Message-ID"] == "<job-42@storytime.example>")
        #expect(mail["MIME-Version"] == "1.0")
        #expect(mail["Auto-Submitted"] == "auto-generated")
        #expect(mail["List-Unsubscribe"] == headers["List-Unsubscribe"])
    }

    @Test(arguments: [
        "", "Ünïcödé ✓", "=?utf-8?B?SGk=?=", " padded ", "two  spaces", "100% = all", "👩‍👩‍👧‍👦 family",
        String(repeating: "a", count: 998), String(repeating: "word ", count: 150) + "end",
        String(repeating: "é", count: 400), String(repeating: "家族", count: 120),
    ])
    func subjectsSurvive(subject: String) throws {
        let mail = try read(.fixture(subject: subject))
        #expect(mail["Subject"] == subject)
        #expect(mail.longestLine <= 78)
    }

    @Test(arguments: [
        "Ada", "O'Neil, \"Shaq\" \\o/", "Zoë", "=?x?", "Ada <evil@example.com>", "家族の物語",
        "Ada (the first) of \(String(repeating: "long ", count: 30))name", String(repeating: "n", count: 60),
    ])
    func namesSurvive(name: String) throws {
        let mail = try read(.fixture(name: name))
        #expect(mail.recipient == [name, "ada@family.example"])
        #expect(mail.longestLine <= 78)
    }

    @Test(arguments: [String(repeating: "n", count: 200), String(repeating: "é", count: 100)])
    func longNamesSurvive(name: String) throws {
        let mail = try read(.fixture(name: name))
        #expect(mail.wholeRecipient == "\(name) <ada@family.example>")
        #expect(mail.longestLine <= 78)
    }

    @Test(arguments: [
        "Plain.\n", "No break at the end", "", "\n\n", ".\n..\n.dot\n", "trailing blank \nand tab\t\n", "a = b =20\n",
        "Ünïcödé ✓ 👩‍👩‍👧‍👦\n", "From here\n", "nul \u{0} bell \u{7}\n", "--=_job-42\n--=_job-42--\n",
        String(repeating: "long line ", count: 500), String(repeating: "✓", count: 2_000),
    ])
    func bothTwinsSurvive(text: String) throws {
        let html = "<p>\(text)</p>"
        let mail = try read(.fixture(text: text, html: html))
        #expect(mail.type == "multipart/alternative")
        #expect(mail.parts == [["text/plain", text], ["text/html", html]])
        #expect(mail.longestLine <= 78)
    }

    @Test func textAloneIsNotMultipart() throws {
        let mail = try read(.fixture(text: "Grüße\n"))
        #expect(mail.parts == [["text/plain", "Grüße\n"]])
        #expect(mail.type == "text/plain")
    }

    @Test func everyKindOfLineBreakBecomesOne() throws {
        let mail = try read(.fixture(text: "unix\nwindows\r\nold mac\rend"))
        #expect(mail.parts == [["text/plain", "unix\nwindows\nold mac\nend\n"]])
    }

    @Test func longestAddressesFitInALine() throws {
        let domain = [60, 60, 60].map { String(repeating: "d", count: $0) }.joined(separator: ".")
        let address = "\(String(repeating: "l", count: 64))@\(domain)"
        let mail = try read(.fixture(to: address, name: "Ada"))
        #expect(mail.recipient == ["Ada", address])
        #expect(mail.longestLine <= 998)
    }

    private func read(_ message: MailMessage) throws -> ParsedMail {
        let mail = try ParsedMail(message.composed(from: .storytime))
        #expect(mail.defects.isEmpty)
        #expect(mail.strayBreaks == 0)
        return mail
    }
}

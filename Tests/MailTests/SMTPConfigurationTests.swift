import Mail
import Testing

struct SMTPConfigurationTests {
    @Test(arguments: [
        ("smtp://mail.example", "smtp://mail.example:25?starttls=opportunistic"),
        ("smtp://[::1]:1025?starttls=none", "smtp://[::1]:1025?starttls=none"),
        ("smtp://mail.example:1025?starttls=none", "smtp://mail.example:1025?starttls=none"),
        ("smtp://teller:onceupon@mail.example:587", "smtp://***@mail.example:587?starttls=required"),
        ("smtps://teller:onceupon@mail.example", "smtps://***@mail.example:465"),
    ])
    func urlsAreReadWithTheirDefaults(url: String, description: String) throws {
        #expect(try SMTPConfiguration(url: url).description == description)
    }

    @Test func loginNeverShows() throws {
        let configuration = try SMTPConfiguration(url: "smtp://teller:once%40upon@mail.example")
        var dumped = ""
        dump([configuration], to: &dumped)
        let shown = "\(configuration) \(String(reflecting: configuration)) \([configuration]) \(dumped)"
        #expect(shown.contains("mail.example"))
        #expect(!shown.contains("upon"))
        #expect(!shown.contains("teller"))
    }

    @Test(arguments: [
        "", "mail.example", "https://mail.example", "smtp://", "smtp://mail.example?starttls=maybe",
        "smtp://mail.example?tls=1",
        "smtps://mail.example?starttls=none", "smtp://mail.example?starttls=implicit", "smtp://mail.example/not%0Aours",
        "smtp://teller:secret@:25", "ftp://teller:secret@mail.example",
    ])
    func unusableURLsAreRefusedWithoutRepeatingThem(url: String) {
        let error = #expect(throws: MailError.self) { try SMTPConfiguration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.field == "url")
        #expect(error.map { "\($0)".contains("secret") } == false)
    }
}

import FoundationEssentials
import Testing

@testable import Notifications

@Suite struct LetterTests {
    private let letters: [Letter] = [
        .welcome,
        .receipt(Purchase(payment: UUID(), plan: "a<b>&\"c'", amount: 150, currency: "EUR")),
        .paymentFailed(Purchase(payment: UUID(), plan: "pro", amount: 150, currency: "EUR"), reason: "mystery"),
    ]

    @Test func `nothing that people or plans are called becomes markup`() {
        for letter in letters {
            let html = letter.composed(for: "<script>alert('&')</script>", appURL: "https://app.example/?a=\"b\"").html
            #expect(!html.contains("<script>"))
            #expect(!html.contains("a<b>"))
            #expect(html.contains("Hello &lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;,"))
            #expect(html.contains("href=\"https://app.example/?a=&quot;b&quot;"))
        }
    }

    @Test func `text and HTML say the same`() {
        for letter in letters {
            let composed = letter.composed(for: "Ada", appURL: "https://app.example")
            for paragraph in composed.paragraphs {
                #expect(composed.text.contains(paragraph))
                #expect(composed.html.contains(paragraph.htmlEscaped))
            }
            #expect(composed.text.contains(composed.link.url))
            #expect(composed.html.contains(composed.link.url))
        }
    }

    @Test func `a letter without a name greets all the same`() {
        #expect(Letter.welcome.composed(for: nil, appURL: "").text.hasPrefix("Hello,\n"))
    }

    @Test(arguments: [
        (499, "EUR", "4.99 EUR"), (5, "USD", "0.05 USD"), (0, "EUR", "0.00 EUR"), (100, "EUR", "1.00 EUR"),
        (1200, "JPY", "1200 JPY"), (1234, "KWD", "1.234 KWD"), (7, "KWD", "0.007 KWD"), (-150, "EUR", "-1.50 EUR"),
    ])
    func `amounts are written with the currency's decimals`(amount: Int, currency: String, text: String) {
        #expect(Purchase(payment: UUID(), plan: "pro", amount: amount, currency: currency).price == text)
    }

    @Test(arguments: [("first-story", "First story"), ("pro", "Pro"), ("", ""), ("a--b-", "A b")])
    func `slugs become words`(slug: String, words: String) {
        #expect(slug.wordsFromSlug == words)
    }
}

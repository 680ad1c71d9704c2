import FoundationEssentials
import Identifiers

/// Where a page of payments ended: the last payment's identifier, in a form that nobody is tempted to take apart.
struct PaymentCursor: Sendable, Hashable {
    let last: PaymentID

    init(_ last: PaymentID) { self.last = last }

    /// Reads a cursor that a client sends back.
    init(_ text: String) throws(PaymentError) {
        guard let bytes = Data(base64Encoded: text), let last = PaymentID(String(decoding: bytes, as: UTF8.self)) else {
            throw .malformedCursor
        }
        self.last = last
    }

    /// The 36 ASCII characters need no padding, and give none of the letters in which base64 and base64url differ.
    var text: String { Data(last.description.utf8).base64EncodedString() }
}

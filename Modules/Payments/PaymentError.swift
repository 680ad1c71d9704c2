/// Why a request to pay did not get its payment.
enum PaymentError: Error, Hashable {
    /// What is wrong with an order that the schema cannot see.
    enum Fault: Sendable, Hashable {
        /// The plan does not exist, or is free.
        case planNotForSale
        /// The gateway knows no such payment method.
        case unknownPaymentMethod
    }

    /// The order cannot be charged; nothing was stored.
    case unusable(PaymentOrder, [Fault])
    /// The key has made this payment, so long ago that its answer is not kept any more.
    case keySpent(PaymentID)
    /// The gateway took no money. The payment is stored as failed, and the key is spent.
    case refused(PaymentID, RefusalReason)
    /// There is no such payment, or it is another account's.
    case noSuchPayment
    /// The cursor is none of ours.
    case malformedCursor
}

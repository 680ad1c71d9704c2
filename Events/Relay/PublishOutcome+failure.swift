import EventOutbox
import RabbitMQ

extension PublishOutcome {
    /// Why the broker did not take a message; nil when it did.
    var failure: HandOverFailure? {
        switch self {
        case .confirmed: nil
        case .nacked: HandOverFailure("the broker could not take it, such as for a queue that is full (nack)")
        case .unroutable(let reason): HandOverFailure("no queue is bound that it could go to (\(reason))")
        case .refused(let reason): HandOverFailure("the broker does not take it as it is: \(reason)", isPermanent: true)
        }
    }
}

import AchievementEvents
import AuthEvents
import Events
import FamilyEvents
import NotificationEvents
import PaymentEvents
import StoryEvents
import SubscriptionEvents

/// Every event of every contract.
enum Contracts {
    static let events: [any DomainEvent.Type] =
        AchievementContract.events + AuthContract.events + FamilyContract.events + NotificationContract.events
        + PaymentContract.events + StoryContract.events + SubscriptionContract.events

    /// The event type with a stored name.
    static func event(named name: EventName) -> (any DomainEvent.Type)? { events.first { $0.name == name } }
}

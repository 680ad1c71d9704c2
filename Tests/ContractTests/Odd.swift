import Events
import Foundation

/// An event with everything that a payload can be made of.
struct Odd: DomainEvent {
    enum Size: String, Codable, CaseIterable { case small, large }
    struct Inner: Codable {
        let at: Date
        let id: UUID?
    }

    static let name: EventName = "tests.odd"
    let word: String?
    let count: Int
    let ratio: Double
    let isOn: Bool
    let sizes: [Size]
    let inner: Inner
    let free: [String: Int]
    var key: OrderingKey { OrderingKey("odd", "\(inner.id?.uuidString.lowercased() ?? "none")/\(count)") }
}

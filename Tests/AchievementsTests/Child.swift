import FamilyEvents
import Foundation
import Identifiers
import StoryEvents

/// A child whose family lives somewhere.
struct Child: Sendable {
    let id = KidID.new()
    let parent: UserID
    let timeZone: String

    init(of parent: UserID = .new(), in timeZone: String = "UTC") {
        self.parent = parent
        self.timeZone = timeZone
    }

    var created: KidCreated { KidCreated(kid: id, parent: parent, timeZone: timeZone) }

    /// Finishes a story at a moment such as `2026-03-01T09:30:00Z`.
    func completed(
        _ moment: String,
        story: StoryID = .new(),
        category: String = "courage"
    ) throws -> StoryCompleted {
        completed(try Date(moment, strategy: .iso8601), story: story, category: category)
    }

    func completed(_ moment: Date, story: StoryID = .new(), category: String = "courage") -> StoryCompleted {
        StoryCompleted(story: story, kid: id, parent: parent, category: category, seconds: 60, completedAt: moment)
    }

    /// A story a day, from a first day on.
    func completedDaily(from first: String, days: Int) throws -> [StoryCompleted] {
        let start = try Date(first, strategy: .iso8601)
        return (0..<days).map { completed(start.addingTimeInterval(Double($0) * 86_400)) }
    }
}

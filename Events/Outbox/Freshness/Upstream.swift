import EventDelivery
import Events

/// Which listeners may have to run before others can hear of something.
///
/// A listener depends on those of the modules whose events it hears, because they may be the ones that record them. That
/// is more than there is: it costs nothing, as only events that really follow from a write are waited for.
struct Upstream: Sendable {
    private let closures: [String: Set<String>]

    init(_ listeners: [Listener]) {
        let listeners = listeners.filter { $0.effect == .transactional }
        let byModule = Dictionary(grouping: listeners) { $0.name.prefix { $0 != "." } }.mapValues { $0.map(\.name) }
        let next = Dictionary(
            uniqueKeysWithValues: listeners.map { listener in
                let modules = listener.hears.map { Set($0.map(\.module)) } ?? Set(byModule.keys)
                return (listener.name, Set(modules.flatMap { byModule[$0] ?? [] }))
            }
        )
        closures = next.mapValues { direct in
            var found = direct
            var new = direct
            while !new.isEmpty {
                new = Set(new.flatMap { next[$0] ?? [] }).subtracting(found)
                found.formUnion(new)
            }
            return found
        }
    }

    func knows(_ listener: String) -> Bool { closures[listener] != nil }

    /// These listeners and all they depend on.
    func closure(of listeners: [String]) -> Set<String> {
        listeners.reduce(into: Set(listeners)) { $0.formUnion(closures[$1] ?? []) }
    }
}

import FoundationEssentials
import StrictJSON

/// One value of a shape under construction, shared by whoever adds to it.
final class ShapeNode {
    enum Content {
        case undecided
        case value(EventShape.ValueType)
        case list(ShapeNode)
        case members([(name: String, node: ShapeNode)])
    }

    var content = Content.undecided
    var isRequired = true

    /// The member of that name, made when it is first asked for.
    func member(_ name: String) -> ShapeNode {
        var members: [(name: String, node: ShapeNode)] = []
        if case .members(let known) = content { members = known }
        if let found = members.first(where: { $0.name == name }) { return found.node }
        let made = ShapeNode()
        content = .members(members + [(name, made)])
        return made
    }

    var type: EventShape.ValueType {
        switch content {
        case .undecided: .any
        case .value(let type): type
        case .list(let element): .list(element.type)
        case .members(let members) where members.isEmpty: .map
        case .members(let members):
            .object(
                members.map { EventShape.Field(name: $0.name, type: $0.node.type, isRequired: $0.node.isRequired) }
            )
        }
    }
}

/// Samples of scalars; no two have the same text, so that a text tells which member it came from.
final class ShapeSamples {
    private(set) var texts: [(path: String, text: String)] = []
    private var count = 0

    /// The type and a sample of it; nil for everything that is made of other values.
    func scalar(_ type: any Decodable.Type, at path: [any CodingKey]) -> (EventShape.ValueType, any Sendable)? {
        count += 1
        let number = 7_000_000 + count
        let name = path.map(\.stringValue).joined(separator: ".")
        func note(_ text: String) { texts.append((name, text)) }
        switch type {
        case is String.Type:
            note("sample-\(number)")
            return (.text, "sample-\(number)")
        case is UUID.Type:
            let id = UUID(uuid: (1, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, UInt8(count >> 8), UInt8(count & 255)))
            note(id.uuidString.lowercased())
            return (.uuid, id)
        case is Date.Type: return (.dateTime, Date(timeIntervalSince1970: Double(number)))
        case is Bool.Type: return (.boolean, true)
        case is Double.Type: return (.number, Double(number))
        case is JSON.Type: return (.any, JSON.null)
        case is Int.Type:
            note("\(number)")
            return (.integer, number)
        default: return whole(type, number)
        }
    }

    private func whole(_ type: any Decodable.Type, _ number: Int) -> (EventShape.ValueType, any Sendable)? {
        guard let type = type as? any (FixedWidthInteger & Sendable).Type else { return nil }
        return (.integer, type.init(clamping: number))
    }
}

import Events
import Foundation
import Testing

@Suite struct CatalogTests {
    @Test func `every event of every contract is listed`() throws {
        let listed = Contracts.events.map { $0.name.rawValue }
        let declared = try Self.declared()
        let forgotten = declared.filter { !listed.contains($0.key) }.map(\.value)
        #expect(forgotten.isEmpty, "add these events to their contract's `events`, and the contract to Contracts")
        #expect(declared.count == listed.count)
    }

    @Test func `names are unique, in lower case, and begin with the module's`() {
        #expect(Set(Contracts.events.map { $0.name }).count == Contracts.events.count)
        let letters = Set("abcdefghijklmnopqrstuvwxyz")
        for type in Contracts.events {
            let parts = type.name.rawValue.split(separator: ".", omittingEmptySubsequences: false)
            let words = parts.last?.split(separator: "-", omittingEmptySubsequences: false) ?? []
            #expect(
                parts.count == 2
                    && (parts + words).allSatisfy { !$0.isEmpty && letters.isSuperset(of: $0.filter { $0 != "-" }) },
                "\(type): \(type.name) is not module.what-happened"
            )
        }
    }

    /// The names that the sources of the contracts declare, and where.
    private static func declared() throws -> [String: String] {
        let contracts = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Events/Contracts")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: contracts.path).filter {
            $0.hasSuffix(".swift")
        }
        var names: [String: String] = [:]
        for path in paths {
            let text = try String(contentsOf: contracts.appending(path: path), encoding: .utf8)
            for part in text.components(separatedBy: "static let name: EventName = \"").dropFirst() {
                names[String(part.prefix { $0 != "\"" })] = path
            }
        }
        return names
    }
}

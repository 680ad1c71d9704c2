import Events
import Foundation
import Origin
import StrictJSON
import Testing

/// What one version of an event has looked like since it was first stored. It never changes.
struct GoldenFile: Sendable, CustomTestStringConvertible {
    let name: EventName
    let version: Int

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// Every golden file that there is.
    static let all: [GoldenFile] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { GoldenFile(fileName: $0) }
    }()

    init(_ type: any DomainEvent.Type) {
        name = type.name
        version = type.version
    }

    private init?(fileName: String) {
        guard fileName.hasSuffix(".json"), let split = fileName.range(of: ".v", options: .backwards),
            let version = Int(fileName[split.upperBound...].dropLast(5))
        else { return nil }
        name = EventName(rawValue: String(fileName[..<split.lowerBound]))
        self.version = version
    }

    var fileName: String { "\(name).v\(version).json" }
    var testDescription: String { fileName }
    var path: String { Self.folder.appending(path: fileName).path }

    func read() throws -> JSON {
        let text = try Data(contentsOf: Self.folder.appending(path: fileName))
        return try JSON(parsing: Array(text))
    }

    /// Writes a file that is not there yet; one that is there stays as it is.
    func write(_ json: JSON) throws {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Data(json.bytes + Array("\n".utf8))
            .write(to: Self.folder.appending(path: fileName), options: .withoutOverwriting)
    }

    /// The payload as a stored event.
    func stored() throws -> EventEnvelope {
        EventEnvelope(
            id: UUID(),
            position: 1,
            name: name,
            version: version,
            key: OrderingKey(stored: "golden:1"),
            payload: try read().bytes,
            origin: Origin(),
            recordedAt: Date()
        )
    }
}

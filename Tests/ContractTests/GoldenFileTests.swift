import Events
import Foundation
import StrictJSON
import Testing

/// Rows outlive code: what was stored once can be read for ever.
@Suite struct GoldenFileTests {
    @Test func `every event type has a sample`() {
        let sampled = Set(Samples.events.map { type(of: $0).name })
        for type in Contracts.events {
            #expect(sampled.contains(type.name), "add a sample of \(type) to Samples.events")
        }
        #expect(sampled.count == Samples.events.count, "one sample a type is enough")
    }

    @Test(arguments: Contracts.events.map(GoldenFile.init))
    func `the current version has a golden file`(file: GoldenFile) throws {
        let sample = try #require(Samples.events.first { type(of: $0).name == file.name })
        let isMissing = !FileManager.default.fileExists(atPath: file.path)
        if isMissing, ProcessInfo.processInfo.environment["STORYTIME_WRITE_GOLDEN"] == "1" {
            return try file.write(try JSON(encoding: sample))
        }
        #expect(
            !isMissing,
            """
            \(file.fileName) is missing. If \(file.name) is new or has a new version: run \
            STORYTIME_WRITE_GOLDEN=1 swift test --filter ContractTests, look at the new file, and commit it.
            """
        )
    }

    @Test(arguments: Contracts.events.map(GoldenFile.init))
    func `an event is stored as its golden file says`(file: GoldenFile) throws {
        let sample = try #require(Samples.events.first { type(of: $0).name == file.name })
        let (now, stored) = (try JSON(encoding: sample), try file.read())
        #expect(
            now == stored,
            """
            \(type(of: sample)) is not stored as before, but events in databases look like \(file.fileName). Raise \
            `version`, write `upcast` for the old one, and make a golden file of the new one.
            """
        )
    }

    @Test(arguments: GoldenFile.all)
    func `every version ever stored can be read`(file: GoldenFile) throws {
        let type = try #require(
            Contracts.event(named: file.name),
            "\(file.name) is gone, but databases hold it: bring the type back or decide what becomes of its events"
        )
        #expect(file.version <= type.version, "\(type) has gone back to version \(type.version)")
        let (read, stored) = (try JSON(encoding: Self.decode(type, file)), try file.read())
        if file.version == type.version { #expect(read == stored, "\(type) loses something on the way") }
    }

    @Test(arguments: Contracts.events.map(GoldenFile.init))
    func `no version is without its golden file`(file: GoldenFile) {
        let versions = Set(GoldenFile.all.filter { $0.name == file.name }.map(\.version))
        for version in 1...file.version {
            #expect(versions.contains(version), "\(file.name).v\(version).json was deleted; take it from the history")
        }
    }

    private static func decode<Event: DomainEvent>(_: Event.Type, _ file: GoldenFile) throws -> Event {
        try file.stored().decode()
    }
}

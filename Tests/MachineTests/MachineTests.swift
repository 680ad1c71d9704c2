import Foundation
import Machine
import Testing

@Suite struct MachineTests {
    @Test func `memory counts what the process has written to`() throws {
        let before = try #require(Machine.residentBytes)
        var pages = [UInt8](repeating: 0, count: 64 << 20)
        for index in stride(from: 0, to: pages.count, by: 4096) { pages[index] = 1 }
        let after = try #require(Machine.residentBytes)
        #expect(after - before > 32 << 20)
        #expect(pages[4096] == 1)
    }

    @Test func `an opened file is counted`() throws {
        let before = try #require(Machine.openFiles)
        let files = (0..<64).compactMap { _ in FileHandle(forReadingAtPath: "/proc/self/exe") }
        #expect(files.count == 64)
        #expect(try #require(Machine.openFiles) >= before + 32)
        #expect(try #require(Machine.openFileLimit) > before)
        for file in files { try file.close() }
    }

    @Test func `a disk has room, and no path has no disk`() throws {
        let disk = try #require(DiskSpace(at: "/"))
        let expected = try FileManager.default.attributesOfFileSystem(forPath: "/")[.systemSize] as? Int
        #expect(disk.total == expected)
        #expect(disk.free <= disk.total && (0...100).contains(disk.freePercent))
        #expect(DiskSpace(at: "/no/such/place") == nil)
    }
}

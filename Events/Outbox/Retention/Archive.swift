public import FoundationEssentials
import Glibc

/// One archived partition: a gzip file of JSON lines, one event each, in order of position, and what is in it.
///
/// It is also the manifest that lies beside the file, under the same name with `.json`. The manifest comes last: an
/// archive without one is not finished.
public struct Archive: Sendable, Codable, Equatable {
    /// The version of this format.
    public let format: Int
    /// The name of the file.
    public let file: String
    /// The first number of the partition.
    public let firstSeq: Int
    /// The last number of the partition.
    public let lastSeq: Int
    /// How many events are in it.
    public let events: Int
    /// The lowest position of its events; nil when it has none.
    public let firstPosition: Int?
    /// The highest position of its events.
    public let lastPosition: Int?
    /// When its oldest event was recorded.
    public let oldest: Date?
    /// When its newest event was recorded.
    public let newest: Date?
    /// The size of the file.
    public let bytes: Int
    /// SHA-256 of the file, in hexadecimal.
    public let sha256: String
    /// When it was written.
    public let archivedAt: Date

    /// The archives of a folder, the oldest events first.
    public static func list(in folder: String) throws -> [Archive] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ArchiveError(path: folder, "the folder cannot be read", error)
        }
        let manifests = names.filter { $0.hasPrefix("events-") && $0.hasSuffix(".json") }
        return try manifests.map { try read(folder + "/" + $0) }.sorted { $0.firstSeq < $1.firstSeq }
    }

    /// The manifest of an archive, named by the manifest or by the file beside it.
    public static func read(_ path: String) throws -> Archive {
        let manifest = path.hasSuffix(".jsonl.gz") ? path.dropLast(".jsonl.gz".count) + ".json" : path[...]
        guard let data = FileManager.default.contents(atPath: String(manifest)) else {
            throw ArchiveError(path: path, reason: "there is no manifest \(manifest) beside it that can be read")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let archive = try decoder.decode(Archive.self, from: data)
            guard archive.format == 1 else {
                throw ArchiveError(path: path, reason: "its format is newer than this program")
            }
            return archive
        } catch let error as DecodingError {
            throw ArchiveError(path: path, reason: "its manifest cannot be read: \(error)")
        }
    }
}

/// An archive cannot be written, read or restored.
public struct ArchiveError: Error, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong.
    public let reason: String

    /// One line for the operator.
    public var description: String { "\(path): \(reason)" }

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Says what the operating system said.
    init(path: String, _ failure: String, _ error: any Error) {
        let cause = (error as? CocoaError)?.underlying as? POSIXError
        let reason = cause.map { unsafe String(cString: strerror($0.code.rawValue)) } ?? "\(error)"
        self.init(path: path, reason: "\(failure): \(reason)")
    }
}

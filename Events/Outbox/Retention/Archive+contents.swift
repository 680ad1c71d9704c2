import Crypto
import FoundationEssentials
import Glibc
import Gzip

extension Archive {
    /// What is really in an archive's file.
    struct Contents {
        let bytes: Int
        let sha256: String
        let lines: Int

        /// Reads the whole file, in constant memory. If a checksum is expected it is compared before anything is unpacked.
        init(path: String, expecting checksum: String? = nil) throws {
            (bytes, sha256) = try Self.digest(path)
            guard checksum == nil || checksum == sha256 else {
                throw ArchiveError(path: path, reason: "its checksum is not that of the manifest: it was damaged")
            }
            var reader = try GzipReader(path: path)
            var count = 0
            while case let page = try reader.lines(), !page.isEmpty { count += page.count }
            lines = count
        }

        private static func digest(_ path: String) throws -> (Int, String) {
            let descriptor = unsafe open(path, O_RDONLY)
            guard descriptor >= 0 else { throw ArchiveError(path: path, reason: "it cannot be opened") }
            defer { close(descriptor) }
            var hash = SHA256()
            var (total, buffer) = (0, [UInt8](repeating: 0, count: 1 << 18))
            while case let count = unsafe Glibc.read(descriptor, &buffer, buffer.count), count != 0 {
                guard count > 0 else { throw ArchiveError(path: path, reason: "it cannot be read") }
                hash.update(data: buffer[..<count])
                total += count
            }
            let digits = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
            return (total, digits.joined())
        }
    }

    /// Throws unless the file beside the manifest is what the manifest says.
    public func verify(in folder: String) throws {
        let path = folder + "/" + file
        let contents = try Contents(path: path, expecting: sha256)
        guard contents.lines == events else {
            throw ArchiveError(path: path, reason: "it has \(contents.lines) events, the manifest says \(events)")
        }
    }
}

import Foundation

/// The source tree that these tests read.
enum Checkout {
    /// The folder that holds Package.swift.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file below a folder of the checkout, by path within the checkout.
    static func swiftFiles(in folder: String) -> [String] {
        files(in: folder).filter { $0.hasSuffix(".swift") }
    }

    static func files(in folder: String) -> [String] {
        let base = root.appending(path: folder)
        let found = FileManager.default.enumerator(atPath: base.path(percentEncoded: false))?.allObjects ?? []
        return found.compactMap { $0 as? String }.map { "\(folder)/\($0)" }.sorted()
    }

    static func text(_ file: String) throws -> String {
        try String(contentsOf: root.appending(path: file), encoding: .utf8)
    }

    static func folders(in folder: String) throws -> [String] {
        let base = root.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(at: base, includingPropertiesForKeys: [.isDirectoryKey])
            .filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true }
            .map(\.lastPathComponent).sorted()
    }
}

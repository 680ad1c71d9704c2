import Foundation
import Testing

/// Source code in `Snippets`, held against the modules of this very build as code outside of the package would be.
enum Snippet {
    /// What the compiler says about a line.
    struct Complaint: Equatable {
        let line: Int
        let text: String
    }

    /// The reasons that comments of the form `// expect: reason` give, by line.
    static func expectations(of name: String) throws -> [Int: String] {
        let lines = try Checkout.text(path(name)).split(separator: "\n", omittingEmptySubsequences: false)
        let found = lines.enumerated().compactMap { index, line in
            line.firstMatch(of: #/// expect: (.+)$/#).map { (index + 1, String($0.1)) }
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Compiles snippets together and returns the errors in the last one.
    static func errors(in names: [String]) throws -> [Complaint] {
        let output = try compile(names.map { Checkout.root.appending(path: path($0)).path(percentEncoded: false) })
        let last = try #require(names.last)
        let complaints = output.split(separator: "\n").compactMap { line -> (file: String, Complaint)? in
            guard let match = line.firstMatch(of: #/([^/ ]*):(\d+):\d+: error: (.*)$/#) else { return nil }
            return (String(match.1), Complaint(line: Int(match.2) ?? 0, text: String(match.3)))
        }
        #expect(complaints.isEmpty == !output.contains("error: "), "\(output)")
        return complaints.filter { $0.file == "\(last).swift" }.map(\.1)
    }

    private static func path(_ name: String) -> String { "Tests/ArchitectureTests/Snippets/\(name).swift" }

    private static func compile(_ files: [String]) throws -> String {
        let products = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-emit-sil", "-o", "/dev/null", "-wmo", "-parse-as-library", "-module-name", "Snippets"]
            + ["-swift-version", "6", "-enable-upcoming-feature", "MemberImportVisibility"]
            + ["-enable-upcoming-feature", "NonisolatedNonsendingByDefault"]
            + ["-I", products.appending(path: "Modules").path(percentEncoded: false)]
            + (try clangFlags(of: products)) + files
        let output = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// How the build's plan leads to the C modules that ours are made of.
    private static func clangFlags(of products: URL) throws -> [String] {
        let plan = products.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "\(products.lastPathComponent).yaml")
        let text = try String(contentsOf: plan, encoding: .utf8)
        let maps = Set(text.matches(of: #/"(-fmodule-map-file=[^"]+)"/#).map { String($0.1) })
        let headers = Set(text.matches(of: #/"(-I/[^"]+)"/#).map { String($0.1) })
        return (maps.sorted() + headers.sorted()).flatMap { ["-Xcc", $0] }
    }
}

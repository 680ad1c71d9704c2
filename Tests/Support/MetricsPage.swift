import Foundation
import StrictJSON

/// A page of metrics as judges outside of this project read it.
package struct MetricsPage: Sendable {
    private let text: String

    /// What `/metrics` answered.
    package init(_ text: String) { self.text = text }

    /// The samples by `name{label=value,…}`, as Prometheus' client for Python reads them.
    package func samples() async throws -> [String: Double] {
        try await withFile { file in
            let output = try await Command([Peer.python, Peer.checkout("Tests/Support/Peers/exposition.py"), file])
                .output()
            let members = try JSON(parsing: Array(output.utf8)).object?.members ?? []
            return Dictionary(
                uniqueKeysWithValues: members.map { ($0.name, $0.value.string.flatMap(Double.init) ?? .nan) }
            )
        }
    }

    /// What Prometheus' own tool has to say against it; nothing if all is well.
    package func promtoolFindings() async throws -> String {
        try await withFile { file in
            do {
                return try await Command(["/bin/sh", "-c", "exec promtool check metrics <\(file)"]).output()
            } catch let failure as CommandFailed {
                return failure.output
            }
        }
    }

    /// Whether the tool is there; `Scripts/install` brings it.
    package static var hasPromtool: Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/promtool")
        }
    }

    private func withFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString)").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try await body(file)
    }
}

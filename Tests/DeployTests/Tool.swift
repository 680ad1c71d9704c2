import Foundation
import StrictJSON
import TestSupport

/// Tools that judge what a deployment is made of.
enum Tool {
    /// Runs Prometheus' own tool in the folder of the rules.
    static func promtool(_ arguments: String..., folder: String = Peer.checkout("Deploy/prometheus")) async throws
        -> String
    {
        try await Command(["/bin/sh", "-c", "cd \"$0\" && exec promtool \"$@\"", folder] + arguments).output()
    }

    /// Every document of a YAML file.
    static func yaml(_ path: String) async throws -> [JSON] {
        let script =
            "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1]))), default=str))"
        let output = try await Command([Peer.python, "-c", script, Peer.checkout(path)]).output()
        return try JSON(parsing: Array(output.utf8)).array ?? []
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: Peer.checkout(path), encoding: .utf8)
    }

    static func files(in folder: String, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Peer.checkout(folder)).filter { $0.hasSuffix(suffix) }
            .sorted().map { "\(folder)/\($0)" }
    }
}

import Foundation
import JourneySupport
import StrictJSON
import TestSupport
import Testing

/// What is deployed fits the program: settings that it knows, commands that it has, pages that it serves.
@Suite(.timeLimit(.minutes(2))) struct ManifestTests {
    private static let places = ["systemd", "container", "kubernetes"]

    @Test func `every setting is one that the program knows`() async throws {
        let known = try await withStorytime(isMigrated: false) { storytime in
            try await storytime.run("config", "--json").succeeded().json["settings"]?.array?.compactMap {
                $0["name"]?.string
            }
        }
        let names = Set(known ?? [])
        #expect(names.count > 30)
        for folder in Self.places {
            for file in try Tool.files(in: "Deploy/\(folder)", "") {
                for match in try Tool.text(file).matches(of: /\bSTORYTIME_[A-Z_]+/) {
                    let name = String(match.0)
                    let setting = name.hasSuffix("_FILE") ? String(name.dropLast(5)) : name
                    #expect(names.contains(setting), "\(file) sets \(name)")
                }
            }
        }
    }

    @Test func `Kubernetes takes the manifests`() async throws {
        let files = try Tool.files(in: "Deploy/kubernetes", ".yaml")
        #expect(files.count >= 5)
        for file in files {
            let validator = "from kubernetes_validate.__main__ import main; main()"
            let words = [Peer.python, "-c", validator, "--strict", Peer.checkout(file)]
            let output = try await Command(words).output()
            #expect(output.contains("passed"), "\(file): \(output)")
        }
    }

    @Test func `hadolint finds nothing to mend in the Dockerfile`() async throws {
        let linter = URL(filePath: Peer.python).deletingLastPathComponent().appending(path: "hadolint").path
        let file = Peer.checkout("Deploy/container/Dockerfile")
        #expect(try await Command([linter, "--no-color", "--failure-threshold", "style", file]).output() == "")
    }

    @Test func `the compose file is what the Compose specification allows`() async throws {
        let validator = [Peer.python, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
        let output = try await Command(validator + [Peer.checkout("Deploy/container/compose.yaml")]).output()
        #expect(output.hasPrefix("ok"), "\(output)")
    }

    @Test func `containers run as nobody, with probes that the program answers`() async throws {
        var containers = 0
        for file in try Tool.files(in: "Deploy/kubernetes", ".yaml") {
            for document in try await Tool.yaml(file) {
                guard let pod = document["spec"]?["template"]?["spec"] else { continue }
                #expect(pod["securityContext"]?["runAsNonRoot"] == true)
                for container in pod["containers"]?.array ?? [] {
                    containers += 1
                    let security = container["securityContext"]
                    #expect(
                        security?["readOnlyRootFilesystem"] == true && security?["allowPrivilegeEscalation"] == false
                    )
                    #expect(container["resources"]?["limits"]?["memory"] != nil)
                    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                        guard let path = container[probe]?["httpGet"]?["path"]?.string else { continue }
                        let expected = probe == "readinessProbe" ? "/health/ready" : "/health/live"
                        #expect(path == expected)
                    }
                }
            }
        }
        #expect(containers == 3)
    }

    @Test func `the compose file names files that are there and commands that the program has`() async throws {
        let compose = try #require(try await Tool.yaml("Deploy/container/compose.yaml").first)
        let services = compose["services"]?.object?.members ?? []
        let ours = services.filter { $0.value["image"] == "storytime" }
        #expect(ours.map(\.name) == ["migrate", "seed", "api", "work"])
        for service in ours {
            #expect(service.value["read_only"] == true && service.value["cap_drop"] == ["ALL"])
            let words = service.value["command"]?.array?.compactMap(\.string) ?? []
            try await withStorytime(isMigrated: false) { storytime in
                _ = try await storytime.run(words + ["--help"]).succeeded()
            }
        }
        let paths = services.flatMap { $0.value["volumes"]?.array ?? [] }.compactMap(\.string)
            .filter { $0.hasPrefix(".") }.compactMap { $0.split(separator: ":").first }
        #expect(paths.count == 2)
        for path in paths {
            #expect(FileManager.default.fileExists(atPath: Peer.checkout("Deploy/container/\(path)")), "\(path)")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
    func `systemd takes the unit, and finds little to expose`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "units-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let unit = folder.appending(path: "storytime.service").path
        // It looks for the program, which is not installed here, and whose own path may have a space in it.
        let program = folder.appending(path: "storytime").path
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: try Storytime.executable)
        let text = try Tool.text("Deploy/systemd/storytime.service")
            .replacing("/usr/local/bin/storytime", with: program)
        try Data(text.utf8).write(to: URL(filePath: unit))
        #expect(try await Command(["systemd-analyze", "verify", unit]).output() == "")
        // Fails above an exposure of 2 of 10.
        _ = try await Command(["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit]).output()
    }
}

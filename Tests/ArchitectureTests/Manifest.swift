import Foundation
import Testing

/// The package as SwiftPM sees it: the truth that the code is held against.
struct Manifest: Decodable {
    struct Target: Decodable, CustomTestStringConvertible {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]

        var testDescription: String { name }
        var isFeature: Bool { path?.hasPrefix("Modules/") == true && name != "ModuleInterface" }
        var isContract: Bool { path?.hasPrefix("Events/Contracts/") == true }
        /// Names of targets and products that it declares.
        var declared: Set<String> { Set(dependencies.map(\.name)) }
    }

    struct Dependency: Decodable {
        let name: String

        private enum Key: String, CodingKey { case byName, product, target }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let key = container.allKeys.first ?? .byName
            var list = try container.nestedUnkeyedContainer(forKey: key)
            name = try list.decode(String.self)
        }
    }

    let targets: [Target]

    /// Asks SwiftPM, in a scratch folder of its own so that it does not wait for the build that runs the tests.
    static let current = Result { try read() }

    private static func read() throws -> Manifest {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.currentDirectoryURL = Checkout.root
        process.arguments = ["swift", "package", "--scratch-path", ".build-manifest", "dump-package"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Manifest.self, from: data)
    }
}

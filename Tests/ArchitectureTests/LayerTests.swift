import Foundation
import Testing

/// The map in Package.swift is law: what a file imports its target declares, and layers only look down.
@Suite struct LayerTests {
    /// Modules of other packages that a product brings under another name than its own.
    private static let products: [String: Set<String>] = [
        "Metrics": ["CoreMetrics"],
        "NIOCore": ["NIOEmbedded"],
    ]

    /// Part of the toolchain.
    private static let toolchain: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization",
        "Testing",
    ]

    static var targets: [Manifest.Target] { (try? Manifest.current.get().targets.filter { $0.type != "system" }) ?? [] }

    @Test func `the manifest can be read`() throws {
        #expect(try Manifest.current.get().targets.count > 20)
    }

    @Test(arguments: targets) func `imports are declared`(target: Manifest.Target) throws {
        let folder = try #require(target.path)
        let allowed = target.declared
            .union(target.declared.flatMap { Self.products[$0] ?? [] }).union(Self.toolchain).union([target.name])
        // Snippets are no part of the target.
        for file in Checkout.swiftFiles(in: folder) where !file.contains("/Snippets/") {
            for name in try Self.imports(of: file) {
                #expect(allowed.contains(name), "\(file) imports \(name), which \(target.name) does not declare")
            }
        }
    }

    @Test(arguments: targets.filter(\.isFeature)) func `a module knows no other module`(target: Manifest.Target) throws
    {
        let features = Set(Self.targets.filter(\.isFeature).map(\.name))
        #expect(target.declared.isDisjoint(with: features), "\(target.name) may only hear contracts")
    }

    @Test(arguments: targets.filter(\.isFeature)) func `a module hears what the map says`(target: Manifest.Target)
        throws
    {
        let contracts = Set(Self.targets.filter(\.isContract).map(\.name))
        let imported = try Set(Checkout.swiftFiles(in: try #require(target.path)).flatMap(Self.imports))
        for contract in target.declared.intersection(contracts) {
            #expect(imported.contains(contract), "\(target.name) declares \(contract) and does not use it")
        }
    }

    @Test func `only the composition, the outbox's own administration, the relay and tests see the outbox`() {
        let allowed = ["App", "EventAdministration", "EventRelay", "benchmarks", "TestSupport"] + Self.kits
        for target in Self.targets where target.type != "test" && target.declared.contains("EventOutbox") {
            #expect(
                allowed.contains(target.name),
                "\(target.name) sees EventOutbox"
            )
        }
    }

    /// Tools of tests. They break things on purpose, so that nothing that ships may see them.
    private static let kits = ["EventFaults", "EventTesting"]

    @Test func `no product sees the kits`() {
        for target in Self.targets where target.type != "test" && !Self.kits.contains(target.name) {
            #expect(target.declared.isDisjoint(with: Self.kits), "\(target.name) depends on a kit for tests")
        }
    }

    @Test func `the platform knows neither events nor modules`() {
        let above = Set(Self.targets.filter { $0.path?.hasPrefix("Platform/") != true }.map(\.name))
        for target in Self.targets where target.path?.hasPrefix("Platform/") == true {
            #expect(target.declared.isDisjoint(with: above), "\(target.name) looks up")
        }
    }

    @Test func `every module is part of the program`() throws {
        let features = try Checkout.text("App/Features.swift")
        for module in try Checkout.folders(in: "Modules") where module != "Interface" {
            #expect(features.contains("\(module)Module("), "App/Features.swift does not make \(module)Module")
            #expect(features.contains("\(module)Module.self"), "App/Features.swift does not catalogue \(module)Module")
        }
    }

    private static func imports(of file: String) throws -> [String] {
        try Checkout.text(file).split(separator: "\n").compactMap { line in
            guard let match = line.firstMatch(of: #/^\s*(?:@\w+\s+)*(?:\w+\s+)?import\s+(?:\w+\s+)??(\w+)/#) else {
                return nil
            }
            return String(match.1)
        }
    }
}

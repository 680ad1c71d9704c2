import Foundation
import Testing

/// Stored names outlive code: they are explicit, unique, and begin with the name of their module.
@Suite struct NameTests {
    @Test func `listeners are named once, by their module`() throws {
        var seen: [String: String] = [:]
        for module in try Checkout.folders(in: "Modules") where module != "Interface" {
            for file in Checkout.swiftFiles(in: "Modules/\(module)") {
                let text = try Checkout.text(file)
                for match in text.matches(of: #/(?:Listener)?\.(?:transactional|volatile)\(\s*"([^"]+)"/#) {
                    let name = String(match.1)
                    #expect(name.hasPrefix("\(module.lowercased())."), "\(file): \(name) should begin with its module")
                    #expect(seen[name] == nil, "\(file): \(name) is also in \(seen[name] ?? "")")
                    seen[name] = file
                }
            }
        }
        #expect(seen.count > 5)
    }

    @Test func `jobs are named once, by their module`() throws {
        var seen: [String: String] = [:]
        for module in try Checkout.folders(in: "Modules") where module != "Interface" {
            for file in Checkout.swiftFiles(in: "Modules/\(module)") {
                for match in try Checkout.text(file).matches(of: #/static let kind(?:: String)? = "([^"]+)"/#) {
                    let name = String(match.1)
                    #expect(name.hasPrefix("\(module.lowercased())."), "\(file): \(name) should begin with its module")
                    #expect(seen[name] == nil, "\(file): \(name) is also in \(seen[name] ?? "")")
                    seen[name] = file
                }
            }
        }
        #expect(!seen.isEmpty)
    }
}

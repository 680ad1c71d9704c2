import Foundation
import Testing

/// Files stay small enough to be read at one sitting.
@Suite struct BudgetTests {
    private static let folders = ["App", "Events", "Modules", "Migrations", "Platform"]

    @Test func `no file is longer than 300 lines and half of them are at most 80`() throws {
        var lengths: [Int] = []
        for file in Self.folders.flatMap(Checkout.swiftFiles) {
            let length = try Checkout.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(length <= 300, "\(file) has \(length) lines")
            lengths.append(length)
        }
        #expect(lengths.sorted()[lengths.count / 2] <= 80)
    }

    @Test func `nothing is left to do later`() throws {
        for file in (Self.folders + ["Tests", "Scripts"]).flatMap(Checkout.files)
        where !file.contains("/ArchitectureTests/") {
            guard let text = try? Checkout.text(file) else { continue }
            #expect(!text.contains(#/\b(TODO|FIXME|XXX)\b/#), "\(file) puts something off")
        }
    }
}

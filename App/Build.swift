import Foundation

/// What is known of the program file itself.
enum Build {
    /// When it was built, as far as its file tells.
    static var date: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date)?.formatted(.iso8601) ?? "unknown"
    }
}

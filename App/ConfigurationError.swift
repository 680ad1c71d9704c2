/// The configuration cannot be used. Nothing was started.
struct ConfigurationError: Error, CustomStringConvertible {
    let errors: [String]
    var description: String {
        "the configuration cannot be used:\n" + errors.map { "  - \($0)" }.joined(separator: "\n")
    }
}

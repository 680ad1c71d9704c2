extension Duration {
    /// The length in seconds, for arithmetic with dates.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

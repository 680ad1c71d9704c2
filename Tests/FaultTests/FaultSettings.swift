import Foundation

/// How much is done, and which random numbers are drawn.
struct FaultSettings {
    let evenings: Int
    let seed: UInt64

    static func read() -> FaultSettings {
        let environment = ProcessInfo.processInfo.environment
        return FaultSettings(
            evenings: environment["STORYTIME_FAULT_EVENINGS"].flatMap { Int($0) } ?? 200,
            seed: environment["STORYTIME_FAULT_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        )
    }
}

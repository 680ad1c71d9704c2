import Foundation

/// How much is done, and which random numbers are drawn.
struct FaultSettings {
    let evenings: Int
    let seed: UInt64
    /// How often each of several nodes is killed, at least.
    let kills: Int
    /// How often Postgres is stopped the hard way.
    let restarts: Int
    /// How long it may take after a blow until events are delivered again; nil to measure only.
    let recovery: Duration?

    static func read() -> FaultSettings {
        let environment = ProcessInfo.processInfo.environment
        return FaultSettings(
            evenings: environment["STORYTIME_FAULT_EVENINGS"].flatMap { Int($0) } ?? 200,
            seed: environment["STORYTIME_FAULT_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999),
            kills: environment["STORYTIME_FAULT_KILLS"].flatMap { Int($0) } ?? 3,
            restarts: environment["STORYTIME_FAULT_RESTARTS"].flatMap { Int($0) } ?? 1,
            recovery: environment["STORYTIME_FAULT_RECOVERY"].flatMap { Int($0) }.map { .seconds($0) }
        )
    }
}

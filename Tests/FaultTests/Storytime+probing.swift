import JourneySupport
import Postgres
import TestSupport

extension Storytime {
    /// How long it takes from now on until an event that is recorded now has reached a listener: as soon as Postgres takes
    /// it, and whoever is left to deliver it.
    ///
    /// Nobody is woken. Each probe has a number of its own.
    func recovery(probe number: Int, within limit: Duration = .seconds(60)) async throws -> Duration {
        let begin = ContinuousClock.now
        let key = "probe:\(number)"
        try await eventually("Postgres takes \(key)", within: limit) {
            (try? await announce("tests.probe", about: key, payload: "{}")) != nil
        }
        try await eventually("\(key) is delivered", within: limit) {
            let found = try? await database.read(
                """
                SELECT FROM events.event e
                JOIN events.log l USING (seq)
                JOIN analytics.event_block b
                  ON b.name = e.name AND b.block = l.position / 4096 AND get_bit(b.seen, (l.position % 4096)::int) = 1
                WHERE e.key = \(key)
                """
            )
            return found?.isEmpty == false
        }
        return ContinuousClock.now - begin
    }
}

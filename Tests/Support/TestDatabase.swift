import Foundation
import Logging
package import Postgres
package import Reactor
import Synchronization

/// A database of its own for every test that asks, on the cluster that STORYTIME_TEST_DATABASE_URL names.
///
/// The URL leads to any database of that cluster; its role must be allowed to CREATE DATABASE.
package enum TestDatabase {
    /// The one loop that all tests of the process share.
    package static var loop: ReactorLoop { get throws { try sharedLoop.get() } }

    /// The configuration that leads to a database of the test cluster.
    package static func configuration(for name: String) throws -> DatabaseConfiguration {
        var configuration = try clusterConfiguration()
        configuration.databaseName = name
        configuration.applicationName = "storytime-tests"
        configuration.beVeryPatient()
        return configuration
    }

    /// The URL that leads other programs to a database of the test cluster.
    package static func url(for name: String) throws -> String {
        let url = try clusterURL()
        return url + (url.contains("?") ? "&" : "?") + "dbname=\(name)"
    }

    /// Makes a database from a template and returns its name.
    package static func create(from template: String = "template0") async throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await cluster.get().command("CREATE DATABASE \(raw: name) TEMPLATE \(raw: template)")
        return name
    }

    /// Drops a database, with whoever is still connected to it.
    ///
    /// Not even FORCE may throw out an autovacuum worker (42501), which is gone a moment later; it is tried a few times.
    package static func drop(_ name: String) async throws {
        for attempt in 1... {
            do {
                try await cluster.get().command("DROP DATABASE IF EXISTS \(raw: name) WITH (FORCE)")
                return
            } catch let error as DatabaseError where error.sqlState == "42501" && attempt < 20 {
                try await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
    }

    private static let sharedLoop = Result { try ReactorLoop() }

    private static let cluster = Result {
        var configuration = try clusterConfiguration()
        configuration.applicationName = "storytime-tests-admin"
        configuration.statementTimeout = .seconds(60)
        configuration.acquireTimeout = .seconds(60)
        configuration.poolMinimum = 0
        configuration.poolMaximum = 4
        configuration.slowStatement = .seconds(10)
        return Database(configuration, on: try loop, logger: Logger(label: "tests.admin"))
    }

    private static func clusterConfiguration() throws -> DatabaseConfiguration {
        try DatabaseConfiguration(url: try clusterURL())
    }

    private static func clusterURL() throws -> String {
        guard let url = ProcessInfo.processInfo.environment["STORYTIME_TEST_DATABASE_URL"] else {
            throw TestDatabaseMissing()
        }
        return url
    }
}

extension DatabaseConfiguration {
    /// Waits longer than the busiest machine makes anything take: tests fail because of what they find.
    mutating func beVeryPatient() {
        statementTimeout = .seconds(20)
        acquireTimeout = .seconds(20)
        connectTimeout = .seconds(20)
    }
}

/// The tests do not know which server to use.
package struct TestDatabaseMissing: Error, CustomStringConvertible {
    /// What to do about it.
    package var description: String {
        """
        Set STORYTIME_TEST_DATABASE_URL to a database of a Postgres cluster for tests, as a role that may CREATE \
        DATABASE, such as postgresql://storytime@/storytime?host=/run/postgresql
        """
    }
}

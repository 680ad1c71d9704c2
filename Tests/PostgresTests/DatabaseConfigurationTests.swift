import Testing

@testable import Postgres

struct DatabaseConfigurationTests {
    @Test func `The URL sets our keys and passes the others to libpq`() throws {
        let configuration = try DatabaseConfiguration(
            url:
                "postgresql://me:pw@db:5432/app?sslmode=require&pool_max=7&pool_min=3&pool_idle=60&read_connections=4&host=/run"
                + "&statement_timeout=2500&acquire_timeout=500"
        )
        #expect(configuration.url == "postgresql://me:pw@db:5432/app?sslmode=require&host=/run")
        #expect(configuration.poolMaximum == 7)
        #expect(configuration.poolMinimum == 3)
        #expect(configuration.idleTimeout == .seconds(60))
        #expect(configuration.readConnections == 4)
        #expect(configuration.statementTimeout == .milliseconds(2_500))
        #expect(configuration.acquireTimeout == .milliseconds(500))
    }

    @Test func `Without our keys the defaults hold`() throws {
        let configuration = try DatabaseConfiguration(url: "postgres://db/app")
        #expect(configuration.url == "postgres://db/app")
        #expect(configuration.poolMaximum == 20)
        #expect(configuration.poolMinimum == 5)
        #expect(configuration.readConnections == 2)
        #expect(configuration.statementTimeout == .seconds(1))
        #expect(configuration.acquireTimeout == .seconds(2))
        #expect(try DatabaseConfiguration(url: "postgres://db/app?pool_max=2").poolMinimum == 2)
    }

    @Test(arguments: [
        ("mysql://db/app", "postgresql://"),
        ("", "postgresql://"),
        ("postgresql://db/app?pool_max=many", "pool_max"),
        ("postgresql://db/app?pool_max=-1", "pool_max"),
        ("postgresql://db/app?pool_max", "pool_max"),
        ("postgresql://db/app?pool_max=0", "at least 1"),
        ("postgresql://db/app?read_connections=0", "at least 1"),
        ("postgresql://db/app?statement_timeout=0", "at least 1"),
        ("postgresql://db/app?acquire_timeout=1s", "acquire_timeout"),
        ("postgresql://db/app?pool_max=2&pool_min=3", "above"),
        ("postgresql://db/app?pool_mx=2", "pool_mx"),
        ("postgresql://me:hunter2%@db/app", "percent-encode"),
        ("postgresql://me:hunter2@[::1/app", "of the form"),
    ])
    func `A URL that cannot be used names what is wrong`(url: String, words: String) {
        let error = #expect(throws: DatabaseError.self) { try DatabaseConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(words) == true)
    }

    @Test(arguments: [
        "postgresql://me:hunter2@db/app?pool_max=x", "postgresql://me:hunter2%@db/app",
        "postgresql://me:hunter2@[::1/app",
        "postgresql://me:hunter2@db/app?nothing=1",
    ])
    func `No error repeats the password`(url: String) {
        let error = #expect(throws: DatabaseError.self) { try DatabaseConfiguration(url: url) }
        #expect("\(String(describing: error))".contains("hunter2") == false)
    }
}

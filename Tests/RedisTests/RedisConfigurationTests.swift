import Testing

@testable import Redis

@Suite struct RedisConfigurationTests {
    @Test func `a URL says where, as whom and which database`() throws {
        let full = try RedisConfiguration(url: "redis://sam:p%40ss%2Fword@cache.example:6380/3")
        #expect(full.endpoint == .tcp(host: "cache.example", port: 6380))
        #expect(full.user == "sam")
        #expect(full.password == "p@ss/word")
        #expect(full.database == 3)

        let short = try RedisConfiguration(url: "redis://:secret@[::1]")
        #expect(short.endpoint == .tcp(host: "::1", port: 6379))
        #expect(short.user == nil)
        #expect(short.password == "secret")
        #expect(short.database == 0)

        let unix = try RedisConfiguration(url: "unix:///tmp/a%20folder/redis.sock?db=2")
        #expect(unix.endpoint == .unix(path: "/tmp/a folder/redis.sock"))
        #expect(unix.database == 2)
    }

    @Test(arguments: [
        ("localhost:6379", "redis://localhost:6379/0"),
        ("http://localhost", "redis://localhost:6379/0"),
        ("rediss://localhost", "TLS"),
        ("redis://", "host is missing"),
        ("redis://localhost:port", "1 to 65535"),
        ("redis://localhost:0", "1 to 65535"),
        ("redis://localhost/first", "whole number"),
        ("redis://localhost/-1", "whole number"),
        ("redis://localhost?timeout=3", "timeout"),
        ("redis://secret@localhost", "redis://:password@host"),
        ("redis://:50%@localhost", "%25"),
        ("unix://redis.sock", "unix:///run/redis/redis.sock"),
        ("unix:///", "path of the socket is missing"),
        ("unix:///" + String(repeating: "a", count: 107), "107 bytes"),
    ])
    func `a URL that cannot be used says what to do`(url: String, hint: String) throws {
        let error = try #require(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error.code == .configuration)
        #expect(error.message.contains(hint))
    }

    @Test func `neither description nor error tells the password`() throws {
        let configuration = try RedisConfiguration(url: "redis://sam:secret@localhost:6379/1")
        #expect(configuration.description == "redis://localhost:6379/1")
        for url in ["redis://sam:secret%@localhost", "redis://sam:secret@localhost:port", "redis://secret@localhost"] {
            let error = try #require(throws: RedisError.self) { try RedisConfiguration(url: url) }
            #expect(!error.description.contains("secret"))
        }
    }
}

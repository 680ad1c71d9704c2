import Redis
import TestSupport
import Testing

@testable import Diagnosis

@Suite(.timeLimit(.minutes(1))) struct RedisDiagnosisTests {
    @Test func `a Redis without limits is told which, one that is away how to go on`() async throws {
        let redis = try await PrivateRedis(options: ["--maxmemory", "0", "--maxmemory-policy", "noeviction"])
        let findings = await RedisDiagnosis(try RedisConfiguration(url: redis.url)).findings()
        redis.remove()
        #expect(findings.first?.severity == .ok && findings.first?.message.hasPrefix("Redis ") == true)
        #expect(findings.dropFirst().map(\.check) == ["redis.memory", "redis.eviction"])

        let away = await RedisDiagnosis(try RedisConfiguration(url: "redis://me:opensesame@127.0.0.1:1")).findings()
        #expect(away.map(\.severity) == [.error] && !away[0].message.contains("opensesame"))
    }

    @Test func `a replica that writes to disk is no cache`() {
        let info =
            "# Server\r\nredis_version:7.0.15\r\nrole:slave\r\naof_enabled:1\r\nmaxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n"
        #expect(RedisDiagnosis.judge(info).map(\.check) == ["redis.reach", "redis.role", "redis.disk"])
    }
}

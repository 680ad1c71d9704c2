import AsyncHTTPClient
import NIOCore
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct DeadlineTests {
    private func harness(deadline: Duration) -> Harness {
        var harness = Harness()
        harness.configuration.requestDeadline = deadline
        return harness
    }

    @Test func `a handler that does not heed cancellation is answered for`() async throws {
        let harness = harness(deadline: .milliseconds(100))
        try await harness.run { client in
            let answer = try await client("GET", "/stubborn")
            #expect(answer.status == 503)
            #expect(answer.problem == "DEADLINE_EXCEEDED")
            #expect(answer["retry-after"] == "1")
            await harness.api.gate.open()
            #expect(try await client("GET", "/stubborn").status == 204)
        }
    }

    @Test func `an endpoint may have more time than others`() async throws {
        let harness = harness(deadline: .milliseconds(100))
        try await harness.run { client in
            async let patient = client("GET", "/patient")
            await harness.api.gate.arrival()
            // It began later and its time is over.
            #expect(try await client("GET", "/stubborn").status == 503)
            await harness.api.gate.open()
            let answer = try await patient
            #expect(answer.status == 204)
        }
    }

    @Test(arguments: ["Content-Length: 10", "Transfer-Encoding: chunked"])
    func `a body that does not arrive ends in 408 and a closed connection`(framing: String) async throws {
        try await harness(deadline: .milliseconds(100)).run { client in
            let head =
                "POST /v1/webhooks HTTP/1.1\r\nHost: a\r\nContent-Type: application/vnd.sample\r\n\(framing)\r\n\r\n"
            let reply = try await RawConnection.exchange(head + "2\r\n", port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(reply.contains("REQUEST_TIMEOUT"))
        }
    }

    @Test func `a request that is not for us still has to arrive in time`() async throws {
        try await harness(deadline: .milliseconds(100)).run { client in
            let head = "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx"
            let reply = try await RawConnection.exchange(head, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        }
    }

    @Test func `an idle connection is closed`() async throws {
        var harness = Harness()
        harness.configuration.idleTimeout = .milliseconds(100)
        try await harness.run { client in
            for bytes in ["", "GET / HTTP/1.1\r\nHo"] {
                // On a busy machine the server may close before the bytes are there, which resets the connection.
                let reply = try? await RawConnection.exchange(bytes, port: client.port)
                #expect(reply ?? "" == "")
            }
        }
    }

    @Test func `the first of value and deadline wins`() async {
        let deadlines = Deadlines()
        await withTaskGroup { tasks in
            tasks.addTask { await deadlines.run() }
            #expect(await deadlines.value(by: .now + .seconds(30)) { 7 } == 7)
            let gate = Gate()
            #expect(await deadlines.value(by: .now + .milliseconds(30)) { await gate.wait() } == nil)
            await gate.open()
            tasks.cancelAll()
        }
    }

    @Test func `a cancelled caller does not wait for the body but cancels it`() async {
        let deadlines = Deadlines()
        let (outcomes, sink) = AsyncStream<Bool>.makeStream()
        let gate = Gate()
        let caller = Task {
            await deadlines.value(by: .now + .seconds(600)) {
                await gate.wait()
                sink.yield(Task.isCancelled)
            }
        }
        await gate.arrival()
        caller.cancel()
        #expect(await caller.value == nil)
        await gate.open()
        #expect(await outcomes.first { _ in true } == true)
    }

    @Test func `a caller who is cancelled already starts nothing`() async {
        let deadlines = Deadlines()
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            return await deadlines.value(by: .now + .seconds(600)) { Issue.record("It started") }
        }
        caller.cancel()
        #expect(await caller.value == nil)
    }
}

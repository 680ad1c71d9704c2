/// Runs a body until it ends, its time is up, or it is told to stop.
///
/// In the latter cases it is cancelled, and what it makes of that is waited for: if it succeeds all the same, it has
/// succeeded.
func race(
    limit: Duration,
    _ stops: AsyncStream<JobStop>,
    _ body: @escaping @Sendable () async throws -> Void
) async -> Result<Void, any Error> {
    await withTaskGroup(of: Finish.self) { group in
        group.addTask {
            do { return .body(.success(try await body())) } catch { return .body(.failure(error)) }
        }
        group.addTask {
            do { try await Task.sleep(for: limit) } catch { return .stop(.shutdown) }
            return .stop(.timeout(limit))
        }
        group.addTask {
            for await stop in stops { return .stop(stop) }
            return .stop(.shutdown)
        }
        var reason: JobStop?
        for await finish in group {
            group.cancelAll()
            switch finish {
            case .body(.success): return .success(())
            case .body(.failure(let error)): return .failure(reason ?? (Task.isCancelled ? JobStop.shutdown : error))
            case .stop(let stop): reason = reason ?? stop
            }
        }
        return .failure(CancellationError())
    }
}

private enum Finish: Sendable {
    case body(Result<Void, any Error>)
    case stop(JobStop)
}

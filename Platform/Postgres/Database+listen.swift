extension Database {
    /// Listens to channels until the task is cancelled, over a connection of its own that is opened anew when it breaks.
    ///
    /// `hear` is called on the reactor and must not block. Notifications only wake: some are lost whenever the connection
    /// is, so whoever needs to know everything looks at every `listening`, and now and then besides.
    public func listen(to channels: [String], hear: @escaping @Sendable (ListenEvent) -> Void) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                let connection = try await Connection.open(configuration, role: "listen", readOnly: false, on: loop)
                let loss = try await connection.listen(to: channels, hear: hear)
                backoff.reset()
                // Ends without an error only when the task is cancelled.
                for await error in loss { throw error }
                await connection.close()
            } catch {
                guard !Task.isCancelled else { return }
                report(error as? DatabaseError ?? DatabaseError(.connectFailed, "\(error)"))
                try? await Task.sleep(for: backoff.next())
            }
        }
    }
}

extension Connection {
    /// Begins to listen; what is returned says why the connection was lost, once it is.
    fileprivate func listen(
        to channels: [String],
        hear: @escaping @Sendable (ListenEvent) -> Void
    ) async throws -> AsyncStream<DatabaseError> {
        let (losses, loss) = AsyncStream.makeStream(of: DatabaseError.self)
        do {
            try start(onLost: { error in
                loss.yield(error)
                loss.finish()
            })
            _ = try await run(channels.map { Statement(stringLiteral: "LISTEN \($0.sqlIdentifier)") })
        } catch {
            close()
            throw error
        }
        beginHearing(hear)
        return losses
    }
}

extension String {
    /// The text as an SQL identifier, upper and lower case kept.
    fileprivate var sqlIdentifier: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

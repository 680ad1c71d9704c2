/// What somebody who subscribed hears.
public enum RedisEvent: Sendable, Equatable {
    /// The server tells everything from here on. What was published before, or while the connection was lost, was missed.
    case subscribed
    /// A message on one of the channels.
    case message(channel: String, payload: [UInt8])
}

extension RedisClient {
    /// Subscribes to channels until the task is cancelled, over a connection of its own that is opened anew when it
    /// breaks.
    ///
    /// `hear` is called on the reactor and must not block. Messages are lost whenever the connection is, so whoever needs
    /// to know everything looks for itself at every `subscribed`.
    public func subscribe(to channels: [String], hear: @escaping @Sendable (RedisEvent) -> Void) async {
        var link = LinkState()
        while !Task.isCancelled {
            let wait: Duration?
            do {
                let connection = try await RedisConnection.open(configuration, role: "subscriber", on: loop)
                wait = await withTaskCancellationHandler {
                    let subscription = Subscription(to: channels, on: connection, hear: hear)
                    let loss = await subscription.run(heartbeat: configuration.heartbeat)
                    if !Task.isCancelled { report(.down(loss)) }
                    return link.lost(loss, hadAnswered: subscription.wasConfirmed)
                } onCancel: {
                    connection.loseLater(RedisError(.connectionLost, "the subscription was cancelled"))
                }
            } catch {
                let error = error as? RedisError ?? RedisError(.connectFailed, "\(error)")
                report(.down(error))
                wait = link.failed(error)
            }
            if let wait { try? await Task.sleep(for: wait) }
        }
    }
}

extension Mailer {
    /// Hands each message to a mail server, over a connection of its own.
    ///
    /// Cancelling the task abandons the conversation within about a second.
    public static func smtp(_ configuration: SMTPConfiguration, from sender: MailAddress) -> Mailer {
        let threads = MailThreads(count: configuration.concurrency)
        return Mailer(
            send: { message in
                let envelope = SMTPEnvelope(
                    sender: sender.address,
                    recipient: message.to.address,
                    content: message.composed(from: sender)
                )
                try await configuration.traced("send mail") {
                    try await threads.run { turn in
                        try SMTPConversation(envelope, turn: turn).hold(configuration)
                    }
                }
            },
            check: {
                try await threads.run { turn in
                    try SMTPConversation(nil, turn: turn).hold(configuration)
                }
            }
        )
    }
}

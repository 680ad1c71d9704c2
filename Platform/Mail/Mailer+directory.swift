import FoundationEssentials

extension Mailer {
    /// Writes each message to `<id>.eml` in a folder, which it creates: for development.
    ///
    /// A message sent twice is one file, and a reader never sees half of one.
    public static func directory(_ path: String, from sender: MailAddress) -> Mailer {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        let openFolder: @Sendable () throws -> Void = {
            // Messages hold names, addresses and sign-in links: for the owner's eyes.
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        return Mailer(
            send: { message in
                try openFolder()
                let file = folder.appending(path: "\(message.id).eml", directoryHint: .notDirectory)
                try Data(message.composed(from: sender).utf8).write(to: file, options: .atomic)
            },
            check: { try openFolder() }
        )
    }
}

import Mail

extension Configuration {
    /// Where mails go.
    enum MailRoute {
        case smtp(SMTPConfiguration)
        /// Into a folder, one `.eml` file each: the default without a server.
        case directory(String)
    }

    /// Who mails are from.
    static func sender(_ environment: inout Environment) -> MailAddress? {
        let name = "STORYTIME_MAIL_FROM"
        let from = environment.text(name, default: "hello@storytime.example", "sender of mails")
        return parse(&environment, name, from) { try MailAddress($0, name: "Storytime") }
    }

    /// The way that mails go.
    static func mail(_ environment: inout Environment) -> MailRoute {
        let folder = environment.text(
            "STORYTIME_MAIL_DIRECTORY",
            default: ".local/mail",
            "folder for mails without a server"
        )
        let name = "STORYTIME_SMTP_URL"
        let url = environment.text(name, secret: true, "mail server, smtp[s]://user:password@host:port")
        let server = parse(&environment, name, url ?? "") { try SMTPConfiguration(url: $0) }
        return server.map { .smtp($0) } ?? .directory(folder)
    }
}

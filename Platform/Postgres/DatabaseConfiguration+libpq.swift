internal import CPostgres

extension DatabaseConfiguration {
    /// Says of a URL at once what libpq would say of it at the first connection.
    ///
    /// Its own words may repeat a part of the URL, and that may be the password; only the name of a key is taken from them.
    static func check(_ url: String) throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(url, &message)
        defer {
            unsafe PQconninfoFree(options)
            unsafe PQfreemem(message)
        }
        guard unsafe options == nil else { return }
        let words = unsafe message.map { unsafe String(cString: $0) } ?? ""
        guard let key = words.firstMatch(of: /URI query parameter: "([^"]+)"/)?.1 else {
            throw DatabaseError(
                .configuration,
                "the database URL is not of the form postgresql://user:password@host:port/database?key=value; "
                    + "percent-encode what is special"
            )
        }
        throw DatabaseError(.configuration, "neither we nor libpq know the key \(key) in the database URL")
    }
}

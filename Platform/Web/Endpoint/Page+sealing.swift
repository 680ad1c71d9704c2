import StrictJSON

/// What may go on: a page, or the bytes of one.
protocol Paged {
    /// Where it goes on, ready to be sent.
    var nextCursor: String? { get }
}

extension Page: Paged {
    /// The page with its cursor signed for the list that was asked for; without that nobody can send it back.
    public func sealed(by paging: Paging) -> Page { Page(data, nextCursor: nextCursor.map(paging.seal)) }
}

extension Encoded: Paged {
    /// The same for a page that is encoded already.
    public func sealed<Item>(by paging: Paging) throws -> Encoded where Value == Page<Item> {
        guard var page = try JSON(parsing: bytes).object, let cursor = page["nextCursor"]?.string else { return self }
        let sealed = paging.seal(cursor)
        page["nextCursor"] = .string(sealed)
        var encoded = Encoded(bytes: JSON.object(page).bytes)
        encoded.nextCursor = sealed
        return encoded
    }
}
